package com.sourcegraph.downgrade.testkit.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sourcegraph.downgrade.testkit.postgres.OutOfBandMigrations;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.ReleaseLine;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DowngradePlanTest {
    /** What the planning of the public source gives for the list of mid-2023; 4.5 to 4.0 is the documented sample. */
    @ParameterizedTest
    @CsvSource({
        "5.0, 4.5, '4.5:[19, 20, 21] 4.5:[]'",
        "5.0, 4.4, '4.5:[19, 20, 21] 4.4:[]'",
        "4.5, 4.4, '4.4:[]'",
        "4.4, 4.3, '4.3:[17, 18] 4.3:[]'",
        "4.5, 4.0, '4.3:[17, 18] 4.0:[]'",
        "5.1, 5.0, '5.0:[22, 23] 5.0:[]'",
        "5.2, 5.1, '5.1:[24] 5.1:[]'",
        "5.3, 5.2, '5.2:[]'",
        "5.3, 4.5, '5.1:[24] 5.0:[22, 23] 4.5:[19, 20, 21] 4.5:[]'",
        "4.0, 3.43, '3.43:[15, 16] 3.43:[]'",
        "4.0, 3.20, '3.43:[1, 2, 4, 5, 7, 13, 14, 15, 16] 3.20:[]'",
    })
    void stepsAreThoseOfTheMigrator(String from, String to, String expected) {
        assertThat(plan(from, to)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"5.0, 4.3", "5.6, 4.4", "5.3, 4.4"})
    void anUndeprecatedMigrationFarAboveTheTargetMakesItPanic(String from, String to) {
        assertThatThrownBy(() -> plan(from, to))
                .isInstanceOf(GoPanic.class)
                .hasMessage("unreachable: input interval not covered in output");
    }

    private static String plan(String from, String to) {
        return DowngradePlan.of(
                        Release.of(from),
                        Release.of(to),
                        OutOfBandMigrations.load().knownTo(Release.minor(5, 6)),
                        ReleaseLine.whole())
                .steps()
                .stream()
                .map(step -> step.release().minorText() + ":" + step.outOfBandMigrations())
                .collect(Collectors.joining(" "));
    }
}
