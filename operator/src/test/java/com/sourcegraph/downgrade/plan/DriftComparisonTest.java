package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.DriftStatus;
import com.sourcegraph.downgrade.api.DriftSummary;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.migrator.DriftResult;
import com.sourcegraph.downgrade.release.Schema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Only drift that was not there before counts against a run. */
class DriftComparisonTest {
    private static final DriftResult NONE = new DriftResult.None();

    @Test
    void noDriftBeforeAndAfterIsFine() {
        DriftComparison drift = compare(NONE, NONE);

        assertThat(drift.introduced()).isEmpty();
        assertThat(drift.undetermined()).isEmpty();
        assertThat(drift.summary()).contains("no drift that was not there before");
    }

    @Test
    void driftThatWasThereBeforeDoesNotCount() {
        assertThat(compare(found("index a"), found("index a")).introduced()).isEmpty();
    }

    @Test
    void newDriftCountsWithItsSchemaAlsoBesideOld() {
        DriftComparison drift = compare(found("index a"), found("index a", "index b"));

        assertThat(drift.introduced()).containsExactly("codeintel: index b");
        assertThat(drift.summary()).isEqualTo("The downgrade left drift that was not there before: codeintel: index b");
    }

    @Test
    void whatCannotBeToldAfterIsUndetermined() {
        DriftComparison drift = compare(NONE, new DriftResult.Undetermined("no description"));

        assertThat(drift.introduced()).isEmpty();
        assertThat(drift.undetermined()).containsExactly("codeintel: no description");
        assertThat(drift.summary()).startsWith("Whether the downgrade left drift cannot be told: ");
    }

    @Test
    void driftAfterIsUndeterminedWhereItWasNotLookedForBefore() {
        DriftComparison drift = DriftComparison.after(new Journal(Optional.empty()), result(found("index a")));

        assertThat(drift.undetermined()).singleElement().asString().contains("it was not looked for before");
    }

    @Test
    void aContainerThatLeftNoResultIsNotNoDrift() {
        JobResult lost = new JobResult("drift-1", Optional.empty(), Map.of(), List.of(), List.of());

        assertThat(DriftComparison.after(journal(NONE), lost).undetermined()).hasSize(Schema.values().length);
    }

    @Test
    void theStatusKeepsTwentyAndCountsTheRestSoThatTheComparisonStaysHonest() {
        DriftResult many =
                found(IntStream.range(0, 25).mapToObj(i -> "index " + i).toArray(String[]::new));

        DriftSummary kept = DriftComparison.summarise(result(many)).stream()
                .filter(summary -> summary.schema().equals("codeintel"))
                .findFirst()
                .orElseThrow();
        assertThat(kept.problems()).hasSize(20);
        assertThat(kept.more()).isEqualTo(5);
        DriftComparison same = compare(many, many);
        assertThat(same.introduced())
                .as("the five that were not kept are not called new")
                .isEmpty();
        assertThat(same.undetermined()).hasSize(1);
    }

    private static DriftComparison compare(DriftResult before, DriftResult after) {
        return DriftComparison.after(journal(before), result(after));
    }

    private static Journal journal(DriftResult before) {
        return new Journal(Optional.of(new SourcegraphDowngradeStatus(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new DriftStatus(DriftComparison.summarise(result(before)), null, null),
                null,
                null,
                null,
                null)));
    }

    private static JobResult result(DriftResult codeintel) {
        return new JobResult(
                "drift-1",
                Optional.empty(),
                Map.of(Schema.FRONTEND, NONE, Schema.CODEINTEL, codeintel, Schema.CODEINSIGHTS, NONE),
                List.of(),
                List.of());
    }

    private static DriftResult found(String... problems) {
        return new DriftResult.Found(List.of(problems), 0);
    }
}
