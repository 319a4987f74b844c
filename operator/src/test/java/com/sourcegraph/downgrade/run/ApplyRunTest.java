package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.testkit.instance.InstanceInstaller;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import com.sourcegraph.downgrade.testkit.instance.SampleRelease;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What lives after a run is what the target manifests say, field by field, whatever happened on the way. */
class ApplyRunTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, String> KINDS = Map.of(
            "ConfigMap", "v1",
            "Service", "v1",
            "PersistentVolumeClaim", "v1",
            "Deployment", "apps/v1",
            "StatefulSet", "apps/v1",
            "DaemonSet", "apps/v1");

    private static SourcegraphDowngrade complete(DowngradeWorld world) {
        SourcegraphDowngrade ended = world.awaitEnd("back");
        assertThat(ended.getStatus().phase())
                .as(Serialization.asYaml(ended.getStatus()))
                .isEqualTo(Phase.COMPLETE);
        return ended;
    }

    /** The measure is the same target, applied by kubectl to an empty namespace. */
    @ParameterizedTest
    @CsvSource({"5.3.12303, 4.5.1, Migrator", "4.5.1, 4.0.1, Migrator", "5.0.6, 4.5.1, Manifests"})
    void everyObjectIsAsInTheTarget(String from, String to, String strategy) {
        try (DowngradeWorld world = new DowngradeWorld(
                from, SampleRelease.of(from).full(), SampleRelease.of(to).full())) {
            world.startOperator();
            world.apply(
                    "back", "to: v%s\nstrategy: %s\nmanifests: {configMapRef: {name: target}}".formatted(to, strategy));
            complete(world);

            new InstanceInstaller(world.client()).install(elsewhere(world), "measure");

            Map<String, JsonNode> measure = objects(world, "measure");
            Map<String, JsonNode> live = objects(world, world.namespace());
            assertThat(measure).hasSizeGreaterThan(30);
            assertThat(live).containsAllEntriesOf(measure);
            assertThat(live.keySet())
                    .allSatisfy(key -> assertThat(measure.containsKey(key) || key.startsWith("PersistentVolumeClaim/"))
                            .as(key)
                            .isTrue());
        }
    }

    private static ReleaseManifests elsewhere(DowngradeWorld world) {
        return ReleaseManifests.parse(
                world.target().yaml().replace("namespace: " + world.namespace(), "namespace: measure"));
    }

    /** Everything of the instance that a manifest says, without what a server adds to each object of its own. */
    private static Map<String, JsonNode> objects(DowngradeWorld world, String namespace) {
        Map<String, JsonNode> found = new TreeMap<>();
        KINDS.forEach((kind, apiVersion) -> world.client()
                .genericKubernetesResources(apiVersion, kind)
                .inNamespace(namespace)
                .withLabel("deploy", "sourcegraph")
                .list()
                .getItems()
                .forEach(object -> found.put(kind + "/" + name(object), said(object))));
        return found;
    }

    private static String name(HasMetadata object) {
        return object.getMetadata().getName();
    }

    private static JsonNode said(GenericKubernetesResource object) {
        ObjectNode json = JSON.valueToTree(object);
        ObjectNode said = JSON.createObjectNode();
        said.set("labels", json.at("/metadata/labels"));
        said.set("data", json.path("data"));
        if (json.path("spec") instanceof ObjectNode spec) {
            ObjectNode copy = spec.deepCopy();
            copy.remove(List.of("clusterIP", "clusterIPs", "volumeName"));
            said.set("spec", copy);
        }
        return said;
    }

    /** Their claims keep the data that only the newer release sees. */
    @Test
    void whatOnlyTheNewerReleaseHasGoesButForItsData() {
        try (DowngradeWorld world = new DowngradeWorld(
                "4.5.1",
                SampleRelease.of("4.5.1").full(),
                SampleRelease.of("4.0.1").full())) {
            String volume = world.client()
                    .persistentVolumeClaims()
                    .inNamespace(world.namespace())
                    .withName("blobstore")
                    .get()
                    .getMetadata()
                    .getUid();
            world.startOperator();
            world.applyMigrator("back");

            SourcegraphDowngrade ended = complete(world);

            assertThat(ended.getStatus().plan().delete())
                    .containsExactly("DaemonSet/node-exporter", "Deployment/blobstore", "Service/blobstore");
            assertThat(world.client()
                            .apps()
                            .deployments()
                            .inNamespace(world.namespace())
                            .withName("blobstore")
                            .get())
                    .isNull();
            assertThat(world.client()
                            .persistentVolumeClaims()
                            .inNamespace(world.namespace())
                            .withName("blobstore")
                            .get()
                            .getMetadata()
                            .getUid())
                    .isEqualTo(volume);
            assertThat(world.client()
                            .apps()
                            .statefulSets()
                            .inNamespace(world.namespace())
                            .withName("symbols")
                            .get())
                    .isNull();
            assertThat(world.replicas("symbols")).isEqualTo(1);
            assertThat(world.operatorWrites())
                    .filteredOn(write -> write.resource().equals("persistentvolumeclaims"))
                    .allSatisfy(write -> assertThat(write.verb()).isNotEqualTo("delete"));
        }
    }

    @Test
    void manifestsThatChangeInTheMiddleHoldTheRunUntilTheyAreBack() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.when(
                    StepName.VERIFY_SCHEMA,
                    () -> world.putTarget(SampleRelease.of("4.4.2").small().yaml()));
            world.startOperator();
            world.applyMigrator("back");

            SourcegraphDowngrade stalled = world.awaitStall("back", "ManifestsChanged");

            assertThat(stalled.getStatus().currentStep()).isEqualTo(StepName.APPLY_MANIFESTS);
            assertThat(stalled.getStatus().nextAction()).contains("target", "goes on by itself");
            assertThat(world.replicas("sourcegraph-frontend")).isZero();

            world.putTarget(world.target().yaml());
            world.clock().advance(Duration.ofSeconds(30));
            world.nudge();

            complete(world);
            assertThat(world.replicas("sourcegraph-frontend")).isEqualTo(2);
        }
    }

    @Test
    void aRightThatIsTakenAwayInTheMiddleIsToldAndWaitedFor() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.when(StepName.APPLY_MANIFESTS, () -> world.rights().take("patch", "statefulsets"));
            world.startOperator();
            world.applyMigrator("back");

            SourcegraphDowngrade stalled = world.awaitStall("back", "ApplyRefused");

            assertThat(DowngradeWorld.condition(stalled, "Stalled").getMessage())
                    .contains("StatefulSet");
            assertThat(stalled.getStatus().phase()).isEqualTo(Phase.STALLED);

            world.rights().giveBack();
            world.nudge();

            complete(world);
            assertThat(world.awaitEvent("back", "Complete"))
                    .containsOnlyOnce("ApplyRefused")
                    .containsOnlyOnce("Resumed");
        }
    }

    /** An image of the older release that is gone from the registry: the stop names workload and image. */
    @Test
    void aRolloutThatCannotPullIsToldAndGoesOn() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            String image = world.target().objects().stream()
                    .filter(object -> object.at("/metadata/name").asText().equals("syntect-server")
                            && object.path("kind").asText().equals("Deployment"))
                    .findFirst()
                    .orElseThrow()
                    .at("/spec/template/spec/containers/0/image")
                    .asText();
            world.cluster().makeImageMissing(image);
            world.startOperator();
            world.applyMigrator("back");
            world.await("back", resource -> DowngradeWorld.running(resource, StepName.ROLLOUT));
            world.await("back", resource -> DowngradeWorld.condition(resource, "Ready")
                    .getMessage()
                    .contains("syntect-server"));

            world.clock().advance(Duration.ofMinutes(4));
            world.nudge();

            SourcegraphDowngrade stalled = world.awaitStall("back", "RolloutStuck");
            assertThat(DowngradeWorld.condition(stalled, "Stalled").getMessage())
                    .contains("syntect-server", "ImagePull");

            world.cluster().makeImageAvailable(image);

            complete(world);
        }
    }
}
