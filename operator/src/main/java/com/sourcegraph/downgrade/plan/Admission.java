package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Mode;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.database.VersionsRow;
import com.sourcegraph.downgrade.history.RunHistory;
import com.sourcegraph.downgrade.history.RunRecord;
import com.sourcegraph.downgrade.release.Version;
import com.sourcegraph.downgrade.release.VersionFormatException;
import java.util.Optional;

/** Decides whether a resource may begin: not while another comes first, and not if it has run in an earlier life. */
final class Admission {

    /** The reason against beginning, as a decision; empty if the run may begin. */
    Optional<Decision> admit(Situation situation) {
        Facts facts = situation.facts();
        if (facts.queue().ahead().isPresent()) {
            String other = facts.queue().ahead().get();
            return Optional.of(Decision.go(new Move.Stand(
                    Reason.WAITING_FOR_OTHER,
                    "Waits for SourcegraphDowngrade " + other + ", which comes first in namespace "
                            + situation.run().namespace(),
                    "Wait until " + other + " has ended, or look what holds it: "
                            + situation.run().kubectl("get sgdowngrade " + other + " -o wide"),
                    Planner.SAFETY_NET)));
        }
        if (situation.spec().mode() == Mode.PLAN) {
            return Optional.empty();
        }
        if (facts.history().isEmpty()) {
            return Optional.of(Decision.look(Need.HISTORY));
        }
        RunHistory history = facts.history().get();
        // The very same resource, if somebody has taken its status away.
        Optional<RunRecord> earlier = history.ended(situation.run().uid())
                .filter(RunRecord::completed)
                .or(() -> history.earlierLife(
                        situation.run().name(),
                        situation.run().uid(),
                        situation.run().specDigest()));
        return earlier.map(run -> comeBack(situation, run));
    }

    private static Decision comeBack(Situation situation, RunRecord earlier) {
        if (situation.facts().databases().isEmpty()) {
            return Decision.look(Need.DATABASES);
        }
        String how = earlier.completed() ? ", ended " : ", was cancelled at ";
        String ran = "SourcegraphDowngrade " + situation.run().name() + " with this very spec has run before (uid "
                + earlier.uid() + how + earlier.finishedAt() + ") and does not run again";
        String again = "To downgrade again on purpose, create the resource under another name, for example "
                + situation.run().name() + "-again";
        Optional<String> row = row(situation.facts().databases().get());
        if (row.filter(version -> isAt(version, situation.spec().to())).isPresent()) {
            return Decision.go(new Move.Finish(
                    Move.Outcome.COMPLETE,
                    Reason.ALREADY_RAN,
                    ran + ". The instance is at " + row.get(),
                    "Nothing to do. " + again));
        }
        return Decision.go(new Move.Finish(
                Move.Outcome.FAILED,
                Reason.ALREADY_RAN,
                ran + ". The instance is now at " + row.orElse("an unknown release"),
                again));
    }

    private static Optional<String> row(DatabaseFacts databases) {
        return databases instanceof DatabaseFacts.Seen seen
                ? seen.state().versions().map(VersionsRow::version)
                : Optional.empty();
    }

    /** A target that names its patch is reached by that patch only. */
    private static boolean isAt(String row, String to) {
        try {
            Version now = Version.parse(row);
            Version wanted = Version.parse(to);
            return now.toMinor().equals(wanted.toMinor())
                    && (wanted.patch().isEmpty() || wanted.patch().equals(now.patch()));
        } catch (VersionFormatException e) {
            return false;
        }
    }
}
