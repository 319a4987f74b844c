package com.sourcegraph.downgrade.migrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.redact.Redactor;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriftReportTest {
    private static final String FOUND = """
            ✱ Sourcegraph migrator 5.0.6
            ℹ️ Locating schema description
            ℹ️ Reading schema definition in GitHub (https://example.com/schema.json)... Schema not found (404). Will attempt a fallback source.
            ✅ Schema found in Local file (/schema-descriptions/v5.0.6-internal_database_schema.json).
            ❌ Drift detected!
            ❌ Missing index "gitserver_repos"."gitserver_repos_shard_id"
            💡 Suggested action: define the index.
            ```sql
            CREATE INDEX gitserver_repos_shard_id ON gitserver_repos USING btree (shard_id);
            ```
            💡 Hint: Reproduce "x" as defined at the following URL:

            https://example.com
            ❌ Unexpected properties of column "t"."c"
            {"SeverityText":"FATAL","Body":"database schema is out of sync"}
            """;

    private final DriftReport report = new DriftReport(Redactor.none());

    @Test
    void readsFindings() {
        assertThat(report.parse(FOUND, OptionalInt.of(1)))
                .isEqualTo(new DriftResult.Found(
                        List.of(
                                "Missing index \"gitserver_repos\".\"gitserver_repos_shard_id\"",
                                "Unexpected properties of column \"t\".\"c\""),
                        0));
    }

    @Test
    void readsThatThereIsNone() {
        assertThat(report.parse("✅ No drift detected\n", OptionalInt.of(0))).isEqualTo(new DriftResult.None());
    }

    /** Nothing is taken for "no drift" but an exit code of 0, and nothing for drift but a finding and a 1. */
    @ParameterizedTest
    @CsvSource({
        "'', 1, exit code 1 and reported no finding",
        "'✅ No drift detected', 1, exit code 1",
        "'✅ No drift detected', , left no exit code",
        "'❌ Drift detected!', 1, exit code 1",
        "'❌ Drift detected!\n❌ Missing index', 137, exit code 137",
        "'❌ Drift detected!\n❌ Missing index', , left no exit code",
        "'{\"SeverityText\":\"FATAL\",\"Body\":\"failed to locate target schema description\"}', 1, failed to locate target schema description",
        "'{\"SeverityText\":\"FATAL\",\"Body\":\"dial postgres://a:hidden@b\"}', 1, postgres://a:***@b",
        "'panic: x', 2, panic: x"
    })
    void saysWhyItCannotTell(String log, Integer exitCode, String reason) {
        DriftResult result = report.parse(log, exitCode == null ? OptionalInt.empty() : OptionalInt.of(exitCode));
        assertThat(result)
                .isInstanceOfSatisfying(
                        DriftResult.Undetermined.class,
                        unknown -> assertThat(unknown.reason()).contains(reason).doesNotContain("hidden"));
    }

    @Test
    void boundsWhatItKeeps() {
        StringBuilder log = new StringBuilder("❌ Drift detected!\n");
        for (int i = 0; i < 1_000; i++) {
            log.append("❌ Missing ").append("x".repeat(2_000)).append(i).append('\n');
        }
        assertThat(report.parse(log.toString(), OptionalInt.of(1)))
                .isInstanceOfSatisfying(DriftResult.Found.class, found -> {
                    assertThat(found.problems()).hasSize(500).allMatch(problem -> problem.length() <= 501);
                    assertThat(found.more()).isEqualTo(500);
                });
    }

    @Test
    void onlyNewDriftCounts() {
        DriftResult none = new DriftResult.None();
        DriftResult a = new DriftResult.Found(List.of("a"), 0);
        DriftResult ab = new DriftResult.Found(List.of("a", "b"), 0);
        DriftResult aa = new DriftResult.Found(List.of("a", "a"), 0);
        DriftResult unknown = new DriftResult.Undetermined("no network");
        DriftResult many = new DriftResult.Found(List.of("a"), 7);

        assertThat(ab.newSince(a)).isEqualTo(new DriftResult.Found(List.of("b"), 0));
        assertThat(a.newSince(ab)).isEqualTo(none);
        assertThat(ab.newSince(ab)).isEqualTo(none);
        assertThat(ab.newSince(none)).isEqualTo(ab);
        assertThat(none.newSince(ab)).isEqualTo(none);
        assertThat(none.newSince(unknown)).isEqualTo(none);
        assertThat(unknown.newSince(none)).isEqualTo(unknown);
        assertThat(aa.newSince(a)).isEqualTo(a);
        assertThat(a.newSince(unknown))
                .isInstanceOfSatisfying(DriftResult.Undetermined.class, result -> assertThat(result.reason())
                        .contains("no network", "1 places"));
        assertThat(ab.newSince(many)).isInstanceOf(DriftResult.Undetermined.class);
        assertThat(many.newSince(a)).isInstanceOf(DriftResult.Undetermined.class);
        assertThat(many.newSince(many)).isEqualTo(none);
        assertThat(List.of(none.id(), a.id(), unknown.id())).containsExactly("None", "Found", "Undetermined");
    }
}
