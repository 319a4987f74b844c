package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import com.sourcegraph.downgrade.workload.Markers;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Target manifests beside what lives in the instance's namespace at the end of a run, object by object and field by field. */
final class AppliedTarget {

    /** Belongs to no namespace, so a run leaves it as it is, and the owner applies it. PodSecurityPolicy no cluster of today serves. */
    static final String[] NOT_OF_A_RUN = {"ClusterRole", "ClusterRoleBinding", "PodSecurityPolicy", "StorageClass"};

    private static final Set<String> WITH_PODS = Set.of("Deployment", "StatefulSet", "DaemonSet");

    private final InstalledInstance instance;
    private final ReleaseManifests target;

    AppliedTarget(InstalledInstance instance, ReleaseManifests target) {
        this.instance = instance;
        this.target = instance.here(target.without(NOT_OF_A_RUN));
    }

    void assertLives() {
        assertThat(instance.cluster().kubectlDiff(target.yaml(), "--namespace=" + instance.namespace(), "--filename=-"))
                .as("what the owner's next kubectl apply of the target would change")
                .isEmpty();
        assertThat(named("Service"))
                .as("the Services of the target, and no others of the instance")
                .isEqualTo(ofTarget("Service"));
        assertThat(named("ConfigMap"))
                .as("the ConfigMaps of the target, and no others of the instance")
                .isEqualTo(ofTarget("ConfigMap"));
        for (JsonNode object : target.objects()) {
            GenericKubernetesResource live = live(object);
            String name =
                    object.path("kind").asText() + "/" + live.getMetadata().getName();
            assertNothingOfTheRun(name, live);
            if (WITH_PODS.contains(object.path("kind").asText())) {
                JsonNode spec = json(live).path("spec");
                assertThat(images(spec)).as("the images of " + name).isEqualTo(images(object.path("spec")));
                // An apply leaves fields that its record does not know. A replacement has what the target says and
                // Kubernetes' defaults, and nothing else.
                assertThat(replaced(object).path("spec"))
                        .as("what " + name + " would be if the target replaced it")
                        .isEqualTo(spec);
            }
        }
    }

    /** Neither an annotation nor a field that is the operator's. */
    static void assertNothingOfTheRun(String name, HasMetadata live) {
        Map<String, String> annotations = live.getMetadata().getAnnotations();
        assertThat(annotations == null ? Set.<String>of() : annotations.keySet())
                .as("annotations of " + name)
                .noneMatch(key -> key.startsWith("downgrade.sourcegraph.com/"));
        assertThat(live.getMetadata().getManagedFields())
                .as("owners of fields of " + name)
                .extracting(ManagedFieldsEntry::getManager)
                .noneMatch(manager -> manager != null && manager.startsWith(Markers.FIELD_MANAGER));
    }

    private GenericKubernetesResource live(JsonNode object) {
        GenericKubernetesResource live = instance.cluster()
                .client()
                .genericKubernetesResources(
                        object.path("apiVersion").asText(), object.path("kind").asText())
                .inNamespace(instance.namespace())
                .withName(object.at("/metadata/name").asText())
                .get();
        assertThat(live)
                .as(object.path("kind").asText() + "/"
                        + object.at("/metadata/name").asText())
                .isNotNull();
        return live;
    }

    /** What the API server answers to a replacement that it does not store. */
    private JsonNode replaced(JsonNode object) {
        GenericKubernetesResource desired = Serialization.unmarshal(object.toString(), GenericKubernetesResource.class);
        return json(instance.cluster()
                .client()
                .genericKubernetesResources(
                        object.path("apiVersion").asText(), object.path("kind").asText())
                .inNamespace(instance.namespace())
                .resource(desired)
                .dryRun()
                .update());
    }

    private static JsonNode json(HasMetadata object) {
        return Serialization.jsonMapper().valueToTree(object);
    }

    /** By container. */
    private static Map<String, String> images(JsonNode spec) {
        JsonNode pod = spec.at("/template/spec");
        Map<String, String> images = new TreeMap<>();
        for (String list : List.of("initContainers", "containers")) {
            pod.path(list)
                    .forEach(container -> images.put(
                            list + "/" + container.path("name").asText(),
                            container.path("image").asText()));
        }
        return images;
    }

    /** Of the instance, by the label that all its objects carry. */
    private Set<String> named(String kind) {
        return instance
                .cluster()
                .client()
                .genericKubernetesResources("v1", kind)
                .inNamespace(instance.namespace())
                .withLabel(Markers.DEPLOY_LABEL, Markers.DEPLOY_VALUE)
                .list()
                .getItems()
                .stream()
                .map(object -> object.getMetadata().getName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> ofTarget(String kind) {
        return target.objects().stream()
                .filter(object -> object.path("kind").asText().equals(kind)
                        && object.at("/metadata/labels/" + Markers.DEPLOY_LABEL)
                                .asText()
                                .equals(Markers.DEPLOY_VALUE))
                .map(object -> object.at("/metadata/name").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
