package com.sourcegraph.downgrade.workload;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/**
 * Sends the merge patches of this package. Each carries the resourceVersion of the object that the decision was made
 * on, so that the API server answers a race with 409 instead of mixing two decisions; a {@code test} operation of a
 * JSON patch would be answered with 422, which says nothing.
 */
final class Patches {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;
    private final String namespace;

    Patches(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** A merge patch that only holds the resourceVersion. */
    static ObjectNode at(String resourceVersion) {
        ObjectNode patch = JSON.createObjectNode();
        patch.putObject("metadata").put("resourceVersion", resourceVersion);
        return patch;
    }

    void merge(WorkloadRef ref, ObjectNode patch, String fieldManager) {
        send(named(ref), PatchType.JSON_MERGE, patch.toString(), fieldManager);
    }

    void mergeAutoscaler(String name, ObjectNode patch) {
        send(autoscaler(name), PatchType.JSON_MERGE, patch.toString(), Markers.FIELD_MANAGER);
    }

    /** A JSON patch, where a merge patch cannot replace an object as a whole. */
    void replaceInAutoscaler(String name, String operations) {
        send(autoscaler(name), PatchType.JSON, operations, Markers.FIELD_MANAGER);
    }

    /** The object as the API server has it now; null where it is gone. */
    HasMetadata get(WorkloadRef ref) {
        return resource(ref).get();
    }

    private static void send(
            Resource<? extends HasMetadata> resource, PatchType type, String patch, String fieldManager) {
        resource.patch(
                new PatchContext.Builder()
                        .withPatchType(type)
                        .withFieldManager(fieldManager)
                        .build(),
                patch);
    }

    private Resource<? extends HasMetadata> autoscaler(String name) {
        return client.autoscaling()
                .v2()
                .horizontalPodAutoscalers()
                .inNamespace(namespace)
                .resource(new HorizontalPodAutoscalerBuilder()
                        .withMetadata(metadata(name))
                        .build());
    }

    /** Of what is found by its name the client asks before it patches it; of what it is given only the name is used. */
    private Resource<? extends HasMetadata> named(WorkloadRef ref) {
        ObjectMeta metadata = metadata(ref.name());
        return switch (ref.kind()) {
            case "Deployment" ->
                client.resource(new DeploymentBuilder().withMetadata(metadata).build());
            case "StatefulSet" ->
                client.resource(new StatefulSetBuilder().withMetadata(metadata).build());
            case "ReplicaSet" ->
                client.resource(new ReplicaSetBuilder().withMetadata(metadata).build());
            case "CronJob" ->
                client.resource(new CronJobBuilder().withMetadata(metadata).build());
            case "Job" ->
                client.resource(new JobBuilder().withMetadata(metadata).build());
            default -> throw new IllegalArgumentException(ref + " is of a kind that is never written to");
        };
    }

    private ObjectMeta metadata(String name) {
        return new ObjectMetaBuilder().withName(name).withNamespace(namespace).build();
    }

    private Resource<? extends HasMetadata> resource(WorkloadRef ref) {
        return switch (ref.kind()) {
            case "Deployment" ->
                client.apps().deployments().inNamespace(namespace).withName(ref.name());
            case "StatefulSet" ->
                client.apps().statefulSets().inNamespace(namespace).withName(ref.name());
            case "ReplicaSet" ->
                client.apps().replicaSets().inNamespace(namespace).withName(ref.name());
            case "CronJob" ->
                client.batch().v1().cronjobs().inNamespace(namespace).withName(ref.name());
            case "Job" -> client.batch().v1().jobs().inNamespace(namespace).withName(ref.name());
            default -> throw new IllegalArgumentException(ref + " is of a kind that is never written to");
        };
    }
}
