package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.StepName;

/** Decides within one step that is running. */
interface StepPolicy {

    StepName step();

    Decision decide(Situation situation);
}
