package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.CheckResult;
import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.instance.SampleRelease;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever preflight finds, the resource says which check failed, why and what to do; nothing was written; and once it is
 * repaired the same resource goes on by itself.
 */
@Execution(ExecutionMode.CONCURRENT)
class PreflightRepairTest {

    /** That of the database, as the sample prints it. */
    private static final String CLAIM = """
              name: pgsql
              namespace: sourcegraph
            spec:
              accessModes:
              - ReadWriteOnce
              resources:
                requests:
                  storage: %s
            """;

    /** It has nothing of the instance but its database. */
    private static final String STRANGER = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: metabase}
            spec:
              serviceName: metabase
              persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}
              selector: {matchLabels: {app: metabase}}
              template:
                metadata: {labels: {app: metabase}}
                spec:
                  containers:
                  - name: metabase
                    image: registry.example/metabase:1
                    env: [{name: PGHOST, value: "%s"}]
                    volumeMounts: [{name: data, mountPath: /data}]
              volumeClaimTemplates:
              - metadata: {name: data}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
            """;

    private interface Deed {
        void in(DowngradeWorld world);
    }

    /** What is wrong, which check tells it with which words, and how it is repaired. */
    private record Trouble(String name, Deed brought, String check, String[] said, String remedy, Deed repaired) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Trouble trouble(
            String name, Deed brought, String check, String remedy, Deed repaired, String... said) {
        return new Trouble(name, brought, check, said, remedy, repaired);
    }

    private static String goodTarget(DowngradeWorld world) {
        return world.target().yaml();
    }

    private static void replaceInTarget(DowngradeWorld world, String what, String with) {
        String yaml = goodTarget(world);
        assertThat(yaml).contains(what);
        world.putTarget(yaml.replace(what, with));
    }

    static Stream<Trouble> troubles() {
        Deed goodTarget = world -> world.putTarget(goodTarget(world));
        return Stream.of(
                trouble(
                        "dirty schema",
                        world -> world.databases().breakages().dirty(SchemaName.CODEINTEL),
                        "Schemas",
                        "migrator",
                        world -> world.databases()
                                .execute(
                                        SchemaName.CODEINTEL,
                                        "DELETE FROM migration_logs WHERE success IS NOT DISTINCT FROM false"),
                        "codeintel",
                        "dirty"),
                trouble(
                        "pending migration",
                        world -> world.databases().breakages().pending(SchemaName.FRONTEND),
                        "Schemas",
                        "migrator",
                        world -> world.databases()
                                .execute(SchemaName.FRONTEND, "DELETE FROM migration_logs WHERE success IS NULL"),
                        "frontend",
                        "begun and not ended"),
                trouble(
                        "auto-upgrade in the environment",
                        world -> autoUpgrade(world, "true"),
                        "AutoUpgrade",
                        "Remove SRC_AUTOUPGRADE",
                        world -> autoUpgrade(world, null),
                        "SRC_AUTOUPGRADE"),
                trouble(
                        "no versions row",
                        world -> world.databases().breakages().noVersionRow(),
                        "Versions",
                        "current release",
                        world -> world.databases()
                                .execute(
                                        SchemaName.FRONTEND,
                                        "INSERT INTO versions (service, version, first_version) VALUES ('frontend', '5.0.6', '5.0.6')"),
                        "no row"),
                trouble(
                        "an older frontend has started on the databases",
                        world -> world.databases().breakages().versionRow("4.5.1"),
                        "Versions",
                        "same release",
                        world -> world.databases().breakages().versionRow("5.0.6"),
                        "5.0.6",
                        "4.5.1"),
                trouble(
                        "database out of reach",
                        world -> reachable(world, false),
                        "Databases",
                        "get pods",
                        world -> reachable(world, true),
                        "codeinsights"),
                trouble(
                        "a variable of the databases without bound",
                        world -> variable(world, "PGHOST", "x".repeat(70_000)),
                        "Databases",
                        "variables on the frontend",
                        world -> variable(
                                world, "PGHOST", world.databases().environment().get("PGHOST")),
                        "PGHOST",
                        "longer than 64 KiB"),
                trouble(
                        "no target manifests",
                        world -> world.client()
                                .configMaps()
                                .inNamespace(world.namespace())
                                .withName("target")
                                .delete(),
                        "TargetManifests",
                        "target",
                        PreflightRepairTest::createTarget,
                        "target"),
                trouble(
                        "target manifests that are no YAML",
                        world -> world.putTarget("kind: [Deployment\n"),
                        "TargetManifests",
                        "",
                        goodTarget,
                        "manifests.yaml"),
                trouble(
                        "target manifests that would fill the operator's memory",
                        world -> world.putTarget("{a: [" + "1,".repeat(250_000) + "]}"),
                        "TargetManifests",
                        "one release only",
                        goodTarget,
                        "more than 200000 fields and values"),
                trouble(
                        "target manifests without a service that runs",
                        world -> {
                            String yaml = SampleRelease.of("4.5.1")
                                    .small()
                                    .without("StatefulSet")
                                    .yaml();
                            world.putTarget(yaml);
                        },
                        "TargetManifests",
                        "target manifests",
                        goodTarget,
                        "target has no"),
                trouble(
                        "target manifests of another release",
                        world -> world.putTarget(SampleRelease.of("4.4.2")
                                .small()
                                .connectedTo(world.databases().environment())
                                .yaml()),
                        "TargetManifests",
                        "release 4.5.1",
                        goodTarget,
                        "4.4.2",
                        "4.5.1"),
                trouble(
                        "target manifests of another namespace",
                        world -> replaceInTarget(world, "namespace: sourcegraph", "namespace: elsewhere"),
                        "TargetManifests",
                        "namespace",
                        goodTarget,
                        "elsewhere"),
                trouble(
                        "an object that the API server refuses",
                        world -> replaceInTarget(world, "mountPath: /conf", "mountPath: /data"),
                        "ObjectsAccepted",
                        "Mend",
                        goodTarget,
                        "pgsql",
                        "must be unique"),
                trouble(
                        "a kind that the operator may not read",
                        PreflightRepairTest::aKindOfAnotherCompany,
                        "TargetManifests",
                        "rbac.extraRules",
                        world -> world.rights().giveBack(),
                        "BackendConfig of cloud.google.com/v1",
                        "get, list backendconfigs.cloud.google.com in namespace sourcegraph"),
                trouble(
                        "a variable that stands twice in the target manifests",
                        world -> replaceInTarget(
                                world,
                                "name: PRECISE_CODE_INTEL_UPLOAD_BACKEND",
                                "name: PRECISE_CODE_INTEL_UPLOAD_AWS_ENDPOINT"),
                        "TargetManifests",
                        "last",
                        goodTarget,
                        "containers[worker].env has name PRECISE_CODE_INTEL_UPLOAD_AWS_ENDPOINT more than once"),
                trouble(
                        "a stranger's StatefulSet on the databases that would delete its claims when it is stopped",
                        world -> world.client()
                                .resource(STRANGER.formatted(
                                        world.databases().environment().get("PGHOST")))
                                .inNamespace(world.namespace())
                                .create(),
                        "Volumes",
                        "patch statefulset metabase",
                        world -> world.client()
                                .apps()
                                .statefulSets()
                                .inNamespace(world.namespace())
                                .withName("metabase")
                                .edit(metabase -> new StatefulSetBuilder(metabase)
                                        .editSpec()
                                        .editPersistentVolumeClaimRetentionPolicy()
                                        .withWhenScaled("Retain")
                                        .endPersistentVolumeClaimRetentionPolicy()
                                        .endSpec()
                                        .build()),
                        "StatefulSet/metabase",
                        "whenScaled: Delete"),
                trouble(
                        "a right that is missing",
                        world -> world.rights().take("patch", "statefulsets"),
                        "Permissions",
                        "examples/instance-rbac.yaml",
                        world -> world.rights().giveBack(),
                        "statefulsets"),
                trouble(
                        "a migrator that a resource let go by hand has left, and that waits for its node",
                        world -> world.client()
                                .resource(AnotherRun.migrator(world))
                                .create(),
                        "Workloads",
                        "Wait for the end of the migrator",
                        world -> world.client()
                                .resource(AnotherRun.migrator(world))
                                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                                .delete(),
                        "Job/earlier-downgrade-1 is connected to a database (belongs to another run)",
                        "wait for its end"),
                trouble(
                        "drift",
                        world -> world.databases().breakages().drift(SchemaName.FRONTEND),
                        "SchemaDrift",
                        "driftCheck: Skip",
                        PreflightRepairTest::repairDrift,
                        "gitserver_repos_shard_id"));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void isToldRepairedAndGoesOn(Trouble trouble) {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            trouble.brought().in(world);
            Map<String, String> before = world.workloads();
            world.startOperator();
            world.applyMigrator("back");

            SourcegraphDowngrade stalled = world.awaitStall("back", "PreflightFailed");

            CheckStatus check = stalled.getStatus().checks().stream()
                    .filter(found -> found.result() == CheckResult.FAILED)
                    .filter(found -> found.name().equals(trouble.check()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(Serialization.asYaml(stalled.getStatus())));
            assertThat(check.message()).contains(trouble.said());
            assertThat(check.remedy()).isNotBlank().contains(trouble.remedy());
            assertThat(stalled.getStatus().phase()).isEqualTo(Phase.STALLED);
            assertThat(DowngradeWorld.condition(stalled, "Stalled").getMessage())
                    .contains(trouble.check());
            assertThat(stalled.getStatus().nextAction()).isNotBlank();
            assertThat(world.workloads()).isEqualTo(before);
            // The migrator's dry run, where it came as far as that.
            assertThat(world.operatorWrites())
                    .allSatisfy(write -> assertThat(write.resource()).isEqualTo("jobs"));

            trouble.repaired().in(world);
            // A failed dry run stands for a minute.
            world.clock().advance(Duration.ofMinutes(2));
            world.nudge();

            SourcegraphDowngrade ended = world.awaitEnd("back");
            assertThat(ended.getStatus().phase())
                    .as(Serialization.asYaml(ended.getStatus()))
                    .isEqualTo(Phase.COMPLETE);
            assertThat(world.awaitEvent("back", "Complete"))
                    .containsSubsequence("PreflightFailed", "Resumed", "Complete");
        }
    }

    /** As a policy does that gives finished Jobs a time to live: the next one has its name, and is not judged by what it said. */
    @Test
    void aRepairIsSeenByAJobOfTheNameOfOneThatWasRemoved() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.databases().breakages().drift(SchemaName.FRONTEND);
            world.startOperator();
            world.applyMigrator("back");
            world.awaitStall("back", "PreflightFailed");

            repairDrift(world);
            world.client()
                    .batch()
                    .v1()
                    .jobs()
                    .inNamespace(world.namespace())
                    .withName("back-checks-1")
                    .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                    .delete();
            world.nudge();

            SourcegraphDowngrade ended = world.awaitEnd("back");
            assertThat(ended.getStatus().phase())
                    .as(Serialization.asYaml(ended.getStatus()))
                    .isEqualTo(Phase.COMPLETE);
            assertThat(world.jobs("checks"))
                    .extracting(job -> job.getMetadata().getName())
                    .containsExactly("back-checks-1");
        }
    }

    /** A mistake in the resource itself is repaired by a new one. */
    @Test
    void aWrongFromIsToldWithTheRightOne() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.startOperator();
            world.applyMigrator("back", "from: v5.1.0");

            SourcegraphDowngrade stalled = world.awaitStall("back", "PreflightFailed");

            assertThat(DowngradeWorld.condition(stalled, "Stalled").getMessage())
                    .contains("5.1.0", "5.0.6");
            assertThat(stalled.getStatus().nextAction()).contains("v5.0.6");
            assertThat(world.operatorWrites()).isEmpty();
            world.delete("back");
            world.awaitGone("back");
        }
    }

    /** A volume is never shrunk, and that is no reason not to go on. */
    @Test
    void aClaimThatIsSmallerInTheTargetIsToldAndKept() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            replaceInTarget(world, CLAIM.formatted("200Gi"), CLAIM.formatted("20Gi"));
            world.startOperator();
            world.applyMigrator("back");

            SourcegraphDowngrade ended = world.awaitEnd("back");

            assertThat(ended.getStatus().phase())
                    .as(Serialization.asYaml(ended.getStatus()))
                    .isEqualTo(Phase.COMPLETE);
            assertThat(ended.getStatus().checks()).anySatisfy(check -> {
                assertThat(check.name()).isEqualTo("Volumes");
                assertThat(check.result()).isEqualTo(CheckResult.WARNING);
                assertThat(check.message()).contains("pgsql", "20Gi", "200Gi", "not shrunk");
            });
            assertThat(world.client()
                            .persistentVolumeClaims()
                            .inNamespace(world.namespace())
                            .withName("pgsql")
                            .get()
                            .getSpec()
                            .getResources()
                            .getRequests())
                    .containsEntry("storage", new Quantity("200Gi"));
            assertThat(world.operatorWrites())
                    .noneSatisfy(write -> assertThat(write.resource()).isEqualTo("persistentvolumeclaims"));
        }
    }

    /** {@code kubectl delete pvc} waits for the pod that uses it; a run that stops the pod would be the end of the data. */
    @ParameterizedTest
    @ValueSource(strings = {"pgsql", "repos-gitserver-0"})
    void aClaimThatGoesWithItsPodHoldsTheRunAndTheDataStays(String claim) {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            Resource<PersistentVolumeClaim> volume = world.client()
                    .persistentVolumeClaims()
                    .inNamespace(world.namespace())
                    .withName(claim);
            String uid = volume.get().getMetadata().getUid();
            volume.delete();
            Map<String, String> before = world.workloads();
            world.startOperator();
            world.applyMigrator("back");

            SourcegraphDowngrade stalled = world.awaitStall("back", "PreflightFailed");

            assertThat(stalled.getStatus().checks()).anySatisfy(check -> {
                assertThat(check.name()).isEqualTo("Volumes");
                assertThat(check.result()).isEqualTo(CheckResult.FAILED);
                assertThat(check.message()).contains("PersistentVolumeClaim/" + claim + " is being deleted");
                assertThat(check.remedy()).contains("Retain");
            });
            assertThat(world.workloads()).isEqualTo(before);
            assertThat(volume.get().getMetadata().getUid()).isEqualTo(uid);
        }
    }

    /** Who knows nothing of it treats it as connected: it is stopped with the others, and the status warns. */
    @Test
    void anUnknownWorkloadIsAWarningAndIsStopped() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.client()
                    .resource(new DeploymentBuilder()
                            .withNewMetadata()
                            .withName("our-own")
                            .withNamespace(world.namespace())
                            .addToLabels("deploy", "sourcegraph")
                            .endMetadata()
                            .withNewSpec()
                            .withReplicas(3)
                            .withNewSelector()
                            .addToMatchLabels("app", "our-own")
                            .endSelector()
                            .withNewTemplate()
                            .withNewMetadata()
                            .addToLabels("app", "our-own")
                            .endMetadata()
                            .withNewSpec()
                            .addNewContainer()
                            .withName("main")
                            .withImage("registry.example/our-own:1")
                            .withNewResources()
                            .addToRequests("cpu", new Quantity("10m"))
                            .endResources()
                            .endContainer()
                            .endSpec()
                            .endTemplate()
                            .endSpec()
                            .build())
                    .create();
            world.startOperator();
            world.applyMigrator("back");

            SourcegraphDowngrade ended = world.awaitEnd("back");

            assertThat(ended.getStatus().phase())
                    .as(Serialization.asYaml(ended.getStatus()))
                    .isEqualTo(Phase.COMPLETE);
            assertThat(ended.getStatus().checks()).anySatisfy(check -> {
                assertThat(check.name()).isEqualTo("Workloads");
                assertThat(check.result()).isEqualTo(CheckResult.WARNING);
                assertThat(check.message()).contains("our-own");
            });
            assertThat(ended.getStatus().plan().scale()).contains("Deployment/our-own");
            assertThat(world.replicas("our-own")).isEqualTo(3);
            assertThat(world.operatorWrites())
                    .anySatisfy(write -> assertThat(write.name()).isEqualTo("our-own"));
        }
    }

    /** As Sourcegraph's own Kustomize component for ingresses of GKE has it. */
    private static void aKindOfAnotherCompany(DowngradeWorld world) {
        world.client().load(resource("backend-config-definition.yaml")).create();
        world.putTarget(goodTarget(world) + """
                ---
                apiVersion: cloud.google.com/v1
                kind: BackendConfig
                metadata:
                  name: sourcegraph-frontend
                  labels: {deploy: sourcegraph}
                spec:
                  healthCheck: {requestPath: /ready}
                """);
        world.rights().take("list", "backendconfigs");
        world.rights().take("get", "backendconfigs");
    }

    private static InputStream resource(String name) {
        return PreflightRepairTest.class.getResourceAsStream(name);
    }

    private static void autoUpgrade(DowngradeWorld world, String value) {
        variable(world, "SRC_AUTOUPGRADE", value);
    }

    private static void variable(DowngradeWorld world, String name, String value) {
        world.client()
                .configMaps()
                .inNamespace(world.namespace())
                .withName("sourcegraph-frontend-env")
                .edit(map -> {
                    if (value == null) {
                        map.getData().remove(name);
                    } else {
                        map.getData().put(name, value);
                    }
                    return map;
                });
    }

    private static void reachable(DowngradeWorld world, boolean reachable) {
        String database = world.databases().address(SchemaName.CODEINSIGHTS).database();
        world.databases()
                .execute(SchemaName.FRONTEND, "ALTER DATABASE " + database + " WITH ALLOW_CONNECTIONS " + reachable);
    }

    private static void createTarget(DowngradeWorld world) {
        world.client()
                .resource(new io.fabric8.kubernetes.api.model.ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("target")
                        .withNamespace(world.namespace())
                        .endMetadata()
                        .addToData("manifests.yaml", world.target().yaml())
                        .build())
                .create();
    }

    private static void repairDrift(DowngradeWorld world) {
        world.databases()
                .execute(
                        SchemaName.FRONTEND,
                        "CREATE INDEX gitserver_repos_shard_id ON gitserver_repos (shard_id, repo_id)");
    }
}
