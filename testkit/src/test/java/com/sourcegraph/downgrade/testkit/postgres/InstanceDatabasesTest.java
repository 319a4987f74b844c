package com.sourcegraph.downgrade.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceDatabasesTest {
    @ParameterizedTest
    @ValueSource(strings = {"3.43.2", "4.0.1", "4.5.1", "5.0.6", "5.1.9", "5.3.12303", "5.11.6271", "6.12.5040"})
    void isARealInstanceOfItsRelease(String release) {
        try (InstanceDatabases databases = InstanceDatabases.at(release)) {
            assertThat(databases.version()).isEqualTo(release);
            assertThat(databases.queryText(SchemaName.FRONTEND, "SELECT first_version FROM versions"))
                    .isEqualTo("3.43.0");
            assertThat(Integer.parseInt(databases.queryText(SchemaName.FRONTEND, "SELECT count(*) FROM repo")))
                    .isGreaterThan(100);
            for (SchemaName schema : SchemaName.values()) {
                MigrationLog.State state = databases.migrations(schema);
                assertThat(state.pending()).isEmpty();
                assertThat(state.failed()).isEmpty();
                assertThat(state.applied())
                        .containsExactlyElementsOf(SchemaHistory.load().upTo(schema, Release.of(release)).stream()
                                .map(Migration::id)
                                .toList());
            }
            assertThat(databases.queryText(
                            SchemaName.FRONTEND, "SELECT count(*) FROM out_of_band_migrations WHERE progress < 1"))
                    .isEqualTo("0");
        }
    }

    @Test
    void hasTheTablesOfItsReleaseOnly() {
        try (InstanceDatabases older = InstanceDatabases.at("5.0.6");
                InstanceDatabases newer = InstanceDatabases.at("5.1.9")) {
            String upgradeLogs = "SELECT to_regclass('upgrade_logs')";
            assertThat(older.queryText(SchemaName.FRONTEND, upgradeLogs)).isEmpty();
            assertThat(newer.queryText(SchemaName.FRONTEND, upgradeLogs)).isEqualTo("upgrade_logs");
            assertThat(newer.queryText(SchemaName.FRONTEND, "SELECT auto_upgrade FROM versions"))
                    .isEqualTo("f");
            assertThat(older.queryText(
                            SchemaName.FRONTEND,
                            "SELECT count(*) FROM information_schema.columns WHERE column_name = 'auto_upgrade'"))
                    .isEqualTo("0");
        }
    }

    @Test
    void patchReleasesBringMigrationsOfTheirOwn() {
        List<Migration> added =
                SchemaHistory.load().between(SchemaName.FRONTEND, Release.of("4.5.0"), Release.of("4.5.1"));
        assertThat(added).extracting(Migration::since).containsOnly(Release.of("4.5.1"));
    }

    @ParameterizedTest
    @EnumSource(SchemaName.class)
    void idsAndReleasesGrowTogether(SchemaName schema) {
        List<Migration> all = SchemaHistory.load().all(schema);
        assertThat(all).extracting(Migration::id).doesNotHaveDuplicates().isSorted();
        assertThat(all).extracting(Migration::since).isSorted();
    }

    @Test
    void environmentLeadsToEachDatabaseInBothForms() throws Exception {
        try (InstanceDatabases databases = InstanceDatabases.at("5.0.6")) {
            for (Map<String, String> environment : List.of(
                    databases.environment(),
                    databases.withCodeInsightsDataSource().environment())) {
                for (SchemaName schema : SchemaName.values()) {
                    DatabaseAddress address = DatabaseAddress.fromEnvironment(environment, schema);
                    assertThat(address).isEqualTo(databases.address(schema));
                    address.open("test").close();
                }
            }
            assertThat(databases.withCodeInsightsDataSource().environment())
                    .containsKey("CODEINSIGHTS_PGDATASOURCE")
                    .doesNotContainKey("CODEINSIGHTS_PGHOST");
            assertThat(databases.environment().values().stream().filter(value -> value.contains("s3cret")))
                    .doesNotHaveDuplicates()
                    .hasSize(3);
        }
    }

    @Test
    void closingDropsTheDatabasesUnderOpenSessions() throws Exception {
        InstanceDatabases databases = InstanceDatabases.at("4.5.1");
        try (Connection session = databases.breakages().session(SchemaName.CODEINTEL, "gitserver")) {
            databases.close();
            assertThat(session.isValid(5)).isFalse();
            assertThatThrownBy(() -> databases.connect(SchemaName.CODEINTEL).close())
                    .hasMessageContaining("does not exist");
        }
    }

    @Test
    void refusesAReleaseOutsideItsHistory() {
        assertThatThrownBy(() -> InstanceDatabases.at("3.20.0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from 3.43 to 6.12");
    }

    @ParameterizedTest
    @EnumSource(SchemaName.class)
    void canBeBrokenInEachOfItsLogs(SchemaName schema) {
        try (InstanceDatabases databases = InstanceDatabases.at("5.0.6")) {
            int last = databases.migrations(schema).applied().last();
            // A failed revert leaves a migration applied.
            assertThat(databases.breakages().failedRevert(schema)).isEqualTo(last);
            assertThat(databases.migrations(schema).applied()).contains(last);
            // An interrupted one, and a pending up, do not; a failed up is failed.
            assertThat(databases.breakages().interruptedRevert(schema)).isEqualTo(last);
            assertThat(databases.migrations(schema).pending()).containsExactly(last);
            int before = databases.breakages().pending(schema);
            assertThat(before).isLessThan(last);
            assertThat(databases.migrations(schema).pending()).containsExactlyInAnyOrder(before, last);
            int dirty = databases.breakages().dirty(schema);
            assertThat(databases.migrations(schema).failed()).containsExactly(dirty);
        }
    }
}
