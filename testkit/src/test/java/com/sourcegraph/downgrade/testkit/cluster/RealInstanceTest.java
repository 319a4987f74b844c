package com.sourcegraph.downgrade.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import com.sourcegraph.downgrade.testkit.service.MigratorInvocation;
import com.sourcegraph.downgrade.testkit.service.SourcegraphPrograms;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real release in the in-memory cluster, on a real PostgreSQL: its services are at the databases, as in a real one. */
class RealInstanceTest {
    private static final String NAMESPACE = "default";

    @ParameterizedTest
    @CsvSource({
        // Kustomize turns Rockskip on, which takes symbols to the codeintel database.
        "kustomize, 5.0.6, 4.5, frontend precise-code-intel-worker symbols worker",
        "legacy, 4.5.1, 4.0, frontend precise-code-intel-worker worker"
    })
    void isAtItsDatabasesUntilItIsScaledDownAndThenGoesDown(
            String flavour, String release, String target, String atCodeintel) {
        Manifests.assumeThere();
        Path file = Manifests.folder().resolve(flavour).resolve(release + ".yaml");
        try (InstanceDatabases databases = InstanceDatabases.at(release)) {
            SourcegraphPrograms programs = new SourcegraphPrograms(databases);
            try (InMemoryCluster cluster =
                    InMemoryCluster.builder().programs(programs).start()) {
                KubernetesClient client = cluster.client();
                for (HasMetadata object : Manifests.objects(file, client)) {
                    client.resource(object).inNamespace(NAMESPACE).create();
                }
                await().atMost(Duration.ofSeconds(120))
                        .until(
                                () -> names(databases, SchemaName.FRONTEND)
                                        .equals(
                                                "frontend gitserver oobmigration precise-code-intel-worker repo-updater searcher symbols worker"));
                assertThat(names(databases, SchemaName.CODEINTEL)).isEqualTo(atCodeintel);
                assertThat(names(databases, SchemaName.CODEINSIGHTS)).isEqualTo("frontend worker");
                assertThat(databases.version()).isEqualTo(release);

                Deployment frontend = client.apps()
                        .deployments()
                        .inNamespace(NAMESPACE)
                        .withName("sourcegraph-frontend")
                        .get();
                scaleDown(client);
                for (SchemaName schema : SchemaName.values()) {
                    await().atMost(Duration.ofSeconds(120))
                            .until(() -> names(databases, schema).isEmpty());
                }
                createMigratorJob(client, frontend, release, target);
                await().atMost(Duration.ofSeconds(120))
                        .until(() -> databases.version().equals(target + ".0"));
                assertThat(programs.migratorInvocations().stream().filter(MigratorInvocation::isDowngrade))
                        .hasSize(1);
            }
        }
    }

    private static void scaleDown(KubernetesClient client) {
        List<String> databases =
                Stream.of(SchemaName.values()).map(SchemaName::workload).toList();
        for (Deployment deployment :
                client.apps().deployments().inNamespace(NAMESPACE).list().getItems()) {
            if (!databases.contains(deployment.getMetadata().getName())) {
                client.resource(deployment).scale(0);
            }
        }
        for (StatefulSet set :
                client.apps().statefulSets().inNamespace(NAMESPACE).list().getItems()) {
            if (!databases.contains(set.getMetadata().getName())) {
                client.resource(set).scale(0);
            }
        }
    }

    /** With the environment of the frontend's own init container, which names the stock databases. */
    private static void createMigratorJob(KubernetesClient client, Deployment frontend, String release, String target) {
        Container migrator =
                frontend.getSpec().getTemplate().getSpec().getInitContainers().get(0);
        migrator.setArgs(List.of("downgrade", "--from=" + release, "--to=" + target));
        client.resource(new JobBuilder()
                        .withNewMetadata()
                        .withName("migrator")
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .withNewSpec()
                        .withBackoffLimit(0)
                        .withNewTemplate()
                        .withNewSpec()
                        .withRestartPolicy("Never")
                        .withContainers(migrator)
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
    }

    private static String names(InstanceDatabases databases, SchemaName schema) {
        return databases.queryText(
                schema,
                "SELECT string_agg(DISTINCT application_name, ' ' ORDER BY application_name) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND application_name <> 'testkit'");
    }
}
