package com.sourcegraph.downgrade.plan;

/**
 * An attempt of the migrator that is to be started.
 *
 * @param granted whether a person granted it
 * @param why what became of the one before, to go on a sentence; empty for the first
 */
record Attempt(int number, boolean granted, String why) {}
