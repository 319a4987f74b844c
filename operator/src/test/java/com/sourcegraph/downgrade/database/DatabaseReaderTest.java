package com.sourcegraph.downgrade.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import com.sourcegraph.downgrade.redact.SecretText;
import com.sourcegraph.downgrade.release.Component;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.Schema;
import com.sourcegraph.downgrade.release.Version;
import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DatabaseReaderTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Set<DatabaseAspect> ALL = EnumSet.allOf(DatabaseAspect.class);
    private static final DatabaseTimeouts SHORT = new DatabaseTimeouts(
            Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofSeconds(10));

    private final DatabaseReader reader = new DatabaseReader(DatabaseTimeouts.standard());
    private InstanceDatabases instance;

    @BeforeEach
    void create() {
        instance = InstanceDatabases.at("5.0.6");
    }

    @AfterEach
    void drop() {
        instance.close();
    }

    @AfterAll
    static void leavesNoThread() {
        await().atMost(Duration.ofSeconds(10)).until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("database-look")));
    }

    @Test
    void seesAHealthyInstance() {
        DatabaseState state = read();
        assertThat(state.allReachable()).isTrue();
        assertThat(state.unreachable()).isEmpty();
        assertThat(state.observedAt()).isEqualTo(NOW);
        assertThat(state.versionsLookup()).isEqualTo(VersionsLookup.FOUND);
        assertThat(state.versions().orElseThrow().release()).contains(Version.of(5, 0, 6));
        for (Schema schema : Schema.values()) {
            SchemaState.Reachable found = state.reachable(schema).orElseThrow();
            assertThat(found.serverMajor()).isEqualTo(12);
            assertThat(found.isClean()).isTrue();
            assertThat(found.hasMigrationLogs()).isTrue();
            assertThat(found.applied())
                    .isEqualTo(instance.migrations(Databases.testkit(schema))
                            .applied()
                            .size())
                    .isPositive();
            assertThat(found.sessions()).isEmpty();
            assertThat(found.migratorLockHolder()).isEmpty();
        }
        assertThat(state.outOfBand()).isNotEmpty().isSortedAccordingTo((a, b) -> a.id() - b.id());
        OutOfBandMigration scip = state.outOfBand().stream()
                .filter(migration -> migration.id() == 20)
                .findFirst()
                .orElseThrow();
        assertThat(scip.introduced()).isEqualTo(Minor.of(4, 5));
        assertThat(scip.nonDestructive()).isFalse();
        assertThat(scip.reversedBy(Minor.of(5, 0), Minor.of(4, 5))).isTrue();
        assertThat(scip.reversedBy(Minor.of(4, 5), Minor.of(4, 0))).isFalse();
    }

    @Test
    void looksAtNothingThatItIsNotAskedFor() {
        DatabaseState state = reader.read(Databases.credentials(instance), Set.of(DatabaseAspect.SESSIONS), NOW);
        assertThat(state.versionsLookup()).isEqualTo(VersionsLookup.NOT_READ);
        assertThat(state.versions()).isEmpty();
        assertThat(state.outOfBand()).isEmpty();
        assertThat(state.reachable(Schema.FRONTEND).orElseThrow().hasMigrationLogs())
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(Schema.class)
    void tellsAFailedMigrationFromAHalfDoneOne(Schema schema) {
        long id = instance.breakages().dirty(Databases.testkit(schema));
        assertThat(found(schema).failed()).singleElement().satisfies(log -> {
            assertThat(log.version()).isEqualTo(id);
            assertThat(log.up()).isTrue();
            assertThat(log.error()).hasValueSatisfying(text -> assertThat(text).contains("statement timeout"));
        });

        long half = instance.breakages().pending(Databases.testkit(schema));
        assertThat(half).isNotEqualTo(id);
        SchemaState.Reachable state = found(schema);
        assertThat(state.pending()).extracting(MigrationLog::version).containsExactly(half);
        assertThat(state.failed()).extracting(MigrationLog::version).containsExactly(id);
        assertThat(state.interruptedReverts()).isEmpty();
        assertThat(state.isClean()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Schema.class)
    void seesARevertThatWasInterrupted(Schema schema) {
        int applied = found(schema).applied();
        long id = instance.breakages().interruptedRevert(Databases.testkit(schema));
        SchemaState.Reachable state = found(schema);
        assertThat(state.interruptedReverts()).extracting(MigrationLog::version).containsExactly(id);
        assertThat(state.pending()).isEmpty();
        assertThat(state.isClean()).isFalse();
        // The migrator no longer counts it as applied: that is why it would skip it.
        assertThat(state.applied()).isEqualTo(applied - 1);
    }

    /** A revert that failed is tried again by the next attempt, so the schema counts as clean. */
    @ParameterizedTest
    @EnumSource(Schema.class)
    void leavesAFailedRevertOut(Schema schema) {
        int applied = found(schema).applied();
        long id = instance.breakages().failedRevert(Databases.testkit(schema));
        assertThat(found(schema).isClean()).isTrue();
        assertThat(found(schema).applied()).isEqualTo(applied);

        RevertCount count = new MigrationCounter(DatabaseTimeouts.standard())
                .revertedSince(Databases.credentials(instance), Instant.now().minusSeconds(60))
                .get(schema);
        assertThat(count.reverted()).isZero();
        assertThat(count.errors()).extracting(MigrationLog::version).containsExactly(id);
    }

    @Test
    void countsRevertsOfThisAttemptOnly() {
        instance.execute(
                SchemaName.CODEINTEL,
                "INSERT INTO migration_logs (migration_logs_schema_version, schema, version, up, started_at, success,"
                        + " finished_at) SELECT 2, 'codeintel_schema_migrations', v, false, now() - a * interval '1 hour',"
                        + " true, now() FROM (VALUES (1, 5), (2, 0), (3, 0), (3, 0)) AS t (v, a)");
        Map<Schema, RevertCount> counts = new MigrationCounter(DatabaseTimeouts.standard())
                .revertedSince(Databases.credentials(instance), Instant.now().minus(Duration.ofHours(1)));
        assertThat(counts).containsOnlyKeys(Schema.values());
        assertThat(counts.get(Schema.CODEINTEL).reverted()).isEqualTo(2);
        assertThat(counts.get(Schema.FRONTEND).reverted()).isZero();
    }

    @Test
    void tellsAMissingRowFromAMissingTable() {
        instance.breakages().noVersionRow();
        assertThat(read().versionsLookup()).isEqualTo(VersionsLookup.ROW_MISSING);
        instance.execute(SchemaName.FRONTEND, "DROP TABLE versions CASCADE");
        assertThat(read().versionsLookup()).isEqualTo(VersionsLookup.TABLE_MISSING);
        assertThat(read().versions()).isEmpty();
    }

    @Test
    void readsARowThatIsNoRelease() {
        instance.breakages().versionRow("insiders");
        VersionsRow row = read().versions().orElseThrow();
        assertThat(row.version()).isEqualTo("insiders");
        assertThat(row.release()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"4.0.1, false", "5.3.0, true"})
    void readsAutoUpgradeWhereTheReleaseHasIt(String release, boolean has) {
        try (InstanceDatabases other = InstanceDatabases.at(release)) {
            VersionsRow before = reader.read(Databases.credentials(other), ALL, NOW)
                    .versions()
                    .orElseThrow();
            assertThat(before.autoUpgrade()).isEqualTo(has ? Optional.of(false) : Optional.empty());
            if (has) {
                other.breakages().autoUpgrade();
                assertThat(reader.read(Databases.credentials(other), ALL, NOW)
                                .versions()
                                .orElseThrow()
                                .autoUpgrade())
                        .contains(true);
            }
        }
    }

    /** Before 3.29 the versions of out-of-band migrations were texts, and {@code versions} had three columns. */
    @Test
    void readsTheOldShapes() {
        instance.execute(
                SchemaName.FRONTEND,
                "DROP TABLE out_of_band_migrations CASCADE; CREATE TABLE out_of_band_migrations (id int PRIMARY KEY,"
                        + " team text NOT NULL, component text NOT NULL, description text NOT NULL, introduced text NOT NULL,"
                        + " deprecated text, progress double precision NOT NULL DEFAULT 0, created timestamptz NOT NULL"
                        + " DEFAULT now(), last_updated timestamptz, non_destructive boolean NOT NULL, apply_reverse boolean"
                        + " NOT NULL DEFAULT false); INSERT INTO out_of_band_migrations VALUES (1, 'code-intelligence', 'c',"
                        + " 'd', '3.25.0', NULL, 0.5, now(), NULL, true, false), (2, 'campaigns', 'c', 'd', '3.26', '3.28.0',"
                        + " 1, now(), NULL, true, true); DROP TABLE versions CASCADE; CREATE TABLE versions (service text"
                        + " PRIMARY KEY, version text NOT NULL, updated_at timestamptz NOT NULL DEFAULT now()); INSERT INTO"
                        + " versions VALUES ('frontend', '3.28.0')");
        DatabaseState state = read();
        assertThat(state.versions()).contains(new VersionsRow("3.28.0", Optional.empty(), Optional.empty()));
        assertThat(state.outOfBand())
                .containsExactly(
                        new OutOfBandMigration(
                                1, "code-intelligence", "c", "d", 0.5, true, false, Minor.of(3, 25), Optional.empty()),
                        new OutOfBandMigration(
                                2,
                                "campaigns",
                                "c",
                                "d",
                                1,
                                true,
                                true,
                                Minor.of(3, 26),
                                Optional.of(Minor.of(3, 28))));
    }

    @Test
    void saysThatADatabaseHasNoMigrationLogs() {
        instance.execute(SchemaName.CODEINSIGHTS, "DROP TABLE migration_logs CASCADE");
        assertThat(found(Schema.CODEINSIGHTS).hasMigrationLogs()).isFalse();
        assertThat(new MigrationCounter(SHORT).revertedSince(Databases.credentials(instance), NOW))
                .doesNotContainKey(Schema.CODEINSIGHTS);
    }

    @Test
    void tellsWhoseSessionsThereAre() throws Exception {
        try (Connection gitserver = instance.breakages().session(SchemaName.FRONTEND, "gitserver");
                Connection worker = instance.breakages().session(SchemaName.FRONTEND, "oobmigration");
                Connection person = instance.breakages().session(SchemaName.FRONTEND, "psql");
                Connection nameless = instance.breakages().session(SchemaName.FRONTEND, "");
                Connection migrator = instance.breakages().session(SchemaName.CODEINTEL, "migrator");
                Connection operator = instance.breakages().session(SchemaName.CODEINTEL, Session.OPERATOR_NAME)) {
            assertThat(List.of(gitserver, worker, person, nameless, migrator, operator))
                    .allMatch(connection -> connection != null);
            DatabaseState state = read();
            SchemaState.Reachable frontend = state.reachable(Schema.FRONTEND).orElseThrow();
            assertThat(frontend.sessions())
                    .extracting(Session::applicationName, Session::kind)
                    .containsExactlyInAnyOrder(
                            tuple("", SessionKind.FOREIGN),
                            tuple("gitserver", SessionKind.SERVICE),
                            tuple("oobmigration", SessionKind.SERVICE),
                            tuple("psql", SessionKind.FOREIGN));
            assertThat(frontend.serviceSessions())
                    .extracting(session -> session.component().orElseThrow())
                    .containsExactlyInAnyOrder(Component.GITSERVER, Component.WORKER);
            assertThat(frontend.serviceSessions().get(0).describe())
                    .startsWith("gitserver from 127.0.0.1 (pid ")
                    .endsWith(", idle)");
            assertThat(state.reachable(Schema.CODEINTEL).orElseThrow().sessions())
                    .extracting(Session::kind)
                    .containsExactlyInAnyOrder(SessionKind.MIGRATOR, SessionKind.OPERATOR);
            assertThat(state.reachable(Schema.CODEINSIGHTS).orElseThrow().sessions())
                    .isEmpty();
        }
    }

    /** A role that PostgreSQL hides most of a session from still learns whose session it is. */
    @Test
    void seesSessionsAsALesserRole() throws Exception {
        String role = "looker_" + instance.address(SchemaName.FRONTEND).database();
        instance.execute(
                SchemaName.FRONTEND,
                "CREATE ROLE " + role
                        + " LOGIN PASSWORD 'looker-password'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + role);
        try (Connection gitserver = instance.breakages().session(SchemaName.FRONTEND, "gitserver");
                Connection lock = instance.breakages().migratorLock(SchemaName.FRONTEND)) {
            assertThat(gitserver.isClosed() || lock.isClosed()).isFalse();
            DatabaseCredentials own = Databases.credentials(instance).get(Schema.FRONTEND);
            DatabaseCredentials lesser = new DatabaseCredentials(
                    Schema.FRONTEND,
                    own.host(),
                    own.port(),
                    own.database(),
                    role,
                    new SecretText("looker-password"),
                    own.sslMode());
            DatabaseState state = reader.read(Map.of(Schema.FRONTEND, lesser), ALL, NOW);
            SchemaState.Reachable frontend = state.reachable(Schema.FRONTEND).orElseThrow();
            assertThat(frontend.serviceSessions()).singleElement().satisfies(session -> {
                assertThat(session.applicationName()).isEqualTo("gitserver");
                assertThat(session.clientAddress()).isEmpty();
                assertThat(session.backendStart()).isEmpty();
            });
            assertThat(frontend.migratorLockHolder())
                    .map(Session::applicationName)
                    .contains("migrator");
            assertThat(state.versionsLookup()).isEqualTo(VersionsLookup.FOUND);
        } finally {
            instance.execute(SchemaName.FRONTEND, "DROP OWNED BY " + role + "; DROP ROLE " + role);
        }
    }

    @ParameterizedTest
    @EnumSource(Schema.class)
    void seesWhoHoldsTheMigratorsLock(Schema schema) throws Exception {
        try (Connection lock = instance.breakages().migratorLock(Databases.testkit(schema));
                Connection other = instance.breakages().session(Databases.testkit(schema), "worker");
                Statement statement = other.createStatement()) {
            // A service's own lock, with two keys as well.
            statement.execute("SELECT pg_advisory_lock(4711, 42)");
            DatabaseState state = read();
            assertThat(state.reachable(schema).orElseThrow().migratorLockHolder())
                    .map(Session::kind)
                    .contains(SessionKind.MIGRATOR);
            for (Schema free : EnumSet.complementOf(EnumSet.of(schema))) {
                assertThat(state.reachable(free).orElseThrow().migratorLockHolder())
                        .isEmpty();
            }
            assertThat(lock.isClosed()).isFalse();
        }
    }

    @Test
    void holdsNoConnectionBetweenLooks() {
        read();
        for (Schema schema : Schema.values()) {
            await().untilAsserted(() -> assertThat(instance.queryText(
                            Databases.testkit(schema),
                            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND application_name = '" + Session.OPERATOR_NAME + "'"))
                    .isEqualTo("0"));
        }
    }

    @Test
    void doesNotWaitForALock() throws Exception {
        try (Connection holder = instance.connect(SchemaName.FRONTEND);
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE versions IN ACCESS EXCLUSIVE MODE");
            DatabaseState state = new DatabaseReader(SHORT).read(Databases.credentials(instance), ALL, NOW);
            assertThat(state.unreachable()).containsOnlyKeys(Schema.FRONTEND);
            assertThat(state.unreachable().get(Schema.FRONTEND)).contains("holds the operator's question up");
            assertThat(state.reachable(Schema.CODEINTEL)).isPresent();
        }
    }

    @Test
    void saysWhyADatabaseDoesNotAnswer() throws IOException {
        Map<Schema, DatabaseCredentials> credentials = new HashMap<>(Databases.credentials(instance));
        DatabaseCredentials own = credentials.get(Schema.FRONTEND);
        String password = "wrong/pass@word";
        credentials.put(
                Schema.FRONTEND,
                new DatabaseCredentials(
                        Schema.FRONTEND,
                        own.host(),
                        own.port(),
                        own.database(),
                        own.user(),
                        new SecretText(password),
                        own.sslMode()));
        credentials.put(
                Schema.CODEINTEL,
                new DatabaseCredentials(
                        Schema.CODEINTEL,
                        own.host(),
                        own.port(),
                        "no_such_database",
                        own.user(),
                        own.password(),
                        own.sslMode()));
        credentials.put(
                Schema.CODEINSIGHTS,
                new DatabaseCredentials(
                        Schema.CODEINSIGHTS,
                        "no-such-host.invalid",
                        5432,
                        "d",
                        "u",
                        new SecretText(""),
                        Optional.empty()));
        DatabaseState state = reader.read(credentials, ALL, NOW);
        assertThat(state.allReachable()).isFalse();
        assertThat(state.versionsLookup()).isEqualTo(VersionsLookup.NOT_READ);
        assertThat(state.unreachable().get(Schema.FRONTEND))
                .contains("schema frontend", "check the variables PGUSER and PGPASSWORD")
                .doesNotContain(password);
        assertThat(state.unreachable().get(Schema.CODEINTEL)).contains("CODEINTEL_PGDATABASE");
        assertThat(state.unreachable().get(Schema.CODEINSIGHTS)).contains("CODEINSIGHTS_PGHOST");
    }

    /** A server that takes the connection and then says nothing, as a proxy without a backend does. */
    @Test
    void givesUpOnAServerThatSaysNothing() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            DatabaseCredentials mute = new DatabaseCredentials(
                    Schema.FRONTEND,
                    "127.0.0.1",
                    silent.getLocalPort(),
                    "d",
                    "u",
                    new SecretText("p"),
                    Optional.of("disable"));
            DatabaseState state = new DatabaseReader(SHORT).read(Map.of(Schema.FRONTEND, mute), ALL, NOW);
            assertThat(state.unreachable()).containsOnlyKeys(Schema.FRONTEND);
        }
    }

    @Test
    void asksNobodyWithoutCredentials() {
        DatabaseState state = reader.read(Map.of(), ALL, NOW);
        assertThat(state.schemas()).isEmpty();
        assertThat(state.allReachable()).isFalse();
    }

    private DatabaseState read() {
        return reader.read(Databases.credentials(instance), ALL, NOW);
    }

    private SchemaState.Reachable found(Schema schema) {
        return read().reachable(schema).orElseThrow();
    }
}
