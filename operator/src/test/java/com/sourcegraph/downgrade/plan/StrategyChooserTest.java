package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.database.OutOfBandMigration;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.ReleaseLine;
import com.sourcegraph.downgrade.release.Version;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategyChooserTest {
    private final StrategyChooser chooser = new StrategyChooser(ReleaseLine.known());

    @ParameterizedTest(name = "{0} from {1} to {2}, data moved by a migration of {3}")
    @CsvSource(nullValues = "-", textBlock = """
                    # asked,    from,       to,      moved since, chosen,    why
                    AUTO,       4.5.1,      4.5.0,   -,           MANIFESTS, a step back of patches within 4.5 changes no schema
                    AUTO,       5.3.12303,  5.3.9104, -,          MANIFESTS, a step back of patches within 5.3 changes no schema
                    MANIFESTS,  4.5.1,      4.5.0,   -,           MANIFESTS, a step back of patches within 4.5 changes no schema
                    AUTO,       4.5.1,      4.4.2,   -,           MANIFESTS, 4.4 runs on the schema of 4.5 and nothing out-of-band has to be reversed
                    AUTO,       5.0.6,      4.5.1,   -,           MANIFESTS, 4.5 runs on the schema of 5.0 and nothing out-of-band has to be reversed
                    AUTO,       4.0.1,      3.43.2,  -,           MANIFESTS, 3.43 runs on the schema of 4.0 and nothing out-of-band has to be reversed
                    AUTO,       6.0.0,      5.11.0,  -,           MANIFESTS, 5.11 runs on the schema of 6.0 and nothing out-of-band has to be reversed
                    AUTO,       4.5.1,      4.4.2,   4.4,         MIGRATOR,  out-of-band migrations [19] have to be reversed
                    AUTO,       4.5.1,      4.4.2,   4.5,         MANIFESTS, 4.4 runs on the schema of 4.5 and nothing out-of-band has to be reversed
                    AUTO,       4.5.1,      4.4.2,   4.3,         MANIFESTS, 4.4 runs on the schema of 4.5 and nothing out-of-band has to be reversed
                    MANIFESTS,  4.5.1,      4.4.2,   4.4,         MANIFESTS, spec.strategy asks for it
                    MIGRATOR,   5.0.6,      4.5.1,   -,           MIGRATOR,  spec.strategy asks for it
                    AUTO,       4.5.1,      4.0.1,   -,           MIGRATOR,  5 minors lie between 4.5 and 4.0
                    AUTO,       5.3.12303,  4.5.1,   -,           MIGRATOR,  4 minors lie between 5.3 and 4.5
                    AUTO,       4.0.1,      3.42.0,  -,           MIGRATOR,  2 minors lie between 4.0 and 3.42
                    """)
    void choosesTheLeastThatIsEnough(
            Strategy asked, String from, String to, String moved, Strategy chosen, String why) {
        StrategyChoice choice = chooser.choose(asked, Version.parse(from), Version.parse(to), migrations(moved, 0.5));

        assertThat(choice.possible()).isTrue();
        assertThat(choice.strategy()).isEqualTo(chosen);
        assertThat(choice.reason()).isEqualTo(why);
    }

    @ParameterizedTest(name = "{0} from {1} to {2}")
    @CsvSource(delimiter = '|', textBlock = """
                    MIGRATOR  | 4.5.1 | 4.5.0  | The migrator refuses a range within one minor (4.5.1 to 4.5.0): both have the same schema | Create the resource anew with spec.strategy: Manifests, or without spec.strategy
                    MANIFESTS | 5.0.6 | 4.4.2  | From 5.0 to 4.4 are 2 minors, and an older release runs on a newer schema for one minor only | Create the resource anew with spec.strategy: Migrator, or without spec.strategy
                    AUTO      | 9.0.0 | 5.0.0  | The way from 9.0 to 5.0 is not known; the release line is 3.0 to 3.43, 4.0 to 4.5, 5.0 to 5.11, 6.0 to 6.12, 7.0 and later | Check spec.to and spec.from, or use a newer operator
                    MANIFESTS | 4.5.1 | 3.44.0 | The way from 4.5 to 3.44 is not known; the release line is 3.0 to 3.43, 4.0 to 4.5, 5.0 to 5.11, 6.0 to 6.12, 7.0 and later | Check spec.to and spec.from, or use a newer operator
                    AUTO      | 4.4.2 | 4.5.1  | The way from 4.4 to 4.5 is not known; the release line is 3.0 to 3.43, 4.0 to 4.5, 5.0 to 5.11, 6.0 to 6.12, 7.0 and later | Check spec.to and spec.from, or use a newer operator
                    """)
    void saysWhyThereIsNoWay(Strategy asked, String from, String to, String problem, String remedy) {
        StrategyChoice choice = chooser.choose(asked, Version.parse(from), Version.parse(to), List.of());

        assertThat(choice.possible()).isFalse();
        assertThat(choice.problem()).isEqualTo(problem);
        assertThat(choice.remedy()).isEqualTo(remedy);
    }

    @Test
    void aMigrationThatMovedNothingNeedsNoReversal() {
        StrategyChoice choice =
                chooser.choose(Strategy.AUTO, Version.parse("4.5.1"), Version.parse("4.4.2"), migrations("4.4", 0));

        assertThat(choice.strategy()).isEqualTo(Strategy.MANIFESTS);
    }

    private static List<OutOfBandMigration> migrations(String introduced, double progress) {
        return introduced == null
                ? List.of()
                : List.of(new OutOfBandMigration(
                        19,
                        "team",
                        "component",
                        "description",
                        progress,
                        true,
                        false,
                        Minor.parse(introduced),
                        Optional.empty()));
    }
}
