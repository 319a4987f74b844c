package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.manifest.Finding.Severity;
import com.sourcegraph.downgrade.manifest.Finding.Topic;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestInspectorTest {

    private static final String WORKLOAD = """
            ---
            apiVersion: apps/v1
            kind: %s
            metadata: {name: %s}
            spec:
              selector: {matchLabels: {app: %s%s}}
              template:
                metadata: {labels: {app: %s}}
                spec:
                  containers: [{name: main, image: "example.org/mirror/%s"}]
            """;

    @Test
    void objectsOfAnotherNamespaceAreRefusedByName() {
        Finding finding = only(Topic.NAMESPACE, """
                {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: elsewhere}}
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: sourcegraph}}
                """, LiveObjects.none());

        assertThat(finding.severity()).isEqualTo(Severity.FAILURE);
        assertThat(finding.message())
                .isEqualTo(
                        "ConfigMap/a is of namespace elsewhere, but the instance is in sourcegraph, and nothing is written"
                                + " outside it.");
    }

    @Test
    void clusterScopedObjectsAreListedAndSkipped() {
        Finding finding = only(Topic.CLUSTER_SCOPED, """
                {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: prometheus}}
                ---
                {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: sourcegraph}}
                """, LiveObjects.none());

        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.message())
                .startsWith("ClusterRole/prometheus, StorageClass/sourcegraph belong to no namespace");
    }

    @Test
    void aKindThatIsGoneIsSkippedUnlessPodsNeedIt() {
        assertThat(only(
                                Topic.UNSERVED,
                                "{apiVersion: policy/v1beta1, kind: PodSecurityPolicy, metadata: {name: cadvisor}}",
                                LiveObjects.none())
                        .severity())
                .isEqualTo(Severity.WARNING);
        assertThat(only(
                                Topic.UNSERVED,
                                "{apiVersion: apps/v1beta1, kind: Deployment, metadata: {name: frontend}}",
                                LiveObjects.none())
                        .severity())
                .isEqualTo(Severity.FAILURE);
    }

    @Test
    void componentsOfAnotherMinorAreRefusedAndOfAnotherPatchTold() {
        String manifests = workload("Deployment", "sourcegraph-frontend", "frontend:4.5.1")
                + workload("Deployment", "worker", "worker:5.0.6")
                + workload("StatefulSet", "gitserver", "gitserver:4.5.0");

        assertThat(of(Topic.RELEASE, manifests, LiveObjects.none()))
                .extracting(finding -> finding.severity() + " " + finding.message())
                .containsExactlyInAnyOrder(
                        "FAILURE Deployment/worker is of release 5.0.6, the frontend of 4.5.1.",
                        "WARNING StatefulSet/gitserver is of release 4.5.0, the frontend of 4.5.1.");
    }

    @Test
    void anImageWithoutAReleaseIsRefused() {
        assertThat(only(
                                Topic.RELEASE,
                                workload("Deployment", "sourcegraph-frontend", "frontend@sha256:00"),
                                LiveObjects.none())
                        .message())
                .contains("names no release");
    }

    @Test
    void anotherFlavourIsRefused() {
        String kustomize = workload("Deployment", "sourcegraph-frontend", "frontend:5.0.6")
                + workload("StatefulSet", "pgsql", "postgres-12-alpine:5.0.6");
        String legacy = kustomize.replace("kind: StatefulSet", "kind: Deployment");
        LiveObjects live = LiveInstance.of(RealManifests.bundle(kustomize), Deployer.KUBECTL_CLIENT_SIDE);

        Finding finding = only(Topic.FLAVOUR, legacy, live);

        assertThat(finding.severity()).isEqualTo(Severity.FAILURE);
        assertThat(finding.message()).contains("deployed as KUSTOMIZE, the target manifests are LEGACY");
        assertThat(of(Topic.FLAVOUR, kustomize, live)).isEmpty();
    }

    @Test
    void anotherHelmReleaseIsRefused() {
        String chart = WORKLOAD.formatted(
                        "Deployment",
                        "sourcegraph-frontend",
                        "sourcegraph-frontend",
                        ", app.kubernetes.io/instance: %s",
                        "sourcegraph-frontend",
                        "frontend:5.0.6")
                .replace(
                        "metadata: {name: sourcegraph-frontend}",
                        "metadata: {name: sourcegraph-frontend, labels: {helm.sh/chart: sourcegraph-5.0.6}}");
        LiveObjects live = LiveInstance.of(RealManifests.bundle(chart.formatted("prod")), Deployer.HELM);

        assertThat(only(Topic.FLAVOUR, chart.formatted("other"), live).remedy()).contains("helm template prod");
        assertThat(of(Topic.FLAVOUR, chart.formatted("prod"), live)).isEmpty();
    }

    @Test
    void whatTheReleaseNeedsAndWhatTheInstanceRunsIsMissed() {
        String whole = workload("Deployment", "sourcegraph-frontend", "frontend:4.5.1")
                + workload("StatefulSet", "pgsql", "postgres-12-alpine:4.5.1")
                + workload("StatefulSet", "gitserver", "gitserver:4.5.1")
                + workload("Deployment", "grafana", "grafana:4.5.1");
        LiveObjects live = LiveInstance.of(RealManifests.bundle(whole), Deployer.KUBECTL_CLIENT_SIDE);

        List<Finding> findings =
                of(Topic.COMPLETENESS, workload("Deployment", "sourcegraph-frontend", "frontend:4.5.1"), live);

        assertThat(findings)
                .extracting(finding -> finding.severity() + " " + finding.message())
                .containsExactlyInAnyOrder(
                        "FAILURE The instance runs its database pgsql, and the target has none.",
                        "FAILURE The target has no gitserver, which its release needs.",
                        "WARNING The instance runs grafana, which its target release also ships; the target manifests have none.");
    }

    @Test
    void aBuiltInDatabaseForAnInstanceWithExternalOnesIsRefused() {
        String external = workload("Deployment", "sourcegraph-frontend", "frontend:4.5.1");
        LiveObjects live = LiveInstance.of(RealManifests.bundle(external), Deployer.KUBECTL_CLIENT_SIDE);

        assertThat(of(
                        Topic.COMPLETENESS,
                        external + workload("StatefulSet", "pgsql", "postgres-12-alpine:4.5.1"),
                        live))
                .extracting(Finding::message)
                .anyMatch(message -> message.contains("would start empty"));
    }

    @Test
    void whatAWorkloadRefersToMustBeSomewhere() {
        String frontend = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: sourcegraph-frontend}
                spec:
                  template:
                    spec:
                      serviceAccountName: sourcegraph-frontend
                      containers:
                      - name: frontend
                        image: sourcegraph/frontend:4.5.1
                        envFrom: [{configMapRef: {name: in-the-bundle}}, {configMapRef: {name: nowhere}}]
                        env: [{name: A, valueFrom: {secretKeyRef: {name: optional, key: a, optional: true}}}]
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: in-the-bundle}}
                ---
                {apiVersion: v1, kind: ServiceAccount, metadata: {name: sourcegraph-frontend}}
                """;

        assertThat(of(Topic.COMPLETENESS, frontend, LiveObjects.none()))
                .extracting(Finding::message)
                .filteredOn(message -> message.contains("refers to"))
                .containsExactly(
                        "Deployment/sourcegraph-frontend refers to ConfigMap/nowhere, which is neither in the target"
                                + " manifests nor in the namespace.");
    }

    private static String workload(String kind, String name, String image) {
        return WORKLOAD.formatted(kind, name, name, "", name, image);
    }

    private static List<Finding> of(Topic topic, String manifests, LiveObjects live) {
        return new ManifestInspector()
                .inspect(RealManifests.bundle(manifests), "sourcegraph", live).findings().stream()
                        .filter(finding -> finding.topic() == topic)
                        .toList();
    }

    private static Finding only(Topic topic, String manifests, LiveObjects live) {
        List<Finding> findings = of(topic, manifests, live);
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }
}
