package com.sourcegraph.downgrade.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sourcegraph.downgrade.api.CheckResult;
import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.MigrationStatus;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.api.StepStatus;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.api.WorkloadStatus;
import com.sourcegraph.downgrade.plan.JournalEntry;
import com.sourcegraph.downgrade.plan.Move;
import com.sourcegraph.downgrade.plan.Stop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A run that cannot write its journal stands still: no instance may make a status that the API server refuses. */
class BoundsTest {
    private static final String HUGE = "x".repeat(100_000);
    private static final Duration SOON = Duration.ofSeconds(1);

    @Test
    void noInstanceMakesAStatusTooLargeForTheApiServer() throws JsonProcessingException {
        SourcegraphDowngradeStatus status = hugeInEverything().status();

        assertThat(status.nextAction()).hasSize(2048).endsWith("…");
        assertThat(status.workloads())
                .hasSize(200)
                .allMatch(workload -> workload.reason().length() == 512);
        assertThat(status.checks())
                .isNotEmpty()
                .allSatisfy(check -> assertThat(check.message()).hasSize(1024))
                .allSatisfy(check -> assertThat(check.remedy()).hasSize(1024));
        assertThat(status.steps())
                .extracting(StepStatus::message)
                .filteredOn(message -> message != null && message.startsWith("x"))
                .hasSize(2)
                .allMatch(message -> message.length() == 1024);
        assertThat(status.migration().lastError()).hasSize(1024);
        assertThat(JsonMapper.builder().build().writeValueAsString(status).getBytes(StandardCharsets.UTF_8).length)
                .as("etcd takes 1.5 MiB")
                .isLessThan(1_400_000);
    }

    @Test
    void aLongListSaysHowMuchMoreThereIs() {
        PlanStatus plan = hugeInEverything().status().plan();

        for (List<String> list : List.of(plan.delete(), plan.scale(), plan.warnings(), plan.irreversible())) {
            assertThat(list).hasSize(200);
            assertThat(list.get(0)).startsWith("entry 0 ").hasSize(512);
            assertThat(list.get(198)).startsWith("entry 198 ").hasSize(512);
            assertThat(list.get(199)).isEqualTo("… and 801 more");
        }
        assertThat(plan.digest()).as("is of the whole plan").isEqualTo("sha256:" + "1".repeat(64));
    }

    /** What is cut once stays as it is: writing the same again must change nothing. */
    @Test
    void boundingTwiceIsBoundingOnce() {
        Moments moments = hugeInEverything();
        SourcegraphDowngradeStatus before = moments.status();

        moments.write(new Move.Rest(Optional.empty()));

        assertThat(moments.status()).isEqualTo(before);
    }

    @Test
    void whatIsShortStaysWhole() {
        List<String> entries =
                IntStream.range(0, 200).mapToObj(number -> "entry " + number).toList();

        assertThat(Bounds.texts(entries)).isEqualTo(entries);
        assertThat(Bounds.message("x".repeat(1024))).isEqualTo("x".repeat(1024));
        assertThat(Bounds.message(null)).isNull();
    }

    @Test
    void aTextOfSomebodyElseStaysOneLine() {
        assertThat(Bounds.message("says \u001b[2J\u009b1mno\r\nStalled\u2028True"))
                .isEqualTo("says  [2J 1mno Stalled True");
        assertThat(Bounds.message("a\u202eb\u200bc")).isEqualTo("a b c");
        assertThat(Bounds.message("📜 Größe 🛠")).isEqualTo("📜 Größe 🛠");
    }

    /** The API server would not give it back as it was, and the journal would count as not kept. */
    @Test
    void noCharacterIsCutInHalf() {
        String cut = Bounds.message("x".repeat(1022) + "📜📜");

        assertThat(cut).isEqualTo("x".repeat(1022) + " …");
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(cut)).isTrue();
    }

    private static Moments hugeInEverything() {
        Moments moments = new Moments().accepted();
        List<WorkloadStatus> workloads = IntStream.range(0, 1_000)
                .mapToObj(number ->
                        new WorkloadStatus("Deployment", "d" + number, "Direct", HUGE, 1, "Running", HUGE, null, null))
                .toList();
        MigrationStatus migration =
                new MigrationStatus("job", 1, 0, 1, 1, "4.4", "phase", 1, 2, List.of(), null, HUGE, null);
        moments.write(
                new Move.Conclude(StepName.PREFLIGHT, StepState.DONE, HUGE),
                new JournalEntry.Planned(longPlan()),
                new JournalEntry.Checked(List.of(
                        new CheckStatus("One", CheckResult.FAILED, HUGE, HUGE),
                        new CheckStatus("Two", CheckResult.FAILED, HUGE, HUGE))),
                new JournalEntry.WorkloadsSeen(workloads),
                new JournalEntry.Migration(migration));
        return moments.write(
                new Move.Wait(StepName.QUIESCE, HUGE, SOON, Optional.of(new Stop(Reason.MIGRATOR_FAILED, HUGE, HUGE))));
    }

    private static PlanStatus longPlan() {
        List<String> entries = entries(1_000);
        return new PlanStatus(
                "sha256:" + "1".repeat(64),
                Moments.START.toString(),
                "5.0.6",
                "4.4.2",
                Strategy.MIGRATOR,
                HUGE,
                "Kustomize",
                null,
                null,
                null,
                null,
                null,
                entries,
                entries,
                entries,
                entries);
    }

    private static List<String> entries(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> "entry " + number + " ".repeat(10) + HUGE)
                .toList();
    }
}
