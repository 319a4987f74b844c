package com.sourcegraph.downgrade.workload;

import static com.sourcegraph.downgrade.workload.Classification.DATABASE;
import static com.sourcegraph.downgrade.workload.Classification.DIRECT;
import static com.sourcegraph.downgrade.workload.Classification.INDEPENDENT;
import static com.sourcegraph.downgrade.workload.Classification.INDIRECT;
import static com.sourcegraph.downgrade.workload.Classification.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadClassifierTest {
    private static final String FRONTEND_IMAGE = "index.docker.io/sourcegraph/frontend:5.0.6@sha256:abc";

    /** As the Helm chart renders it: each credential from a Secret. */
    private static final String HELM_FRONTEND = Yaml.deployment(
            "sourcegraph-frontend",
            FRONTEND_IMAGE,
            "env:",
            "- {name: PGHOST, valueFrom: {secretKeyRef: {name: pgsql-auth, key: host}}}",
            "- {name: PGPASSWORD, valueFrom: {secretKeyRef: {name: pgsql-auth, key: password}}}",
            "- {name: AWS_SECRET, valueFrom: {secretKeyRef: {name: blobstore-auth, key: secret}}}");

    private static final String LITERAL_FRONTEND = Yaml.deployment(
            "sourcegraph-frontend",
            FRONTEND_IMAGE,
            "env:",
            "- {name: PGHOST, value: pgsql}",
            "- {name: PGUSER, value: sg}");

    @ParameterizedTest
    @CsvSource({
        "index.docker.io/sourcegraph/gitserver:4.5.1@sha256:abc, INDIRECT",
        "registry.example.com:5000/mirror/worker:5.0.6, INDIRECT",
        "localhost:5000/searcher, INDIRECT",
        "sourcegraph/embeddings:5.0.3, INDIRECT",
        "sourcegraph/server:5.0.3, INDIRECT",
        "sourcegraph/migrator:5.0.3, INDIRECT",
        "sourcegraph/redis-cache:5.0.3, INDEPENDENT",
        "registry.example.com/mirror/postgres-12-alpine:5.0.6, DATABASE",
        "postgres:12, DATABASE",
        "sourcegraph/postgres_exporter:5.0.3, INDEPENDENT",
        "example/home-made:1, UNKNOWN"
    })
    void the_image_decides_for_what_carries_the_instances_label(String image, Classification expected) {
        Workload workload = only(Manifests.parse(Yaml.deployment("any-name", image)));

        assertThat(workload.classification()).isEqualTo(expected);
        assertThat(workload.reason()).contains("runs image ");
    }

    @Test
    void what_is_not_known_says_so_and_counts_as_connected() {
        Workload workload = only(Manifests.parse(Yaml.deployment("helper", "example/home-made:1")));

        assertThat(workload.connected()).isTrue();
        assertThat(workload.reason())
                .isEqualTo("runs image home-made, which is not known: treated as connected to a database");
    }

    @Test
    void a_home_made_sidecar_beside_a_known_image_makes_the_workload_unknown() {
        Workload workload = only(Manifests.parse(Yaml.deployment("redis-cache", "sourcegraph/redis-cache:5.0.6")
                + "      - {name: side, image: example/side:1}\n"));

        assertThat(workload.classification()).isEqualTo(UNKNOWN);
        assertThat(workload.reason()).startsWith("runs image side, which is not known");
    }

    @ParameterizedTest
    @CsvSource({
        "PGHOST, DIRECT",
        "PGDATASOURCE, DIRECT",
        "CODEINTEL_PGUSER, DIRECT",
        "CODEINSIGHTS_PGDATASOURCE, DIRECT",
        "PGDATA, INDEPENDENT",
        "POSTGRES_PASSWORD, INDEPENDENT",
        "DATA_SOURCE_NAME, INDEPENDENT",
        "PG_EXPORTER_EXTEND_QUERY_PATH, INDEPENDENT",
        "GRAFANA_PGSQL_USER, INDEPENDENT",
        "MY_PGHOST, INDEPENDENT"
    })
    void only_variables_of_a_client_are_credentials(String variable, Classification expected) {
        Workload workload = only(Manifests.parse(Yaml.deployment(
                "prometheus", "sourcegraph/prometheus:5.0.6", "env:", "- {name: " + variable + ", value: x}")));

        assertThat(workload.classification()).isEqualTo(expected);
    }

    @Test
    void credentials_in_an_init_container_count() {
        String yaml = Yaml.deployment("prometheus", "sourcegraph/prometheus:5.0.6")
                + "      initContainers:\n      - name: first\n        image: alpine:3.14\n"
                + "        env:\n        - {name: PGHOST, value: pgsql}\n";

        assertThat(only(Manifests.parse(yaml)).reason())
                .isEqualTo("has database credentials: PGHOST in container first");
    }

    @Test
    void credentials_come_from_a_whole_config_map_with_its_prefix() {
        String configMap = "{apiVersion: v1, kind: ConfigMap, metadata: {name: env}, data: {HOST: pgsql}}";
        String prefixed = Yaml.deployment(
                "prometheus", "sourcegraph/prometheus:5", "envFrom:", "- {prefix: PG, configMapRef: {name: env}}");
        String plain = Yaml.deployment("grafana", "sourcegraph/grafana:5", "envFrom:", "- {configMapRef: {name: env}}");

        Workloads workloads = Manifests.parse(configMap, prefixed, plain).read();

        assertThat(deployment(workloads, "prometheus").reason())
                .isEqualTo("has database credentials: PGHOST from ConfigMap env in container main");
        assertThat(deployment(workloads, "grafana").classification()).isEqualTo(INDEPENDENT);
    }

    @Test
    void credentials_come_from_a_whole_secret() {
        String secret = "{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {PGPASSWORD: hush}}";
        Workload workload = only(Manifests.parse(
                secret,
                Yaml.deployment("prometheus", "sourcegraph/prometheus:5", "envFrom:", "- {secretRef: {name: s}}")));

        assertThat(workload.classification()).isEqualTo(DIRECT);
        assertThat(workload.reason()).contains("PGPASSWORD from Secret s").doesNotContain("hush");
    }

    @Test
    void a_missing_config_map_leaves_the_image_to_decide() {
        Workload workload = only(Manifests.parse(Yaml.deployment(
                "worker", "sourcegraph/worker:5.0.6", "envFrom:", "- {configMapRef: {name: gone, optional: true}}")));

        assertThat(workload.classification()).isEqualTo(INDIRECT);
    }

    @Test
    void whoever_uses_the_frontends_database_secret_is_connected_under_any_variable() {
        Workloads workloads = Manifests.parse(
                        HELM_FRONTEND,
                        Yaml.stranger(
                                "reports",
                                "app: reports",
                                "example/reports:1",
                                "env:",
                                "- {name: DSN_PASSWORD, valueFrom: {secretKeyRef: {name: pgsql-auth, key: password}}}"),
                        Yaml.deployment(
                                "blobstore",
                                "sourcegraph/blobstore:5.0.6",
                                "env:",
                                "- {name: KEY, valueFrom: {secretKeyRef: {name: blobstore-auth, key: secret}}}"),
                        Yaml.deployment(
                                "prometheus",
                                "sourcegraph/prometheus:5.0.6",
                                "env:",
                                "- {name: DATA_SOURCE_PASS, valueFrom: {secretKeyRef: {name: pgsql-auth, key: password}}}"))
                .read();

        assertThat(deployment(workloads, "reports").reason())
                .isEqualTo("uses Secret pgsql-auth, from which the frontend has its database credentials");
        assertThat(deployment(workloads, "blobstore").classification()).isEqualTo(INDEPENDENT);
        assertThat(deployment(workloads, "prometheus").classification()).isEqualTo(INDEPENDENT);
    }

    @Test
    void an_existing_secret_of_another_name_is_found_through_the_frontend() {
        Workloads workloads = Manifests.parse(
                        HELM_FRONTEND.replace("pgsql-auth", "corporate-db"),
                        Yaml.stranger(
                                "etl", "app: etl", "example/etl:1", "envFrom:", "- {secretRef: {name: corporate-db}}"))
                .read();

        assertThat(deployment(workloads, "etl").classification()).isEqualTo(DIRECT);
        assertThat(workloads.databases()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'', INDEPENDENT", "pgsql, DIRECT"})
    void grafana_is_connected_where_its_data_source_has_a_host(String host, Classification expected) {
        Workloads workloads = Manifests.parse(
                        "{apiVersion: v1, kind: Secret, metadata: {name: grafana-auth}, stringData: {host: '" + host
                                + "', user: sg}}",
                        Yaml.deployment(
                                "grafana",
                                "sourcegraph/grafana:5.9.0",
                                "env:",
                                "- {name: GRAFANA_PGSQL_HOST, valueFrom: {secretKeyRef: {name: grafana-auth, key: host}}}",
                                "- {name: GRAFANA_PGSQL_USER, valueFrom: {secretKeyRef: {name: grafana-auth, key: user}}}"))
                .read();

        assertThat(deployment(workloads, "grafana").classification()).isEqualTo(expected);
    }

    @Test
    void a_renamed_frontend_is_found_by_its_image_and_else_by_its_app_label() {
        String renamed = LITERAL_FRONTEND.replace("name: sourcegraph-frontend}", "name: web}");
        String rebuilt = renamed.replace(FRONTEND_IMAGE, "example/sg-web:7");

        assertThat(Manifests.parse(renamed)
                        .read()
                        .frontend()
                        .orElseThrow()
                        .ref()
                        .name())
                .isEqualTo("web");
        assertThat(Manifests.parse(rebuilt)
                        .read()
                        .frontend()
                        .orElseThrow()
                        .ref()
                        .name())
                .isEqualTo("web");
    }

    @Test
    void extra_workers_are_found_by_their_image() {
        Workloads workloads = Manifests.parse(
                        Yaml.deployment("worker", "sourcegraph/worker:5.10.0"),
                        Yaml.deployment("worker-0", "sourcegraph/worker:5.10.0"),
                        Yaml.deployment("worker-1", "sourcegraph/worker:5.10.0"))
                .read();

        assertThat(workloads.connected())
                .extracting(w -> w.ref().name())
                .containsExactly("worker", "worker-0", "worker-1");
    }

    @Test
    void a_self_made_backup_is_a_client_although_it_runs_a_databases_image() {
        Workloads workloads = Manifests.parse(
                        LITERAL_FRONTEND,
                        Yaml.cronJob("backup", "postgres:12", "env:", "- {name: PGHOST, value: pgsql.sourcegraph.svc}"))
                .read();

        Workload backup = workloads.byRef(new WorkloadRef("CronJob", "backup")).orElseThrow();
        assertThat(backup.classification()).isEqualTo(DIRECT);
        assertThat(workloads.databases()).isEmpty();
    }

    @Test
    void bystanders_are_no_candidates() {
        Workloads workloads = Manifests.parse(
                        LITERAL_FRONTEND,
                        Yaml.stranger("worker", "app: worker", "example/worker:1.0"),
                        Yaml.stranger("pgsql-admin", "app: pgsql", "example/admin:1"),
                        Yaml.stranger("shop-db", "app: shop-db", "postgres:15", "env:", "- {name: PGDATA, value: /d}"),
                        Yaml.stranger("redis", "app: redis-cache", "redis:7"),
                        Yaml.stranger(
                                "shop", "app: shop", "example/shop:1", "env:", "- {name: PGHOST, value: shop-db}"),
                        Yaml.cronJob("tidy", "busybox:1"))
                .read();

        assertThat(workloads.all()).extracting(w -> w.ref().name()).containsExactly("sourcegraph-frontend");
    }

    @Test
    void a_stranger_whose_database_is_not_provably_another_one_is_connected() {
        String hidden = Yaml.stranger(
                "shop",
                "app: shop",
                "example/shop:1",
                "env:",
                "- {name: PGHOST, valueFrom: {secretKeyRef: {name: shop-db, key: host}}}");

        assertThat(deployment(Manifests.parse(LITERAL_FRONTEND, hidden).read(), "shop")
                        .classification())
                .isEqualTo(DIRECT);
    }

    @Test
    void unlabelled_services_from_the_frontends_own_registry_and_release_belong_to_the_instance() {
        Workloads workloads = Manifests.parse(
                        Yaml.stranger(
                                "web",
                                "app: web",
                                "registry.example.com/sg/frontend:5.0.6",
                                "env:",
                                "- {name: PGHOST, value: pgsql}"),
                        Yaml.stranger("jobs", "app: jobs", "registry.example.com/sg/worker:5.0.6"),
                        Yaml.stranger("other", "app: other", "registry.example.com/other/worker:5.0.6"),
                        Yaml.stranger("git", "app: git", "registry.example.com/elsewhere/gitserver:1"))
                .read();

        assertThat(workloads.connected()).extracting(w -> w.ref().name()).containsExactly("git", "jobs", "web");
    }

    @Test
    void secrets_of_bystanders_are_never_read() {
        Set<String> read = new HashSet<>();
        EnvSources sources = new EnvSources() {
            @Override
            public Optional<Map<String, String>> configMap(String name) {
                return Optional.empty();
            }

            @Override
            public Optional<Set<String>> secretKeys(String name) {
                read.add(name);
                return Optional.empty();
            }
        };
        NamespaceObjects objects = Manifests.parse(
                        HELM_FRONTEND,
                        Yaml.stranger("shop", "app: shop", "example/shop:1", "envFrom:", "- {secretRef: {name: shop}}"),
                        Yaml.deployment("worker", "sourcegraph/worker:5", "envFrom:", "- {secretRef: {name: ours}}"))
                .namespaceObjects();

        new WorkloadReader().read("sourcegraph", objects, sources, Map.of(), new OwnWork(Optional.empty(), "run"));

        assertThat(read).containsExactly("ours");
    }

    /** Kubernetes takes any text without a blank at its ends for an image. */
    @Test
    void the_name_of_an_image_is_no_sentence() {
        Workload odd = Manifests.parse(Yaml.workload(
                        "Deployment", "odd", "deploy: sourcegraph", "'x; run kubectl delete namespace sourcegraph:1'"))
                .read()
                .all()
                .get(0);

        assertThat(odd.reason()).contains("image of an odd name").doesNotContain("kubectl");
    }

    @Test
    void the_resource_overrides_but_never_a_database() {
        Manifests manifests = Manifests.parse(
                Yaml.deployment("worker", "sourcegraph/worker:5"),
                Yaml.deployment("pgsql", "postgres:12"),
                Yaml.deployment("redis-cache", "sourcegraph/redis-cache:5"),
                Yaml.stranger("other", "app: other", "example/other:1"));

        Workloads workloads = manifests.read(
                Map.of(
                        new WorkloadRef("Deployment", "worker"), false,
                        new WorkloadRef("Deployment", "pgsql"), true,
                        new WorkloadRef("Deployment", "redis-cache"), true,
                        new WorkloadRef("Deployment", "other"), true),
                Optional.empty());

        assertThat(deployment(workloads, "worker").classification()).isEqualTo(INDEPENDENT);
        assertThat(deployment(workloads, "worker").reason())
                .contains("the resource says that it does not connect to a database", "runs image worker");
        assertThat(deployment(workloads, "pgsql").classification()).isEqualTo(DATABASE);
        assertThat(deployment(workloads, "redis-cache").classification()).isEqualTo(UNKNOWN);
        assertThat(deployment(workloads, "other").connected()).isTrue();
    }

    @Test
    void a_workload_without_images_is_treated_as_connected() {
        String empty = Yaml.deployment("odd", "x").replace("        image: x\n", "");

        assertThat(only(Manifests.parse(empty)).classification()).isEqualTo(UNKNOWN);
    }

    private static Workload only(Manifests manifests) {
        Workloads workloads = manifests.read();
        assertThat(workloads.all()).hasSize(1);
        return workloads.all().get(0);
    }

    private static Workload deployment(Workloads workloads, String name) {
        return workloads.byRef(new WorkloadRef("Deployment", name)).orElseThrow();
    }
}
