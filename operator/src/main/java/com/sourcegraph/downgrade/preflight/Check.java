package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;

/** One preflight check. */
interface Check {

    /** Judges; never throws, and never asks anyone: what it needs was looked at before. */
    CheckStatus judge(PreflightInput input);
}
