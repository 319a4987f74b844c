package com.sourcegraph.downgrade.testkit.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults;
import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourcegraphProgramsTest {
    private static final String REGISTRY = "index.docker.io/sourcegraph/";
    private static final List<String> DOWN_TO_4_5 = List.of("downgrade", "--from=v5.0", "--to=v4.5");

    @Test
    void aFrontendConnectsToAllThreeAndWritesItsVersion() throws Exception {
        try (InstanceDatabases databases = InstanceDatabases.at("4.5.1")) {
            SourcegraphPrograms programs = new SourcegraphPrograms(databases);
            try (RunningContainer frontend = frontend(programs, databases, "4.5.0@sha256:0123")) {
                await().atMost(Duration.ofMinutes(1)).until(frontend::isReady);
                assertThat(databases.version()).isEqualTo("4.5.0");
                for (SchemaName schema : SchemaName.values()) {
                    assertThat(sessions(databases, schema, "frontend")).isEqualTo("1");
                }
                frontend.terminate();
                assertThat(frontend.exitCode()).isZero();
                await().atMost(Duration.ofMinutes(1)).until(() -> sessions(databases, SchemaName.FRONTEND, "frontend")
                        .equals("0"));
            }
        }
    }

    @Test
    void stockHostNamesLeadToTheInstance() throws Exception {
        try (InstanceDatabases databases = InstanceDatabases.at("4.5.1")) {
            Map<String, String> stock = Map.of(
                    "PGHOST", "pgsql",
                    "CODEINTEL_PGHOST", "codeintel-db.sourcegraph",
                    "CODEINSIGHTS_PGDATASOURCE", "postgres://postgres:password@codeinsights-db:5432/postgres");
            SourcegraphPrograms programs = new SourcegraphPrograms(databases);
            try (RunningContainer frontend =
                    new RunningContainer(programs, REGISTRY + "frontend:4.5.1", List.of(), stock)) {
                await().atMost(Duration.ofMinutes(1)).until(frontend::isReady);
            }
        }
    }

    @Test
    void anOlderFrontendStartsOnANewerSchemaAndRewritesTheRow() throws Exception {
        try (InstanceDatabases databases = InstanceDatabases.at("5.0.6")) {
            SourcegraphPrograms programs = new SourcegraphPrograms(databases);
            try (RunningContainer frontend = frontend(programs, databases, "4.5.1")) {
                await().atMost(Duration.ofMinutes(1)).until(frontend::isReady);
                assertThat(databases.version()).isEqualTo("4.5.1");
            }
        }
    }

    @Test
    void aNewerFrontendRefusesAnOlderSchema() throws Exception {
        try (InstanceDatabases databases = InstanceDatabases.at("4.5.1")) {
            SourcegraphPrograms programs = new SourcegraphPrograms(databases);
            try (RunningContainer frontend = frontend(programs, databases, "5.0.6")) {
                assertThat(frontend.exitCode()).isEqualTo(1);
                assertThat(frontend.log()).contains("database schema out of date");
                assertThat(databases.version()).isEqualTo("4.5.1");
            }
            try (RunningContainer frontend = frontend(programs, databases, "5.3.9104")) {
                assertThat(frontend.exitCode()).isEqualTo(1);
                assertThat(frontend.log()).contains("upgrading \"frontend\" from \"4.5.1\" to \"5.3.9104\"");
            }
        }
    }

    @Test
    void theInitContainerBringsTheSchemaThere() throws Exception {
        try (InstanceDatabases databases = InstanceDatabases.at("4.5.0")) {
            SourcegraphPrograms programs = new SourcegraphPrograms(databases);
            try (RunningContainer init = new RunningContainer(
                    programs, REGISTRY + "migrator:5.0.6", List.of("up"), databases.environment())) {
                assertThat(init.exitCode()).as(init.log()).isZero();
                assertThat(init.log()).contains("✅ Schema(s) are up-to-date!");
            }
            try (RunningContainer frontend = frontend(programs, databases, "5.0.6")) {
                await().atMost(Duration.ofMinutes(1)).until(frontend::isReady);
            }
        }
    }

    @Test
    void servicesGetTheirDatabasesFromAFrontendAndKeepThem() throws Exception {
        try (InstanceDatabases databases = InstanceDatabases.at("5.0.6")) {
            SourcegraphPrograms programs = new SourcegraphPrograms(databases);
            try (RunningContainer worker = service(programs, "precise-code-intel-worker:5.0.6")) {
                await().during(Duration.ofMillis(100)).until(() -> !worker.isReady());
                try (RunningContainer frontend = frontend(programs, databases, "5.0.6")) {
                    await().atMost(Duration.ofMinutes(1)).until(worker::isReady);
                }
                assertThat(sessions(databases, SchemaName.CODEINTEL, "precise-code-intel-worker"))
                        .isEqualTo("1");
                assertThat(sessions(databases, SchemaName.CODEINSIGHTS, "precise-code-intel-worker"))
                        .isEqualTo("0");
                String beats = "SELECT sum(beats) FROM service_heartbeats WHERE service = 'precise-code-intel-worker'";
                int before = Integer.parseInt(databases.queryText(SchemaName.CODEINTEL, beats));
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> Integer.parseInt(databases.queryText(SchemaName.CODEINTEL, beats)) > before);
            }
        }
    }

    @Test
    void aServiceMayRefuseToStop() throws Exception {
        try (InstanceDatabases databases = InstanceDatabases.at("4.5.1")) {
            SourcegraphPrograms programs = new SourcegraphPrograms(databases);
            programs.services(ServiceSettings.brisk().refusingToStop("frontend"));
            try (RunningContainer frontend = frontend(programs, databases, "4.5.1")) {
                await().atMost(Duration.ofMinutes(1)).until(frontend::isReady);
                frontend.terminate();
                await().during(Duration.ofMillis(300)).until(() -> !frontend.hasEnded());
                frontend.kill();
                assertThat(frontend.exitCode()).isEqualTo(137);
                await().atMost(Duration.ofMinutes(1)).until(() -> sessions(databases, SchemaName.FRONTEND, "frontend")
                        .equals("0"));
            }
        }
    }

    @Test
    void theNextDowngradeFailsAsAskedAndTheOneAfterItDoesNot() throws Exception {
        try (InstanceDatabases databases = InstanceDatabases.at("5.0.6")) {
            SourcegraphPrograms programs = new SourcegraphPrograms(databases);
            programs.failNextDowngrades(MigratorFaults.none().dying(MigratorFaults.Place.BEFORE_VERSION_ROW));
            try (RunningContainer first = migrator(programs, databases)) {
                assertThat(first.exitCode()).isEqualTo(137);
                assertThat(databases.version()).isEqualTo("5.0.6");
            }
            // Its drift check would find the schema of 4.5 where the row says 5.0.6.
            try (RunningContainer second = new RunningContainer(
                    programs,
                    REGISTRY + "migrator:5.0.6",
                    List.of("downgrade", "--from=v5.0", "--to=v4.5", "--skip-drift-check"),
                    databases.environment())) {
                assertThat(second.exitCode()).as(second.log()).isZero();
                assertThat(databases.version()).isEqualTo("4.5.0");
            }
            assertThat(programs.migratorInvocations()).hasSize(2).allMatch(MigratorInvocation::isDowngrade);
        }
    }

    @Test
    void sigtermEndsTheMigratorInTheMiddle() throws Exception {
        try (InstanceDatabases databases = InstanceDatabases.at("5.0.6")) {
            SourcegraphPrograms programs = new SourcegraphPrograms(databases);
            programs.failNextDowngrades(MigratorFaults.none().hanging(MigratorFaults.Place.DURING_MIGRATION, 2));
            try (RunningContainer migrator = migrator(programs, databases)) {
                String pending = "SELECT count(*) FROM migration_logs WHERE NOT up AND success IS NULL";
                await().atMost(Duration.ofMinutes(1)).until(() -> List.of(SchemaName.values()).stream()
                        .anyMatch(schema -> databases.queryText(schema, pending).equals("1")));
                migrator.terminate();
                assertThat(migrator.exitCode()).isEqualTo(143);
                for (SchemaName schema : SchemaName.values()) {
                    await().atMost(Duration.ofMinutes(1))
                            .until(() -> sessions(databases, schema, "migrator").equals("0"));
                }
            }
        }
    }

    @Test
    void whatConnectsToNoDatabaseHasNoProgram() {
        try (InstanceDatabases databases = InstanceDatabases.at("4.5.1")) {
            SourcegraphPrograms programs = new SourcegraphPrograms(databases);
            for (String image : List.of("postgres-12-alpine:4.5.1", "redis-cache:4.5.1", "indexed-searcher:4.5.1")) {
                assertThat(programs.forContainer(REGISTRY + image, "main")).isEmpty();
            }
        }
    }

    private static RunningContainer frontend(SourcegraphPrograms programs, InstanceDatabases databases, String tag) {
        return new RunningContainer(programs, REGISTRY + "frontend:" + tag, List.of(), databases.environment());
    }

    private static RunningContainer service(SourcegraphPrograms programs, String image) {
        return new RunningContainer(programs, REGISTRY + image, List.of(), Map.of());
    }

    private static RunningContainer migrator(SourcegraphPrograms programs, InstanceDatabases databases) {
        return new RunningContainer(programs, REGISTRY + "migrator:5.0.6", DOWN_TO_4_5, databases.environment());
    }

    private static String sessions(InstanceDatabases databases, SchemaName schema, String applicationName) {
        return databases.queryText(
                schema,
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = '"
                        + applicationName + "'");
    }
}
