package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.DriftSummary;
import com.sourcegraph.downgrade.api.MigrationStatus;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.WorkloadStatus;
import java.util.List;

/** One thing to write into the status. Only the status package turns it into a field. */
public sealed interface JournalEntry {

    /** The resource has been seen for the first time. */
    record Accepted() implements JournalEntry {}

    /** What the checks found; replaces checks of the same name. */
    record Checked(List<CheckStatus> checks) implements JournalEntry {
        public Checked {
            checks = List.copyOf(checks);
        }
    }

    /** The plan, with its digest once it may be acted on. */
    record Planned(PlanStatus plan) implements JournalEntry {}

    /** A step that had ended has to be gone through again. */
    record Reopened(StepName step) implements JournalEntry {}

    /** The standing plan is not to be acted on: preflight begins anew. */
    record PlanDropped() implements JournalEntry {}

    /** A step is tried for the n-th time. */
    record Attempt(StepName step, int attempt) implements JournalEntry {}

    /** A step has its whole time once more: the time before was that of an attempt which has ended. */
    record DeadlineRenewed(StepName step) implements JournalEntry {}

    /** The workloads as they are now. */
    record WorkloadsSeen(List<WorkloadStatus> workloads) implements JournalEntry {
        public WorkloadsSeen {
            workloads = List.copyOf(workloads);
        }
    }

    /** The versions row before the run, or now. */
    record VersionSeen(boolean before, String version) implements JournalEntry {}

    /** The migrator's state. */
    record Migration(MigrationStatus migration) implements JournalEntry {}

    /** Drift before the run. */
    record DriftBefore(List<DriftSummary> drift) implements JournalEntry {
        public DriftBefore {
            drift = List.copyOf(drift);
        }
    }

    /** Drift after it, and what of it is new. */
    record DriftAfter(List<DriftSummary> drift, List<String> introduced) implements JournalEntry {
        public DriftAfter {
            drift = List.copyOf(drift);
            introduced = List.copyOf(introduced);
        }
    }

    /** From here on the run cannot be cancelled. */
    record PointOfNoReturn() implements JournalEntry {}

    /** The run is cancelled: the steps that have not ended give way to putting back. */
    record Cancelling() implements JournalEntry {}
}
