package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.manifest.Finding.Severity;
import com.sourcegraph.downgrade.manifest.Finding.Topic;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestInspectorTest {

    private static final Set<ObjectKey> RESERVED = Set.of(
            ObjectKey.of("v1", "ConfigMap", "the-record"),
            ObjectKey.of("rbac.authorization.k8s.io/v1", "RoleBinding", "the-guard"));

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
    void whatGuardsTheRunIsNotReplaced() {
        assertThat(of(Topic.RIGHTS, """
                {apiVersion: v1, kind: ConfigMap, metadata: {name: the-record}}
                ---
                {apiVersion: v1, kind: Secret, metadata: {name: the-record}}
                ---
                {apiVersion: rbac.authorization.k8s.io/v1beta1, kind: RoleBinding, metadata: {name: the-guard}}
                """, LiveObjects.none()))
                .extracting(finding -> finding.severity() + " " + finding.message())
                .containsExactly(
                        "FAILURE ConfigMap/the-record guards the run itself and is no part of a release.",
                        "FAILURE RoleBinding/the-guard guards the run itself and is no part of a release.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app.kubernetes.io/name: sourcegraph-downgrade-operator",
                "app.kubernetes.io/name: sgd, downgrade.sourcegraph.com/component: operator"
            })
    void theOperatorItselfIsNotReplaced(String label) {
        String labels = "labels: {" + label + "}";
        LiveObjects live = live("""
                {apiVersion: v1, kind: Service, metadata: {name: live, LABELS}}
                """.replace("LABELS", labels));

        assertThat(of(Topic.RIGHTS, """
                {apiVersion: v1, kind: ConfigMap, metadata: {name: target, LABELS}}
                ---
                {apiVersion: v1, kind: Service, metadata: {name: live}}
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: live}}
                """.replace("LABELS", labels), live))
                .extracting(finding -> finding.severity() + " " + finding.message())
                .containsExactly(
                        "FAILURE ConfigMap/target is part of the operator that carries the run out, and no part of a release.",
                        "FAILURE Service/live is part of the operator that carries the run out, and no part of a release.");
    }

    /** As the legacy manifests have it; the namespace of the subject is filled in by some tools only. */
    @ParameterizedTest
    @ValueSource(strings = {"", ", namespace: sourcegraph"})
    void aReleasesOwnRoleBindingPasses(String subjectNamespace) {
        assertThat(of(
                        Topic.RIGHTS,
                        binding("Role", "r", "kind: ServiceAccount" + subjectNamespace),
                        LiveObjects.none()))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ClusterRole | r | kind: ServiceAccount | grants ClusterRole/r, which is no Role of the target",
                "Role | other | kind: ServiceAccount | grants Role/other, which is no Role of the target",
                "Role | r | kind: User | grants rights to User/s, which is no service account of namespace sourcegraph",
                "Role | r | kind: Group | grants rights to Group/s, which is no service account",
                "Role | r | 'kind: ServiceAccount, namespace: other' | grants rights to ServiceAccount/s, which is no"
            })
    void aRoleBindingToAnythingElseIsRefused(String kind, String role, String subject, String message) {
        Finding finding = only(Topic.RIGHTS, binding(kind, role, subject), LiveObjects.none());

        assertThat(finding.severity()).isEqualTo(Severity.FAILURE);
        assertThat(finding.message()).startsWith("RoleBinding/b " + message);
    }

    /** Such as the one of the component for monitoring without root. */
    @Test
    void aRoleBindingThatLivesAsItIsGrantsNobodyAnything() {
        String target = binding("ClusterRole", "view", "kind: ServiceAccount");
        LiveObjects same = live("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: b}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: ServiceAccount, name: s, namespace: sourcegraph}
                - {kind: ServiceAccount, name: first, namespace: sourcegraph, apiGroup: ""}
                """);
        LiveObjects less = live("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: b}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: ServiceAccount, name: first, namespace: sourcegraph}
                """);

        assertThat(of(Topic.RIGHTS, target, same)).isEmpty();
        assertThat(only(Topic.RIGHTS, target, less).message())
                .startsWith("RoleBinding/b grants ClusterRole/view, which is no Role of the target manifests");
    }

    /** Then the binding gives its subjects what they did not have. */
    @Test
    void aRoleBindingThatLivesAsItIsIsRefusedWhereItsRoleChanges() {
        String roles = """
                {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: r}, rules: [{apiGroups: [""], resources: [%s], verbs: [get]}]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: b}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}
                subjects: [{kind: Group, name: developers, apiGroup: rbac.authorization.k8s.io}]
                """;

        assertThat(of(Topic.RIGHTS, roles.formatted("pods"), live(roles.formatted("pods"))))
                .isEmpty();
        assertThat(only(Topic.RIGHTS, roles.formatted("secrets"), live(roles.formatted("pods")))
                        .message())
                .contains("grants rights to Group/developers");
    }

    private static LiveObjects live(String yaml) {
        return LiveInstance.of(RealManifests.bundle(yaml), Deployer.KUBECTL_CLIENT_SIDE);
    }

    private static String binding(String kind, String role, String subject) {
        return """
                {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: r}}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: b}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: %s, name: %s}
                subjects:
                - {kind: ServiceAccount, name: first}
                - {name: s, %s}
                """.formatted(kind, role, subject);
    }

    /** A server-side apply merges these lists by key, and refuses a key that stands there twice; a replace takes it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "containers: [{name: a, env: [{name: X, value: '1'}, {name: Y}, {name: X, value: '2'}]}] | containers[a].env has name X",
                "initContainers: [{name: i, env: [{name: X}, {name: X}]}] | initContainers[i].env has name X",
                "containers: [{name: a, ports: [{containerPort: 80}, {containerPort: 80, protocol: TCP}]}] | containers[a].ports has containerPort 80, protocol TCP",
                "containers: [{name: a, volumeMounts: [{mountPath: /x}, {mountPath: /x}]}] | containers[a].volumeMounts has mountPath /x",
                "containers: [{name: a, volumeDevices: [{devicePath: /x}, {devicePath: /x}]}] | containers[a].volumeDevices has devicePath /x",
                "containers: [{name: a}, {name: a}] | containers has name a",
                "volumes: [{name: v}, {name: v}] | volumes has name v",
                "imagePullSecrets: [{name: s}, {name: s}] | imagePullSecrets has name s",
                "hostAliases: [{ip: 10.0.0.1}, {ip: 10.0.0.1}] | hostAliases has ip 10.0.0.1",
                "topologySpreadConstraints: [{topologyKey: z, whenUnsatisfiable: DoNotSchedule}, {topologyKey: z, whenUnsatisfiable: DoNotSchedule}] | topologySpreadConstraints has topologyKey z, whenUnsatisfiable DoNotSchedule",
            })
    void aKeyThatStandsTwiceInAMergedListIsAFailure(String podSpec, String message) {
        String pod = "template: {spec: {" + podSpec + "}}";
        for (String workload : List.of(
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {" + pod + "}}",
                "{apiVersion: batch/v1, kind: CronJob, metadata: {name: x}, spec: {jobTemplate: {spec: {" + pod
                        + "}}}}")) {
            Finding finding = only(Topic.REPEATED, workload, LiveObjects.none());

            assertThat(finding.severity()).isEqualTo(Severity.FAILURE);
            assertThat(finding.message())
                    .contains("/x: ", message + " more than once", "cannot be applied server-side");
            assertThat(finding.remedy()).contains("last");
        }
    }

    /** Manifests may hold tens of thousands of them. */
    @Test
    void anObjectHasOneFindingHoweverManyKeysStandTwice() {
        StringBuilder env = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            env.append("{name: V").append(i).append("}, {name: V").append(i).append("}, ");
        }

        assertThat(only(
                                Topic.REPEATED,
                                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {template: {spec: {containers: [{name: a, env: ["
                                        + env + "]}]}}}}",
                                LiveObjects.none())
                        .message())
                .contains("name V0", "name V2")
                .doesNotContain("name V3");
    }

    @Test
    void aServiceWithOnePortTwiceIsAFailure() {
        String service = "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [%s]}}";

        assertThat(only(
                                Topic.REPEATED,
                                service.formatted("{port: 53, name: a}, {port: 53, name: b, protocol: TCP}"),
                                LiveObjects.none())
                        .message())
                .contains("Service/x: spec.ports has port 53, protocol TCP more than once");
        assertThat(of(
                        Topic.REPEATED,
                        service.formatted("{port: 53, name: a}, {port: 53, name: b, protocol: UDP}"),
                        LiveObjects.none()))
                .isEmpty();
    }

    /** They are replaced as a whole. */
    @Test
    void whatIsRepeatedInOtherListsIsNoMatter() {
        assertThat(of(Topic.REPEATED, """
                        apiVersion: networking.k8s.io/v1
                        kind: NetworkPolicy
                        metadata: {name: x}
                        spec: {ingress: [{ports: [{port: 80}, {port: 80}]}]}
                        ---
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: x}
                        spec: {template: {spec: {containers: [{name: a, args: [a, a], env: [{name: A}, {name: B}]}],
                          tolerations: [{key: a}, {key: a}]}}}
                        """, LiveObjects.none())).isEmpty();
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
                .inspect(RealManifests.bundle(manifests), "sourcegraph", live, RESERVED).findings().stream()
                        .filter(finding -> finding.topic() == topic)
                        .toList();
    }

    private static Finding only(Topic topic, String manifests, LiveObjects live) {
        List<Finding> findings = of(topic, manifests, live);
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }
}
