package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.manifest.Finding.Severity;
import com.sourcegraph.downgrade.manifest.Finding.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestComparisonTest {

    private static final ManifestBundle NEWER = RealManifests.bundle(SmallReleases.NEWER);
    private static final ManifestBundle OLDER = RealManifests.bundle(SmallReleases.OLDER);
    private static final String EXECUTORS =
            "Executors are installed apart from a release, by a chart or manifests of their own.";
    private static final ObjectKey FRONTEND = ObjectKey.of("apps/v1", "Deployment", "sourcegraph-frontend");

    @ParameterizedTest
    @EnumSource
    void saysWhatBecomesOfEachObject(Deployer deployer) {
        ApplyPlan plan = compare(OLDER, LiveInstance.of(NEWER, deployer));

        assertThat(plan.objects())
                .extracting(object -> object.key() + " " + object.action())
                .containsExactly(
                        "ConfigMap/sourcegraph-frontend-env UPDATE",
                        "ConfigMap/prometheus UNCHANGED",
                        "Deployment/sourcegraph-frontend UPDATE",
                        "Deployment/prometheus UPDATE",
                        "Deployment/searcher SWAP_KIND",
                        "Service/searcher RECREATE",
                        "Deployment/github-proxy CREATE");
        assertThat(plan.removals())
                .extracting(Removal::key)
                .extracting(ObjectKey::toString)
                .containsExactly("Deployment/blobstore");
        assertThat(plan.kept())
                .extracting(Kept::key)
                .extracting(ObjectKey::toString)
                .containsExactly("PersistentVolumeClaim/blobstore");
        assertThat(plan.owner().manager()).isEqualTo(deployer.manager());
        assertThat(plan.complete()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aFieldThatOnlyTheNewerReleaseHasIsNoticed(Deployer deployer) {
        String manifest = """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: prometheus, labels: {deploy: sourcegraph}}
                data: {kept: "1"%s}
                """;
        LiveObjects live = LiveInstance.of(RealManifests.bundle(manifest.formatted(", gone: \"2\"")), deployer);

        ApplyPlan plan = compare(RealManifests.bundle(manifest.formatted("")), live);

        assertThat(plan.objects())
                .singleElement()
                .extracting(ObjectPlan::action)
                .isEqualTo(Action.UPDATE);
    }

    @ParameterizedTest
    @EnumSource
    void whatOthersAddedIsNoDifference(Deployer deployer) {
        LiveObjects live = LiveObjects.of(NEWER.objects().stream()
                .map(target -> LiveInstance.applied(target, deployer, content -> {
                    content.withObjectProperty("metadata")
                            .withObjectProperty("annotations")
                            .put("deployment.kubernetes.io/revision", "7");
                    content.withObjectProperty("status").put("replicas", 1);
                    if (content.at("/spec/template/spec") instanceof ObjectNode pod) {
                        pod.put("dnsPolicy", "ClusterFirst");
                        pod.withArrayProperty("containers").addObject().put("name", "injected-by-a-mesh");
                    }
                }))
                .toList());

        assertThat(compare(NEWER, live).complete()).isTrue();
    }

    @Test
    void aHandMadeChangeIsUndone() {
        LiveObjects live = LiveInstance.of(NEWER, Deployer.KUBECTL_CLIENT_SIDE);
        LiveObjects edited =
                with(live, FRONTEND, content -> ((ObjectNode) content.at("/spec/template/spec/containers/0"))
                        .put("image", "sourcegraph/frontend:insiders"));

        assertThat(compare(NEWER, edited).find(FRONTEND))
                .get()
                .extracting(ObjectPlan::reason)
                .asString()
                .contains("containers[frontend].image");
    }

    @Test
    void quantitiesAreComparedByWhatTheyMean() {
        String manifest = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: prometheus, labels: {deploy: sourcegraph}}
                spec:
                  selector: {matchLabels: {app: prometheus}}
                  template:
                    metadata: {labels: {app: prometheus}}
                    spec:
                      containers:
                      - name: prometheus
                        resources: {limits: {cpu: 0.5, memory: 8000M}}
                """;
        ManifestBundle target = RealManifests.bundle(manifest);
        LiveObjects live = LiveObjects.of(List.of(
                LiveInstance.applied(target.objects().get(0), Deployer.KUBECTL_CLIENT_SIDE, content -> ((ObjectNode)
                                content.at("/spec/template/spec/containers/0/resources/limits"))
                        .put("cpu", "500m")
                        .put("memory", "8G"))));

        assertThat(compare(target, live).complete()).isTrue();
    }

    @Test
    void aQuotasAmountsAreQuantities() {
        String manifest = """
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: quota, labels: {deploy: sourcegraph}}
                spec: {hard: {requests.cpu: %s, count/jobs.batch: %s}}
                """;
        LiveObjects live =
                LiveInstance.of(RealManifests.bundle(manifest.formatted("\"1\"", "1k")), Deployer.SERVER_SIDE);

        assertThat(compare(RealManifests.bundle(manifest.formatted("1000m", "1000")), live)
                        .complete())
                .isTrue();
        assertThat(compare(RealManifests.bundle(manifest.formatted("1001m", "1000")), live)
                        .complete())
                .isFalse();
    }

    @Test
    void whatLooksLikeAQuantityElsewhereIsAText() {
        String manifest = """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: prometheus, labels: {deploy: sourcegraph}}
                data: {memory: "%s"}
                """;
        LiveObjects live =
                LiveInstance.of(RealManifests.bundle(manifest.formatted("1000m")), Deployer.KUBECTL_CLIENT_SIDE);

        assertThat(compare(RealManifests.bundle(manifest.formatted("1")), live).objects())
                .singleElement()
                .extracting(ObjectPlan::reason)
                .isEqualTo("data.memory differs.");
    }

    @Test
    void anApplyThatWasCutOffIsCompleted() {
        LiveObjects live = with(LiveInstance.of(NEWER, Deployer.HELM), FRONTEND, content -> {
            ObjectNode entry = (ObjectNode) content.at("/metadata/managedFields/0");
            entry.put("manager", OwnerApplier.FIELD_MANAGER + ":helm").put("operation", "Apply");
        });

        ObjectPlan plan = compare(NEWER, live).find(FRONTEND).orElseThrow();

        assertThat(plan.action()).isEqualTo(Action.UPDATE);
        assertThat(plan.reason()).contains("cut off");
    }

    @Test
    void nothingIsPrunedWithoutEvidenceOnEveryCount() {
        String stranger = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %s, labels: {deploy: %s}}
                spec:
                  selector: {matchLabels: {app: %s}}
                  template:
                    metadata: {labels: {app: %s, deploy: sourcegraph}}
                    spec: {containers: [{name: x, image: "%s"}]}
                """;
        List<LiveObject> live = new ArrayList<>(
                LiveInstance.of(NEWER, Deployer.KUBECTL_CLIENT_SIDE).all());
        live.add(applied(
                stranger.formatted("backup", "sourcegraph", "backup", "backup", "example/backup:1"),
                Deployer.KUBECTL_CLIENT_SIDE));
        live.add(applied(
                stranger.formatted(
                        "embeddings", "sourcegraph", "embeddings", "embeddings", "sourcegraph/embeddings:5.0.6"),
                Deployer.SERVER_SIDE));
        live.add(applied(
                stranger.formatted("qdrant", "other", "qdrant", "qdrant", "sourcegraph/qdrant:5.2.0"),
                Deployer.KUBECTL_CLIENT_SIDE));
        live.add(applied("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: target-manifests, labels: {deploy: sourcegraph}}
                """, Deployer.KUBECTL_CLIENT_SIDE));
        live.add(applied("""
                apiVersion: v1
                kind: Secret
                metadata: {name: gitserver, labels: {deploy: sourcegraph}}
                """, Deployer.KUBECTL_CLIENT_SIDE));
        live.add(applied(
                stranger.formatted(
                        "executor-batches",
                        "sourcegraph",
                        "executor-batches",
                        "executor-batches",
                        "example/executor:1"),
                Deployer.KUBECTL_CLIENT_SIDE));
        live.add(applied("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: executor-config, labels: {deploy: sourcegraph}}
                """, Deployer.KUBECTL_CLIENT_SIDE));
        live.add(applied("""
                apiVersion: v1
                kind: Service
                metadata: {name: batches, labels: {deploy: sourcegraph}}
                spec: {selector: {app: executor-batches}}
                """, Deployer.KUBECTL_CLIENT_SIDE));

        ApplyPlan plan = compare(OLDER, LiveObjects.of(live));

        assertThat(plan.removals())
                .extracting(Removal::key)
                .extracting(ObjectKey::toString)
                .containsExactly("Deployment/blobstore");
        assertThat(plan.kept())
                .extracting(kept -> kept.key() + ": " + kept.reason())
                .containsExactly(
                        "ConfigMap/executor-config: " + EXECUTORS,
                        "ConfigMap/target-manifests: The target manifests are read from it.",
                        "Deployment/backup: No release ships a workload of this name with this image.",
                        "Deployment/embeddings: It was applied by argocd-controller, the instance by kubectl-client-side-apply.",
                        "Deployment/executor-batches: " + EXECUTORS,
                        "PersistentVolumeClaim/blobstore: A claim is never deleted: its data stays.",
                        "Secret/gitserver: A Secret is never deleted.",
                        "Service/batches: " + EXECUTORS);
    }

    /** One tool may hold several releases of its own in a namespace, all under one field manager. */
    @ParameterizedTest
    @CsvSource({
        "HELM, annotations, meta.helm.sh/release-name, sourcegraph, metrics, metrics",
        "SERVER_SIDE, annotations, argocd.argoproj.io/tracking-id, sg:apps/Deployment:ns/x, metrics:apps/Deployment:ns/y,"
                + " metrics",
        "SERVER_SIDE, labels, argocd.argoproj.io/instance, sg, metrics, metrics",
        "SERVER_SIDE, labels, app.kubernetes.io/instance, sg, metrics, metrics",
        "SERVER_SIDE, labels, kustomize.toolkit.fluxcd.io/name, sg, metrics, metrics",
        "HELM, labels, helm.toolkit.fluxcd.io/namespace, sg, metrics, metrics",
    })
    void whatAnotherReleaseOfTheSameToolAppliedIsNotPruned(
            Deployer deployer, String place, String mark, String instances, String others, String shown) {
        ObjectKey stranger = ObjectKey.of("apps/v1", "Deployment", "blobstore");
        LiveObjects live = LiveObjects.of(LiveInstance.of(NEWER, deployer).all().stream()
                .map(object -> {
                    ObjectNode content = object.copy();
                    content.withObjectProperty("metadata")
                            .withObjectProperty(place)
                            .put(mark, object.key().equals(stranger) ? others : instances);
                    return new LiveObject(object.apiVersion(), content);
                })
                .toList());

        ApplyPlan plan = compare(OLDER, live);

        assertThat(plan.removals()).isEmpty();
        assertThat(plan.kept())
                .filteredOn(kept -> kept.key().equals(stranger))
                .singleElement()
                .extracting(Kept::reason)
                .asString()
                .contains(mark, shown);
        // Its own is pruned with the same mark.
        LiveObjects own = with(live, stranger, content -> content.withObjectProperty("metadata")
                .withObjectProperty(place)
                .put(mark, instances));
        assertThat(compare(OLDER, own).removals()).extracting(Removal::key).containsExactly(stranger);
    }

    /** Nothing of the instance's may go that the target cannot start without, or that it uses where it is there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "envFrom: [{configMapRef: {name: prometheus}}]",
                "envFrom: [{configMapRef: {name: prometheus, optional: true}}]",
                "env: [{name: A, valueFrom: {configMapKeyRef: {name: prometheus, key: same}}}]",
            })
    void whatTheTargetRefersToIsNotPruned(String reference) {
        ManifestBundle target = RealManifests.bundle(withoutPrometheusSettings(SmallReleases.OLDER)
                .replace(
                        "- {name: prometheus, image: \"sourcegraph/prometheus:4.5.1\"}",
                        "- {name: prometheus, image: \"sourcegraph/prometheus:4.5.1\", " + reference + "}"));

        ApplyPlan plan = compare(target, LiveInstance.of(NEWER, Deployer.KUBECTL_CLIENT_SIDE));

        assertThat(plan.removals())
                .extracting(Removal::key)
                .extracting(ObjectKey::toString)
                .containsExactly("Deployment/blobstore");
        assertThat(plan.kept())
                .extracting(kept -> kept.key() + ": " + kept.reason())
                .contains("ConfigMap/prometheus: Deployment/prometheus of the target refers to it.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Service/blobstore | {apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: x}, spec: {rules: [{http:"
                        + " {paths: [{backend: {service: {name: blobstore}}}]}}]}}",
                "Service/blobstore | {apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: x}, spec: {defaultBackend:"
                        + " {service: {name: blobstore}}}}",
                "Service/blobstore | {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {serviceName: blobstore}}",
                "Role/blobstore | {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: x}, roleRef: {kind:"
                        + " Role, name: blobstore}}",
                "ServiceAccount/blobstore | {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: x},"
                        + " subjects: [{kind: ServiceAccount, name: blobstore}]}",
                "ServiceAccount/blobstore | {apiVersion: batch/v1, kind: CronJob, metadata: {name: x}, spec: {jobTemplate: {spec:"
                        + " {template: {spec: {serviceAccountName: blobstore}}}}}}",
                "ConfigMap/blobstore | {apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {template: {spec: {volumes:"
                        + " [{name: a, configMap: {name: blobstore}}]}}}}",
            })
    void notOnlyWorkloadsReferToObjects(String kept, String referring) {
        String kind = kept.substring(0, kept.indexOf('/'));
        String apiVersion = kind.equals("Role") ? "rbac.authorization.k8s.io/v1" : "v1";
        List<LiveObject> live = new ArrayList<>(
                LiveInstance.of(NEWER, Deployer.KUBECTL_CLIENT_SIDE).all());
        live.add(applied(
                "{apiVersion: %s, kind: %s, metadata: {name: blobstore, labels: {deploy: sourcegraph}}}"
                        .formatted(apiVersion, kind),
                Deployer.KUBECTL_CLIENT_SIDE));
        assertThat(compare(OLDER, LiveObjects.of(live)).removals())
                .extracting(Removal::key)
                .extracting(ObjectKey::toString)
                .contains(kept);

        ApplyPlan plan =
                compare(RealManifests.bundle(SmallReleases.OLDER + "\n---\n" + referring + "\n"), LiveObjects.of(live));

        assertThat(plan.removals())
                .extracting(Removal::key)
                .extracting(ObjectKey::toString)
                .containsExactly("Deployment/blobstore");
        assertThat(plan.kept())
                .extracting(Kept::key)
                .extracting(ObjectKey::toString)
                .contains(kept);
    }

    @Test
    void whatStandsInTheWayOfAKindSwapAndIsNotTheInstancesIsAFailure() {
        LiveObjects live = with(
                LiveInstance.of(NEWER, Deployer.KUBECTL_CLIENT_SIDE),
                ObjectKey.of("apps/v1", "StatefulSet", "searcher"),
                content -> ((ObjectNode) content.at("/metadata/labels")).remove("deploy"));

        assertThat(compare(OLDER, live).findings())
                .filteredOn(finding -> finding.severity() == Severity.FAILURE)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.message()).contains("StatefulSet/searcher stands where the target has");
                    assertThat(finding.remedy()).contains("delete statefulset/searcher");
                });
    }

    @Test
    void claimsAreKeptWhateverTheTargetSays() {
        String claim = """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: pgsql, labels: {deploy: sourcegraph}}
                spec:
                  storageClassName: %s
                  resources: {requests: {storage: %s}}
                """;
        LiveObjects live =
                LiveInstance.of(RealManifests.bundle(claim.formatted("fast", "200Gi")), Deployer.KUBECTL_CLIENT_SIDE);

        ApplyPlan plan = compare(RealManifests.bundle(claim.formatted("slow", "100Gi")), live);

        assertThat(plan.complete()).isTrue();
        assertThat(plan.findings())
                .allMatch(finding -> finding.topic() == Topic.VOLUMES)
                .extracting(Finding::message)
                .containsExactly(
                        "PersistentVolumeClaim/pgsql has 200Gi, the target names 100Gi. The volume is not shrunk.",
                        "PersistentVolumeClaim/pgsql is of storage class \"fast\", the target names \"slow\". The volume stays"
                                + " where it is.");
    }

    /** The controller deletes the claims when the StatefulSet is scaled to zero, or when it is deleted. */
    @ParameterizedTest
    @ValueSource(strings = {"whenScaled", "whenDeleted"})
    void aStatefulSetThatWouldDeleteItsClaimsIsAFailure(String moment) {
        String database = """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: %s, labels: {%s}}
                spec:
                  persistentVolumeClaimRetentionPolicy: {%s}
                  selector: {matchLabels: {app: pgsql}}
                  template:
                    metadata: {labels: {app: pgsql}}
                    spec: {containers: [{name: pgsql, image: "sourcegraph/postgres-12-alpine:5.0.6"}]}
                  volumeClaimTemplates: [{metadata: {name: data}}]
                ---
                """;
        String deleting = moment + ": Delete";
        ManifestBundle before = RealManifests.bundle(database.formatted("in-target", "", deleting)
                + database.formatted("pgsql", "deploy: sourcegraph", deleting)
                + database.formatted("bystander", "", deleting)
                + database.formatted("keeps", "deploy: sourcegraph", "whenScaled: Retain")
                + database.formatted("empty", "deploy: sourcegraph", deleting)
                        .replace("[{metadata: {name: data}}]", "[]"));
        ManifestBundle target = RealManifests.bundle(
                database.formatted("in-target", "", "whenScaled: Retain") + database.formatted("later", "", deleting));

        List<Finding> findings =
                compare(target, LiveInstance.of(before, Deployer.KUBECTL_CLIENT_SIDE)).findings().stream()
                        .filter(finding -> finding.severity() == Severity.FAILURE)
                        .toList();

        assertThat(findings)
                .allMatch(finding -> finding.topic() == Topic.VOLUMES)
                .allSatisfy(finding -> assertThat(finding.message()).contains(deleting, "would delete its Persistent"))
                .extracting(finding -> finding.object().orElseThrow().toString())
                .containsExactly("StatefulSet/in-target", "StatefulSet/pgsql", "StatefulSet/later");
        assertThat(findings.get(1).remedy())
                .contains("kubectl -n sourcegraph patch statefulset pgsql", "\"whenScaled\":\"Retain\"");
        assertThat(findings.get(2).remedy()).contains("in the target manifests");
    }

    @Test
    void aClaimThatWouldGoWithItsOwnerIsAFailure() {
        LiveObjects live = LiveInstance.of(NEWER, Deployer.KUBECTL_CLIENT_SIDE);
        String uid = live.find(ObjectKey.of("apps/v1", "Deployment", "blobstore"))
                .orElseThrow()
                .uid();
        assertThat(uid).isNotEmpty();
        LiveObjects owned = with(
                live, ObjectKey.of("v1", "PersistentVolumeClaim", "blobstore"), content -> content.withObjectProperty(
                                "metadata")
                        .withArrayProperty("ownerReferences")
                        .addObject()
                        .put("kind", "Deployment")
                        .put("name", "blobstore")
                        .put("uid", uid));

        assertThat(compare(OLDER, owned).findings())
                .filteredOn(finding -> finding.severity() == Severity.FAILURE)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.topic()).isEqualTo(Topic.VOLUMES);
                    assertThat(finding.message())
                            .contains("PersistentVolumeClaim/blobstore is owned by Deployment/blobstore");
                    assertThat(finding.remedy()).contains("patch persistentvolumeclaim blobstore");
                });
    }

    /** The API server keeps it only as long as a pod uses it, and the run stops pods. */
    @ParameterizedTest
    @CsvSource({"in-target, ''", "labelled, 'deploy: sourcegraph'", "data-pgsql-0, ''"})
    void aClaimThatIsBeingDeletedIsAFailure(String name, String labels) {
        String claim = """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: %s, labels: {%s}}
                spec: {volumeName: pvc-1, resources: {requests: {storage: 1Gi}}}
                ---
                """;
        String statefulSet = """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: pgsql, labels: {deploy: sourcegraph}}
                spec:
                  selector: {matchLabels: {app: pgsql}}
                  template:
                    metadata: {labels: {app: pgsql}}
                    spec: {containers: [{name: pgsql, image: "sourcegraph/postgres-12-alpine:5.0.6"}]}
                  volumeClaimTemplates: [{metadata: {name: data}}]
                """;
        ManifestBundle target = RealManifests.bundle(claim.formatted("in-target", "") + statefulSet);
        LiveObjects live = with(
                LiveInstance.of(
                        RealManifests.bundle(claim.formatted(name, labels) + statefulSet),
                        Deployer.KUBECTL_CLIENT_SIDE),
                ObjectKey.of("v1", "PersistentVolumeClaim", name),
                ManifestComparisonTest::isBeingDeleted);

        assertThat(compare(target, live).findings())
                .filteredOn(finding ->
                        finding.object().filter(key -> key.name().equals(name)).isPresent())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.topic()).isEqualTo(Topic.VOLUMES);
                    assertThat(finding.severity()).isEqualTo(Severity.FAILURE);
                    assertThat(finding.message())
                            .contains("PersistentVolumeClaim/" + name + " is being deleted", "cannot be taken back");
                    assertThat(finding.remedy())
                            .contains("kubectl patch persistentvolume pvc-1", "\"Retain\"", "docs/stops.md");
                });
    }

    @Test
    void aStrangersClaimThatNoPodHoldsMayGo() {
        LiveObjects live = with(
                LiveInstance.of(
                        RealManifests.bundle(
                                "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: backup, finalizers: [example.com/snapshot]}}"),
                        Deployer.KUBECTL_CLIENT_SIDE),
                ObjectKey.of("v1", "PersistentVolumeClaim", "backup"),
                ManifestComparisonTest::isBeingDeleted);

        assertThat(compare(OLDER, live).findings()).noneMatch(finding -> finding.topic() == Topic.VOLUMES);
    }

    /** Such as that of a backup's Job that has ended: its pod is there, and the run does not touch it. */
    @Test
    void aStrangersClaimThatAPodHoldsIsAWarning() {
        assertThat(ofTheInstancesNamespace("{name: backup, finalizers: [kubernetes.io/pvc-protection]}", "Bound"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                    assertThat(finding.message()).contains("Nothing ties it to the instance");
                    assertThat(finding.remedy())
                            .endsWith("kubectl -n sourcegraph describe persistentvolumeclaim backup");
                });
    }

    /** It may name any volume in the cluster, and that stands beside a command of a cluster's administrator. */
    @Test
    void aClaimThatNeverHadAVolumeMayGoWhateverItNames() {
        assertThat(ofTheInstancesNamespace("{name: backup, labels: {deploy: sourcegraph}}", "Pending"))
                .isEmpty();
    }

    private static List<Finding> ofTheInstancesNamespace(String metadata, String phase) {
        LiveObjects live = with(
                LiveInstance.of(
                        RealManifests.bundle("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: " + metadata
                                + ", spec: {volumeName: pvc-of-another}}"),
                        Deployer.KUBECTL_CLIENT_SIDE),
                ObjectKey.of("v1", "PersistentVolumeClaim", "backup"),
                content -> {
                    isBeingDeleted(content);
                    content.withObjectProperty("status").put("phase", phase);
                });
        return compare(OLDER, live).findings().stream()
                .filter(finding -> finding.topic() == Topic.VOLUMES)
                .toList();
    }

    private static void isBeingDeleted(ObjectNode content) {
        content.withObjectProperty("metadata").put("deletionTimestamp", "2026-01-01T00:00:00Z");
        content.withObjectProperty("status").put("phase", "Bound");
    }

    @Test
    void theCountBeforeTheQuiesceIsWhatCounts() {
        LiveObjects live = with(LiveInstance.of(NEWER, Deployer.KUBECTL_CLIENT_SIDE), FRONTEND, content -> {
            ((ObjectNode) content.get("spec")).put("replicas", 0);
            ((ObjectNode) content.at("/metadata/annotations")).put("downgrade.sourcegraph.com/original-replicas", "5");
        });

        assertThat(compare(OLDER, live).findings())
                .filteredOn(finding -> finding.topic() == Topic.REPLICAS)
                .extracting(Finding::message)
                .contains("Deployment/sourcegraph-frontend runs 5 replicas, the target names 2.");
    }

    /** The note of the count goes with the object that is replaced. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCountThatWouldBeLostWithTheReplacedObjectIsAFailure(boolean quiesced) {
        String named = "name: searcher\n  labels: {deploy: sourcegraph}\nspec:\n  replicas: 2\n";
        assertThat(SmallReleases.OLDER).contains(named);
        ManifestBundle target =
                RealManifests.bundle(SmallReleases.OLDER.replace(named, named.replace("  replicas: 2\n", "")));
        ObjectKey replaced = ObjectKey.of("apps/v1", "StatefulSet", "searcher");
        LiveObjects live = with(LiveInstance.of(NEWER, Deployer.KUBECTL_CLIENT_SIDE), replaced, content -> {
            ((ObjectNode) content.get("spec")).put("replicas", quiesced ? 0 : 5);
            if (quiesced) {
                ((ObjectNode) content.at("/metadata/annotations"))
                        .put("downgrade.sourcegraph.com/original-replicas", "5");
            }
        });

        assertThat(compare(target, live).findings())
                .filteredOn(finding -> finding.severity() == Severity.FAILURE)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.topic()).isEqualTo(Topic.REPLICAS);
                    assertThat(finding.message())
                            .isEqualTo("Deployment/searcher is created in place of StatefulSet/searcher, which runs 5"
                                    + " replicas, and the target names no count: Kubernetes would run 1.");
                    assertThat(finding.remedy()).contains("spec.replicas: 5");
                });
        assertThat(compare(target, LiveInstance.of(NEWER, Deployer.KUBECTL_CLIENT_SIDE))
                        .findings())
                .as("of one replica, which is what Kubernetes gives it")
                .noneMatch(finding -> finding.severity() == Severity.FAILURE);
    }

    @Test
    void newObjectsCarryTheMarksOfTheirOwner() {
        InstanceOwner owner =
                compare(OLDER, LiveInstance.of(NEWER, Deployer.HELM)).owner();

        DesiredObject created = new DesiredObject.Factory("sourcegraph", owner)
                .of(
                        OLDER.find(ObjectKey.of("apps/v1", "Deployment", "github-proxy"))
                                .orElseThrow(),
                        Optional.empty());

        assertThat(created.content()
                        .at("/metadata/annotations/meta.helm.sh~1release-name")
                        .asText())
                .isEqualTo("sourcegraph");
        assertThat(created.owner().manager()).isEqualTo("helm");
    }

    @Test
    void theRightsAreThoseOfThePlansWrites() {
        assertThat(new RequiredPermissions().of(compare(OLDER, LiveInstance.of(NEWER, Deployer.KUBECTL_CLIENT_SIDE))))
                .extracting(right -> right.verb() + " " + right.apiGroup() + "/" + right.resource())
                .containsExactly(
                        "update /configmaps",
                        "patch /configmaps",
                        "update apps/deployments",
                        "patch apps/deployments",
                        "create apps/deployments",
                        "delete apps/statefulsets",
                        "create /services",
                        "delete /services",
                        "delete apps/deployments");
    }

    @Test
    void whatIsBeingDeletedNeedsNoRightToDelete() {
        TargetObject target = OLDER.objects().stream()
                .filter(object -> object.kind().equals("ConfigMap"))
                .findFirst()
                .orElseThrow();
        LiveObject leaving =
                LiveInstance.applied(target, Deployer.KUBECTL_CLIENT_SIDE, live -> live.withObjectProperty("metadata")
                        .put("deletionTimestamp", "2026-01-01T00:00:00Z"));

        assertThat(new RequiredPermissions().of(compare(OLDER, LiveObjects.of(List.of(leaving)))))
                .extracting(Permission::verb)
                .contains("create")
                .doesNotContain("delete");
    }

    private static String withoutPrometheusSettings(String manifests) {
        String settings = """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: prometheus
                  labels: {deploy: sourcegraph}
                data: {same: "1"}
                ---
                """;
        assertThat(manifests).contains(settings);
        return manifests.replace(settings, "");
    }

    private static ApplyPlan compare(ManifestBundle target, LiveObjects live) {
        return new ManifestComparison().compare(target, live, "sourcegraph");
    }

    private static LiveObject applied(String manifest, Deployer deployer) {
        return LiveInstance.applied(RealManifests.bundle(manifest).objects().get(0), deployer, content -> {});
    }

    private static LiveObjects with(LiveObjects live, ObjectKey key, Consumer<ObjectNode> change) {
        return LiveObjects.of(live.all().stream()
                .map(object -> {
                    if (!object.key().equals(key)) {
                        return object;
                    }
                    ObjectNode content = object.copy();
                    change.accept(content);
                    return new LiveObject(object.apiVersion(), content);
                })
                .toList());
    }
}
