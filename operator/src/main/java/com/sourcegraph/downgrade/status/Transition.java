package com.sourcegraph.downgrade.status;

/**
 * One thing that changed between two statuses, as an event and a log line tell it.
 *
 * @param warning whether it needs a person
 * @param reason CamelCase
 * @param message one sentence
 */
record Transition(boolean warning, String reason, String message) {}
