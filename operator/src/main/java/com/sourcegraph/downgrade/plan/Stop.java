package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Reason;

/**
 * Something that only a person, or a change outside, ends. The run goes on by itself when its cause has gone.
 *
 * @param reason its name
 * @param message what happened, to which object, with the evidence
 * @param nextAction one sentence with one command
 */
public record Stop(Reason reason, String message, String nextAction) {}
