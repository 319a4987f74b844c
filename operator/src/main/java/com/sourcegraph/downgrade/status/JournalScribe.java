package com.sourcegraph.downgrade.status;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.DriftStatus;
import com.sourcegraph.downgrade.api.VersionsStatus;
import com.sourcegraph.downgrade.plan.Course;
import com.sourcegraph.downgrade.plan.JournalEntry;
import com.sourcegraph.downgrade.plan.PlanDigest;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.StepDeadlines;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes journal entries into a status. */
final class JournalScribe {

    void write(StatusDraft draft, JournalEntry entry, Situation situation, Instant now) {
        if (entry instanceof JournalEntry.Accepted) {
            draft.steps = Steps.course(Course.beforeThePlan(situation.spec().mode()), List.of());
            draft.startedAt = now.toString();
        } else if (entry instanceof JournalEntry.Checked checked) {
            draft.checks = merged(draft.checks, checked.checks());
        } else if (entry instanceof JournalEntry.Planned planned) {
            draft.plan = planned.plan();
            if (planned.plan().digest() != null) {
                draft.steps = Steps.course(
                        Course.of(situation.spec().mode(), planned.plan().strategy()), draft.steps);
            }
        } else if (entry instanceof JournalEntry.PlanDropped) {
            draft.plan = draft.plan == null ? null : PlanDigest.unsigned(draft.plan);
        } else if (entry instanceof JournalEntry.Reopened reopened) {
            draft.edit(
                    reopened.step(),
                    step -> Steps.reopened(
                            step, now, StepDeadlines.of(situation.spec().deadlines(), reopened.step())));
        } else if (entry instanceof JournalEntry.Attempt attempt) {
            draft.edit(attempt.step(), step -> Steps.attempted(step, attempt.attempt()));
        } else if (entry instanceof JournalEntry.DeadlineRenewed renewed) {
            draft.edit(
                    renewed.step(),
                    step -> Steps.renewed(
                            step, now, StepDeadlines.of(situation.spec().deadlines(), renewed.step())));
        } else if (entry instanceof JournalEntry.WorkloadsSeen seen) {
            draft.workloads = seen.workloads();
        } else if (entry instanceof JournalEntry.VersionSeen seen) {
            draft.versions = versions(draft.versions, seen);
        } else if (entry instanceof JournalEntry.Migration migration) {
            draft.migration = migration.migration();
        } else if (entry instanceof JournalEntry.DriftBefore drift) {
            draft.drift = new DriftStatus(drift.drift(), List.of(), List.of());
        } else if (entry instanceof JournalEntry.DriftAfter drift) {
            draft.drift = new DriftStatus(
                    draft.drift == null ? List.of() : draft.drift.before(), drift.drift(), drift.introduced());
        } else if (entry instanceof JournalEntry.PointOfNoReturn) {
            draft.pointOfNoReturn = draft.pointOfNoReturn == null ? now.toString() : draft.pointOfNoReturn;
        } else if (entry instanceof JournalEntry.Cancelling) {
            draft.steps = Steps.cancelled(draft.steps, now);
        }
    }

    private static VersionsStatus versions(VersionsStatus known, JournalEntry.VersionSeen seen) {
        String before = known == null ? null : known.before();
        String after = known == null ? null : known.after();
        return seen.before() ? new VersionsStatus(seen.version(), after) : new VersionsStatus(before, seen.version());
    }

    private static List<CheckStatus> merged(List<CheckStatus> known, List<CheckStatus> found) {
        Map<String, CheckStatus> byName = new LinkedHashMap<>();
        known.forEach(check -> byName.put(check.name(), check));
        found.forEach(check -> byName.put(check.name(), check));
        return List.copyOf(byName.values());
    }
}
