package com.sourcegraph.downgrade.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReleaseLineTest {
    private final ReleaseLine line = ReleaseLine.known();

    @ParameterizedTest
    @CsvSource({
        "3.0, true", "3.43, true", "3.44, false", "4.0, true", "4.5, true", "4.6, false", "5.11, true", "5.12, false",
        "6.12, true", "6.13, false", "7.0, true", "7.6, true", "7.99, true", "8.0, false", "2.13, false", "0.0, false"
    })
    void knowsWhichMinorsExist(String minor, boolean known) {
        assertThat(line.known(Minor.parse(minor))).isEqualTo(known);
    }

    /** Every pair of known minors, against a line counted out by hand. */
    @Test
    void countsAcrossMajors() {
        List<Minor> all = new ArrayList<>();
        Map<Integer, Integer> last = Map.of(3, 43, 4, 5, 5, 11, 6, 12, 7, 8);
        for (int major = 3; major <= 7; major++) {
            for (int minor = 0; minor <= last.get(major); minor++) {
                all.add(new Minor(major, minor));
            }
        }
        for (int older = 0; older < all.size(); older++) {
            for (int newer = 0; newer < all.size(); newer++) {
                int distance = newer - older;
                assertThat(line.distance(all.get(older), all.get(newer)))
                        .as("%s to %s", all.get(older), all.get(newer))
                        .isEqualTo(distance < 0 ? java.util.OptionalInt.empty() : java.util.OptionalInt.of(distance));
                assertThat(line.adjacent(all.get(older), all.get(newer))).isEqualTo(distance == 1);
                if (distance >= 0) {
                    List<Minor> down = new ArrayList<>(all.subList(older, newer + 1));
                    java.util.Collections.reverse(down);
                    assertThat(line.downwards(all.get(newer), all.get(older))).isEqualTo(down);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"3.43, 4.0", "4.5, 5.0", "5.11, 6.0", "6.12, 7.0", "4.4, 4.5", "7.98, 7.99"})
    void knowsNeighboursAcrossMajors(String older, String newer) {
        assertThat(line.adjacent(Minor.parse(older), Minor.parse(newer))).isTrue();
        assertThat(line.adjacent(Minor.parse(newer), Minor.parse(older))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"7.6, 8.0", "8.0, 8.1", "4.6, 5.0", "4.5, 4.6", "2.0, 3.0"})
    void guessesNothingAboutTheUnknown(String older, String newer) {
        assertThat(line.distance(Minor.parse(older), Minor.parse(newer))).isEmpty();
        assertThat(line.adjacent(Minor.parse(older), Minor.parse(newer))).isFalse();
        assertThatThrownBy(() -> line.downwards(Minor.parse(newer), Minor.parse(older)))
                .hasMessageContaining("There is no way down from " + newer + " to " + older)
                .hasMessageContaining("4.0 to 4.5");
    }

    @Test
    void refusesToGoUp() {
        assertThatThrownBy(() -> line.downwards(Minor.of(4, 0), Minor.of(4, 5)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void canBeOfOtherData() {
        ReleaseLine small = new ReleaseLine(Map.of(1, 2));
        assertThat(small.downwards(Minor.of(2, 1), Minor.of(1, 1)))
                .containsExactly(Minor.of(2, 1), Minor.of(2, 0), Minor.of(1, 2), Minor.of(1, 1));
        assertThat(small.describe()).isEqualTo("1.0 to 1.2, 2.0 and later");
        assertThatThrownBy(() -> new ReleaseLine(Map.of(1, 2, 3, 4))).hasMessageContaining("gap");
    }

    @ParameterizedTest
    @CsvSource({
        "5.10, 5.9, true",
        "5.9, 5.8, false",
        "5.11, 5.10, false",
        "6.12, 4.5, true",
        "5.10, 5.10, false",
        "5.9, 3.20, false"
    })
    void knowsWherePostgresChanges(String from, String to, boolean crossed) {
        assertThat(PostgresBoundary.crossedBy(Minor.parse(from), Minor.parse(to)))
                .isEqualTo(crossed);
        assertThat(PostgresBoundary.builtInMajor(Minor.parse(from)) != PostgresBoundary.builtInMajor(Minor.parse(to)))
                .isEqualTo(crossed);
    }

    /** An older migrator stops or never ends, one from 5.8 on has forgotten major 3. */
    @ParameterizedTest
    @CsvSource({
        "4.5, 4.5, 4.0, true",
        "5.0, 4.5, 4.0, true",
        "4.4, 4.5, 4.0, false",
        "3.43, 3.43, 3.20, false",
        "4.0, 4.0, 3.20, true",
        "5.7, 4.5, 3.43, true",
        "5.8, 4.5, 3.43, false",
        "5.8, 4.5, 4.0, true",
        "7.6, 6.12, 5.0, true"
    })
    void knowsWhichMigratorCoversARange(String migrator, String from, String to, boolean covers) {
        assertThat(MigratorSupport.covers(Minor.parse(migrator), Minor.parse(from), Minor.parse(to)))
                .isEqualTo(covers);
    }

    @Test
    void knowsWhichMigratorRunsOnWhichPostgres() {
        assertThat(MigratorSupport.runsOn(Minor.of(5, 11), 12)).isTrue();
        assertThat(MigratorSupport.runsOn(Minor.of(6, 0), 12)).isFalse();
        assertThat(MigratorSupport.runsOn(Minor.of(6, 0), 16)).isTrue();
        assertThat(MigratorSupport.runsOn(MigratorSupport.newestBelowPostgres16(), 12))
                .isTrue();
    }
}
