package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Approval;
import com.sourcegraph.downgrade.api.ConditionType;
import com.sourcegraph.downgrade.api.Mode;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.history.RunHistory;
import com.sourcegraph.downgrade.history.RunRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A resource runs once, also when it comes back; and what another run left is looked at anew. */
class PlannerRunsOnceTest {

    @Test
    void aResourceThatHasRunDoesNotRunAgain() {
        for (String uid : List.of("an-earlier-uid", PlannedWorld.UID)) {
            PlannedRun run = PlannedRun.of("4.5.1", "4.4.2", Strategy.AUTO);
            run.world.history = new RunHistory(
                    Optional.empty(),
                    List.of(new RunRecord(
                            "back",
                            uid,
                            "sha256:spec",
                            "4.5.1",
                            "4.4.2",
                            "2025-12-01T10:00:00Z",
                            "2025-12-01T11:00:00Z",
                            RunRecord.COMPLETE)),
                    Optional.of("1"));

            run.until(run::finished);

            assertThat(run.reason()).isEqualTo(Reason.ALREADY_RAN.label());
            assertThat(run.status().phase()).isEqualTo(Phase.FAILED);
            assertThat(run.message(ConditionType.FAILED)).contains("uid " + uid, "now at 4.5.1");
            assertThat(run.status().nextAction()).contains("another name, for example back-again");
            assertThat(run.world.manifests.applied).isEmpty();
        }
    }

    @Test
    void aCancelledRunThatComesBackDoesNotBeginAgain() {
        PlannedRun run = PlannedRun.of("4.5.1", "4.4.2", Strategy.AUTO);
        run.world.history = new RunHistory(
                Optional.empty(),
                List.of(new RunRecord(
                        "back",
                        "earlier",
                        "sha256:spec",
                        "4.5.1",
                        "4.4.2",
                        "2025-12-01T10:00:00Z",
                        "2025-12-01T11:00:00Z",
                        RunRecord.CANCELLED)),
                Optional.of("1"));

        run.until(run::finished);

        assertThat(run.reason()).isEqualTo(Reason.ALREADY_RAN.label());
        assertThat(run.message(ConditionType.FAILED)).contains("was cancelled at 2025-12-01T11:00:00Z");
        assertThat(run.status().nextAction()).contains("under another name");
    }

    @Test
    void aRunThatStoodForAnotherLooksAgainAtWhatThatOneLeft() {
        PlannedRun run = PlannedRun.of("4.5.1", "4.4.2", Strategy.MANIFESTS);
        run.happen(Happening.OTHER_HOLDS);
        run.until(() -> run.reason().equals(Reason.INSTANCE_BUSY.label()));

        run.world.databases.row = "4.3.0";
        run.world.otherLetsGo();
        run.until(() -> PromiseWatch.holds(run.status(), ConditionType.STALLED));

        assertThat(run.reason()).isEqualTo(Reason.PREFLIGHT_FAILED.label());
        assertThat(run.world.manifests.applied).isEmpty();
    }

    /** By a clock that was ahead, or by whoever may write the record. */
    @Test
    void aRunThatIsSaidToEndInTheFutureHasThePlanCheckedOnceMoreAndNotForEver() {
        PlannedRun run = PlannedRun.of("4.5.1", "4.4.2", Strategy.MANIFESTS);
        run.world.history = new RunHistory(
                Optional.empty(),
                List.of(new RunRecord(
                        "another",
                        "another-uid",
                        "sha256:spec",
                        "4.6.0",
                        "4.5.1",
                        "2025-12-01T10:00:00Z",
                        run.world.now.plus(Duration.ofDays(1)).toString(),
                        RunRecord.COMPLETE)),
                Optional.of("1"));

        run.until(run::finished);

        assertThat(run.status().phase()).isEqualTo(Phase.COMPLETE);
    }

    @Test
    void aRunThatHasEndedByAClockThatWasAheadHasAnOlderPlanCheckedAnew() {
        PlannedRun run = PlannedRun.of("4.5.1", "4.4.2", Strategy.AUTO, Mode.RUN, Approval.MANUAL);
        run.until(() -> run.reason().equals(Reason.APPROVAL_PENDING.label()));
        run.world.pass(Duration.ofMinutes(2));
        run.world.databases.dataMoved = true;
        run.world.history = new RunHistory(
                Optional.empty(),
                List.of(new RunRecord(
                        "another",
                        "another-uid",
                        "sha256:spec",
                        "4.6.0",
                        "4.5.1",
                        "2025-12-01T10:00:00Z",
                        run.world.now.plusSeconds(5).toString(),
                        RunRecord.COMPLETE)),
                Optional.of("1"));

        run.happen(Happening.APPROVED);

        run.until(() -> run.reason().equals(Reason.APPROVED_PLAN_DIFFERS.label()));
    }
}
