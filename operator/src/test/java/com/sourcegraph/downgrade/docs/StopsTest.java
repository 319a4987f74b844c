package com.sourcegraph.downgrade.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.Specs;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.migrator.FailureClass;
import com.sourcegraph.downgrade.plan.DatabaseFacts;
import com.sourcegraph.downgrade.plan.Facts;
import com.sourcegraph.downgrade.plan.Journal;
import com.sourcegraph.downgrade.plan.PlanResolver;
import com.sourcegraph.downgrade.plan.Queue;
import com.sourcegraph.downgrade.plan.Run;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.preflight.Preflight;
import com.sourcegraph.downgrade.preflight.PreflightInput;
import com.sourcegraph.downgrade.release.ReleaseLine;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/stops.md} and {@code docs/course.md} leave no reason, check, cause of failure and step out. */
class StopsTest {

    /** Those that the migrator's Job of preflight gives; the plan knows them, {@link Preflight} does not. */
    private static final List<String> BY_THE_MIGRATOR = List.of("MigratorDryRun", "SchemaDrift");

    private final String stops = Pages.read(Pages.doc("stops.md"));

    @Test
    void everyReasonHasAHeading() {
        assertThat(Headings.of(stops))
                .containsAll(Arrays.stream(Reason.values()).map(Reason::label).toList());
    }

    @Test
    void everyCheckIsListedWithWhatToDo() {
        List<String> checks = Stream.concat(preflight().stream().map(CheckStatus::name), BY_THE_MIGRATOR.stream())
                .toList();

        assertThat(checks).hasSizeGreaterThanOrEqualTo(15).allSatisfy(check -> assertThat(row(check))
                .as("a row of a table that begins with `%s` and says what to do", check)
                .hasValueSatisfying(row -> assertThat(row.split("\\|")).hasSizeGreaterThanOrEqualTo(4)));
    }

    @Test
    void everyCauseOfAFailedMigratorIsListed() {
        assertThat(FailureClass.values())
                .allSatisfy(cause -> assertThat(row(cause.name())).isPresent());
    }

    @Test
    void everyStepHasAHeadingInTheCourse() {
        assertThat(Headings.of(Pages.read(Pages.doc("course.md"))))
                .containsAll(
                        Arrays.stream(StepName.values()).map(StepName::label).toList());
    }

    private Optional<String> row(String name) {
        return Headings.outsideCode(stops).stream()
                .filter(line -> line.startsWith("| `" + name + "` |"))
                .findFirst();
    }

    /** The checks of an instance of which nothing could be seen: each still says its name. */
    private static List<CheckStatus> preflight() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        Situation situation = new Situation(
                new Run("sourcegraph", "back-to-4-0", "uid", 1, "digest", now, false),
                Specs.to("v4.0.1", "sourcegraph-v4.0.1"),
                new Journal(Optional.empty()),
                Facts.of(new Queue(Optional.empty(), Set.of()))
                        .withDatabases(new DatabaseFacts.Unknown("There is no frontend.", "Look for it.")),
                now);
        return new Preflight()
                .run(new PreflightInput(
                        situation,
                        Optional.empty(),
                        new PlanResolver(ReleaseLine.known()),
                        Optional.empty(),
                        List.of(),
                        true,
                        List.of(),
                        Optional.empty(),
                        Optional.empty()))
                .checks();
    }
}
