package com.sourcegraph.downgrade.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Everything that is said of an instance's workloads and autoscalers at one moment.
 *
 * @param said annotations and spec, as a person or a manifest gives them
 * @param owners who owns the field that a downgrade changes
 * @param versions the resource versions: who writes anything leaves another one
 * @param written all but the statuses, which controllers write for as long as pods come and go; with who wrote what and when
 */
record WorkloadPicture(
        Map<String, String> said,
        Map<String, List<String>> owners,
        Map<String, String> versions,
        Map<String, String> written) {

    static WorkloadPicture of(InstalledInstance instance) {
        KubernetesClient client = instance.cluster().client();
        String namespace = instance.namespace();
        List<HasMetadata> objects = Stream.<List<? extends HasMetadata>>of(
                        client.apps()
                                .deployments()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.apps()
                                .statefulSets()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.batch()
                                .v1()
                                .cronjobs()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.batch().v1().jobs().inNamespace(namespace).list().getItems(),
                        client.autoscaling()
                                .v2()
                                .horizontalPodAutoscalers()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.configMaps().inNamespace(namespace).list().getItems(),
                        client.services().inNamespace(namespace).list().getItems())
                .<HasMetadata>flatMap(List::stream)
                .toList();
        return new WorkloadPicture(
                of(workloads(objects), WorkloadPicture::said),
                of(workloads(objects), WorkloadPicture::owners),
                of(objects, object -> object.getMetadata().getResourceVersion()),
                of(objects, WorkloadPicture::written));
    }

    private static List<HasMetadata> workloads(List<HasMetadata> objects) {
        return objects.stream()
                .filter(object -> !List.of("ConfigMap", "Service", "Job").contains(object.getKind()))
                .toList();
    }

    private static <T> Map<String, T> of(List<HasMetadata> objects, Function<HasMetadata, T> what) {
        Map<String, T> found = new TreeMap<>();
        objects.forEach(object ->
                found.put(object.getKind() + "/" + object.getMetadata().getName(), what.apply(object)));
        return found;
    }

    String of(String workload) {
        return said.get(workload);
    }

    private static String said(HasMetadata object) {
        Map<String, Object> json = Serialization.jsonMapper().convertValue(object, Map.class);
        return Serialization.asJson(
                Map.of("annotations", object.getMetadata().getAnnotations(), "spec", json.get("spec")));
    }

    private static String written(HasMetadata object) {
        ObjectNode json = Serialization.jsonMapper().valueToTree(object);
        json.remove("status");
        ObjectNode metadata = json.withObject("/metadata");
        metadata.remove("resourceVersion");
        for (Iterator<JsonNode> entries = metadata.withArray("managedFields").elements(); entries.hasNext(); ) {
            if (entries.next().path("subresource").asText().equals("status")) {
                entries.remove();
            }
        }
        return Serialization.asJson(json);
    }

    private static List<String> owners(HasMetadata object) {
        return object.getMetadata().getManagedFields().stream()
                .filter(entry -> entry.getSubresource() == null)
                .filter(entry -> {
                    String fields = Serialization.asJson(entry.getFieldsV1());
                    return fields.contains("\"f:replicas\"") || fields.contains("\"f:suspend\"");
                })
                .map(ManagedFieldsEntry::getManager)
                .sorted()
                .toList();
    }
}
