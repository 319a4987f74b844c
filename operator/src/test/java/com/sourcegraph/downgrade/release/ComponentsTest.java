package com.sourcegraph.downgrade.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComponentsTest {
    @ParameterizedTest
    @CsvSource({
        "postgres-12-alpine, PGSQL",
        "postgres, PGSQL",
        "postgresql-16, PGSQL",
        "postgresql-16-codeinsights, CODEINSIGHTS_DB",
        "codeintel-db, CODEINTEL_DB",
        "codeinsights-db, CODEINSIGHTS_DB",
        "frontend, FRONTEND",
        "migrator, MIGRATOR",
        "migrator-airgapped, MIGRATOR",
        "worker, WORKER",
        "gitserver, GITSERVER",
        "precise-code-intel-worker, PRECISE_CODE_INTEL_WORKER",
        "repo-updater, REPO_UPDATER",
        "searcher, SEARCHER",
        "symbols, SYMBOLS",
        "embeddings, EMBEDDINGS",
        "syntactic-code-intel-worker, SYNTACTIC_CODE_INTEL_WORKER",
        "server, SERVER",
        "indexed-searcher, INDEXED_SEARCH",
        "search-indexer, INDEXED_SEARCH",
        "syntax-highlighter, SYNTECT_SERVER",
        "github-proxy, GITHUB_PROXY",
        "minio, MINIO",
        "blobstore, BLOBSTORE",
        "redis-cache, REDIS_CACHE",
        "redis_exporter, REDIS_EXPORTER",
        "postgres_exporter, POSTGRES_EXPORTER",
        "grafana, GRAFANA",
        "jaeger-all-in-one, JAEGER",
        "opentelemetry-collector, OTEL_COLLECTOR",
        "alpine-3.14, ALPINE",
        "executor-kubernetes, EXECUTOR",
        "qdrant, QDRANT"
    })
    void tellsComponentsByImage(String basename, Component component) {
        assertThat(Components.byImage(basename)).contains(component);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nginx", "worker2", "my-frontend", "postgrest", "pgadmin", "mongo"})
    void doesNotGuess(String basename) {
        assertThat(Components.byImage(basename)).isEmpty();
    }

    /** No image may be two things, or an answer would depend on the order of the table. */
    @Test
    void oneImageIsOneComponent() {
        for (String basename : new String[] {
            "postgres-12-alpine",
            "postgresql-16",
            "postgresql-16-codeinsights",
            "postgres_exporter",
            "worker",
            "precise-code-intel-worker",
            "syntactic-code-intel-worker",
            "search-indexer",
            "alpine-3.14"
        }) {
            assertThat(Arrays.stream(Component.values()).filter(component -> component.hasImage(basename)))
                    .as(basename)
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Component.class)
    void whatIsConnectedNamesItsSessionsAndNothingElseDoes(Component component) {
        boolean named = component.applicationName().isPresent();
        assertThat(named).isEqualTo(component.kind() == ComponentKind.CONNECTED && component != Component.SERVER);
        component.applicationName().ifPresent(name -> assertThat(Components.byApplicationName(name))
                .contains(component));
    }

    @Test
    void tellsSessionsOfTheWorkersSecondName() {
        assertThat(Components.byApplicationName("oobmigration")).contains(Component.WORKER);
        assertThat(Components.byApplicationName("psql")).isEmpty();
        assertThat(Components.byApplicationName("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sourcegraph-frontend",
                "sourcegraph-frontend-internal",
                "worker",
                "worker-0",
                "worker-12",
                "worker-executors",
                "syntactic-code-intel",
                "indexed-search-indexer",
                "pgsql",
                "otel-agent",
                "minio"
            })
    void knowsTheNamesThatReleasesGive(String name) {
        assertThat(Components.knownName(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "my-app", "worker-x", "frontend", "pgsql-backup", "sourcegraph"})
    void doesNotKnowOthers(String name) {
        assertThat(Components.knownName(name)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "REPO_UPDATER, 6.3, true",
        "REPO_UPDATER, 6.4, false",
        "SYNTACTIC_CODE_INTEL_WORKER, 5.6, false",
        "SYNTACTIC_CODE_INTEL_WORKER, 5.7, true",
        "EMBEDDINGS, 5.6, true",
        "EMBEDDINGS, 5.7, false",
        "EMBEDDINGS, 4.5, false",
        "FRONTEND, 3.20, true",
        "BLOBSTORE, 4.1, false",
        "BLOBSTORE, 7.6, true",
        "MINIO, 4.2, true",
        "MINIO, 4.3, false"
    })
    void knowsWhichReleaseShipsWhat(Component component, String minor, boolean shipped) {
        assertThat(component.shippedIn(Minor.parse(minor))).isEqualTo(shipped);
    }

    @ParameterizedTest
    @EnumSource(Schema.class)
    void findsSchemasByBothTheirNames(Schema schema) {
        assertThat(Schema.byId(schema.id())).contains(schema);
        assertThat(Schema.byLogName(schema.logName())).contains(schema);
        assertThat(Schema.byId(schema.logName())).isEmpty();
        assertThat(Components.byObjectName(schema.databaseWorkload()).map(Component::kind))
                .contains(ComponentKind.DATABASE);
    }

    /** The API server takes an image of any length: a pattern that takes its digits back one by one would take hours. */
    @ParameterizedTest
    @EnumSource(Component.class)
    void anImageOfANameThatNoRegistryTakesIsUnknown(Component component) {
        assertThat(component.hasImage("postgresql-" + "1".repeat(1_000_000))).isFalse();
        assertThat(component.knownName("executor-" + "1".repeat(1_000_000))).isFalse();
    }
}
