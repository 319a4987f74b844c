package com.sourcegraph.downgrade.status;

import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.StepStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The lines of the journal: how a step's line changes. */
final class Steps {

    private Steps() {}

    static StepStatus pending(StepName name) {
        return new StepStatus(name, StepState.PENDING, null, null, null, null, null);
    }

    static StepStatus entered(StepStatus step, Instant now, Duration deadline) {
        return new StepStatus(
                step.name(),
                StepState.RUNNING,
                step.attempt(),
                now.toString(),
                null,
                now.plus(deadline).toString(),
                null);
    }

    static StepStatus ended(StepStatus step, StepState state, Instant now, String message) {
        return new StepStatus(
                step.name(), state, step.attempt(), step.startedAt(), now.toString(), step.deadline(), message);
    }

    /** Begins anew, with a deadline of its own: the time before was spent well. */
    static StepStatus reopened(StepStatus step, Instant now, Duration deadline) {
        return entered(step, now, deadline);
    }

    static StepStatus attempted(StepStatus step, int attempt) {
        return new StepStatus(
                step.name(),
                step.state(),
                attempt,
                step.startedAt(),
                step.finishedAt(),
                step.deadline(),
                step.message());
    }

    static StepStatus renewed(StepStatus step, Instant now, Duration deadline) {
        return new StepStatus(
                step.name(),
                step.state(),
                step.attempt(),
                step.startedAt(),
                step.finishedAt(),
                now.plus(deadline).toString(),
                step.message());
    }

    static StepStatus saying(StepStatus step, String message) {
        return new StepStatus(
                step.name(),
                step.state(),
                step.attempt(),
                step.startedAt(),
                step.finishedAt(),
                step.deadline(),
                message);
    }

    /** The lines of a course, keeping those that are written already. */
    static List<StepStatus> course(List<StepName> names, List<StepStatus> written) {
        List<StepStatus> lines = new ArrayList<>();
        for (StepName name : names) {
            Optional<StepStatus> known =
                    written.stream().filter(step -> step.name() == name).findFirst();
            lines.add(known.orElse(pending(name)));
        }
        return lines;
    }

    /** What has not ended gives way to putting back. */
    static List<StepStatus> cancelled(List<StepStatus> steps, Instant now) {
        List<StepStatus> lines = new ArrayList<>();
        for (StepStatus step : steps) {
            boolean open = step.state() == StepState.PENDING || step.state() == StepState.RUNNING;
            lines.add(open ? ended(step, StepState.CANCELLED, now, "Cancelled") : step);
        }
        lines.add(pending(StepName.PUT_BACK));
        return lines;
    }
}
