package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Deadlines;
import com.sourcegraph.downgrade.api.StepName;
import java.time.Duration;
import java.util.Locale;

/** Reads the spec's durations. */
public final class StepDeadlines {

    private StepDeadlines() {}

    /** How long that step may take. The schema admits only durations such as {@code 1h30m}. */
    public static Duration of(Deadlines deadlines, StepName step) {
        return Duration.parse("PT" + deadlines.of(step).toUpperCase(Locale.ROOT));
    }
}
