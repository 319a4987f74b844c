package com.sourcegraph.downgrade.migrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.Schema;
import com.sourcegraph.downgrade.release.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MigratorCommandTest {
    /** An unknown flag is a usage error, so each image gets exactly the flags it knows. */
    @ParameterizedTest
    @CsvSource({
        "4.0, true, downgrade --from=v4.0 --to=v3.20",
        "4.1, true, downgrade --from=v4.0 --to=v3.20 --skip-drift-check --disable-animation",
        "4.5, false, downgrade --from=v4.0 --to=v3.20 --disable-animation",
        "5.0, false, downgrade --from=v4.0 --to=v3.20 --disable-animation",
        "5.1, false, downgrade --from=v4.0 --to=v3.20 --disable-animation --ignore-migrator-update",
        "5.1, true, downgrade --from=v4.0 --to=v3.20 --skip-drift-check --disable-animation --ignore-migrator-update",
        "7.6, false, downgrade --from=v4.0 --to=v3.20 --disable-animation --ignore-migrator-update"
    })
    void givesTheFlagsThatTheImageKnows(String image, boolean skipDriftCheck, String line) {
        assertThat(String.join(
                        " ",
                        new MigratorCommand(Minor.parse(image))
                                .downgrade(Minor.of(4, 0), Minor.of(3, 20), skipDriftCheck)))
                .isEqualTo(line);
    }

    @Test
    void aDryRunLeavesDriftToTheDriftCommand() {
        assertThat(new MigratorCommand(Minor.of(5, 3)).dryRun(Minor.of(5, 3), Minor.of(4, 5)))
                .containsExactly(
                        "downgrade",
                        "--from=v5.3",
                        "--to=v4.5",
                        "--skip-drift-check",
                        "--disable-animation",
                        "--ignore-migrator-update",
                        "--dry-run");
    }

    @ParameterizedTest
    @EnumSource(Schema.class)
    void comparesWithThePatchOfTheRow(Schema schema) {
        assertThat(new MigratorCommand(Minor.of(5, 0)).drift(schema, Version.parse("5.0.6")))
                .containsExactly("drift", "--db=" + schema.id(), "--version=v5.0.6");
        assertThat(new MigratorCommand(Minor.of(5, 1)).drift(schema, Version.parse("5.1")))
                .containsExactly("drift", "--db=" + schema.id(), "--version=v5.1.0", "--ignore-migrator-update");
    }
}
