package com.sourcegraph.downgrade.workload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one workload back that this run had quiesced, or one of no run any more, and can be repeated at any moment.
 *
 * <p>Afterwards neither our annotations nor our ownership of the field are left, so that the owner's next apply meets no
 * conflict, whatever it wants:
 *
 * <ul>
 *   <li>Where one manager owned the field by ordinary updates ({@code kubectl apply} on the client's side, Helm 3, an
 *       edit), the restoring request is sent in its name: one request, and the field is its own again.
 *   <li>Where it was owned by server-side apply, an update cannot give it back, because the one who changes a field owns
 *       it. A second request does, by rewriting {@code managedFields}. A crash between the two leaves the annotation
 *       {@link Markers#FIELD_OWNERS}, by which the next call goes on.
 *   <li>Where nobody owned it, or a scale subresource's user did, it is left to nobody; whoever writes it next owns it.
 *   <li>In a {@link RestoreMode#ROLLOUT} it is never given to an owner by server-side apply: target manifests that name
 *       no count would make that owner's next apply remove the field, and Kubernetes would put 1 there.
 * </ul>
 *
 * <p>In a {@link RestoreMode#CANCEL}, what this run had taken over from an earlier one stays stopped and gets that one's mark
 * again: the earlier run may have migrated, and the services that are stopped would be newer than the schema.
 */
public final class Restorer {
    private static final Logger LOGGER = LoggerFactory.getLogger(Restorer.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Whether {@link #restore} has something left to do for it. */
    public static boolean pending(Workload workload, RestoreScope scope) {
        return marked(workload, scope) || handBackPending(workload) || paused(workload, scope);
    }

    /** Whether {@link #restore} leaves it stopped, because it was so before the run. */
    public static boolean leaves(Workload workload, RestoreScope scope) {
        return scope.cancels()
                && marked(workload, scope)
                && down(workload)
                && workload.takenOverFrom().isPresent();
    }

    /**
     * Scales it back or resumes it, if it is still down, and removes the record in the same request; resumes its
     * autoscaler. A workload whose mark the scope does not cover is not touched.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException 409 where somebody else was ahead: look again
     */
    public RestoreOutcome restore(KubernetesClient client, Workload workload, RestoreScope scope) {
        Patches patches = new Patches(client, workload.namespace());
        RestoreOutcome outcome = RestoreOutcome.LEFT;
        if (marked(workload, scope)) {
            if (leaves(workload, scope)) {
                giveBack(patches, workload);
                outcome = RestoreOutcome.RETURNED;
            } else if (down(workload)) {
                bringBack(patches, workload, scope.mode());
                outcome = RestoreOutcome.RESTORED;
            } else {
                release(patches, workload);
                outcome = RestoreOutcome.RELEASED;
            }
        } else if (handBackPending(workload)) {
            handBack(patches, workload, scope.mode());
            outcome = RestoreOutcome.RESTORED;
        }
        if (paused(workload, scope)) {
            resume(patches, workload.autoscaler().get(), scope);
            outcome = outcome == RestoreOutcome.LEFT ? RestoreOutcome.RESTORED : outcome;
        }
        return outcome;
    }

    private static boolean marked(Workload workload, RestoreScope scope) {
        return workload.holdable()
                && workload.quiescedBy().filter(scope::covers).isPresent();
    }

    private static boolean down(Workload workload) {
        return workload.scalable() ? workload.replicas().getAsInt() == 0 : workload.suspended();
    }

    /** Brought back, but the field is still ours. */
    private static boolean handBackPending(Workload workload) {
        return workload.holdable()
                && workload.quiescedBy().isEmpty()
                && workload.recordedFieldOwners().isPresent();
    }

    private static boolean paused(Workload workload, RestoreScope scope) {
        return workload.autoscaler()
                .flatMap(Autoscaler::quiescedBy)
                .filter(scope::covers)
                .isPresent();
    }

    private static void giveBack(Patches patches, Workload workload) {
        ObjectNode patch = Patches.at(workload.resourceVersion());
        markAsOf(patch, workload.takenOverFrom().get());
        patches.merge(workload.ref(), patch, Markers.FIELD_MANAGER);
        LOGGER.atInfo()
                .addKeyValue("namespace", workload.namespace())
                .addKeyValue("workload", workload.ref())
                .addKeyValue("earlierRun", workload.takenOverFrom().get())
                .log("Left stopped, as an earlier run had left it");
    }

    private static void markAsOf(ObjectNode patch, String earlierRun) {
        patch.withObjectProperty("metadata")
                .putObject("annotations")
                .put(Markers.QUIESCED_BY, earlierRun)
                .putNull(Markers.TAKEN_OVER_FROM);
    }

    private static void bringBack(Patches patches, Workload workload, RestoreMode mode) {
        Optional<String> updater = soleUpdater(workload);
        ObjectNode patch = Patches.at(workload.resourceVersion());
        ObjectNode annotations = patch.withObjectProperty("metadata").putObject("annotations");
        annotations.putNull(Markers.QUIESCED_BY);
        annotations.putNull(Markers.TAKEN_OVER_FROM);
        annotations.putNull(Markers.ORIGINAL_REPLICAS);
        if (updater.isPresent()) {
            annotations.putNull(Markers.FIELD_OWNERS);
        } else if (workload.recordedFieldOwners().isEmpty()) {
            annotations.put(Markers.FIELD_OWNERS, ManagedFields.write(List.of()));
        }
        if (workload.scalable()) {
            // A record is missing only where somebody took it away: one replica is better than none, and an autoscaler
            // acts on nothing below one.
            patch.putObject("spec").put("replicas", workload.recordedReplicas().orElse(1));
        } else {
            patch.putObject("spec").put("suspend", false);
        }
        patches.merge(workload.ref(), patch, updater.orElse(Markers.FIELD_MANAGER));
        LOGGER.atInfo()
                .addKeyValue("namespace", workload.namespace())
                .addKeyValue("workload", workload.ref())
                .addKeyValue(
                        "replicas",
                        workload.scalable() ? workload.recordedReplicas().orElse(1) : "none")
                .log(workload.scalable() ? "Scaled back" : "Resumed");
        if (updater.isEmpty()) {
            handBack(patches, workload, mode);
        }
    }

    private static Optional<String> soleUpdater(Workload workload) {
        List<FieldOwner> owners = workload.recordedFieldOwners().orElse(List.of());
        return owners.size() == 1
                        && !owners.get(0).applies()
                        && owners.get(0).subresource().isEmpty()
                        && !owners.get(0).manager().isEmpty()
                ? Optional.of(owners.get(0).manager())
                : Optional.empty();
    }

    /** Something else brought it back and owns the field: only our bookkeeping is left to remove. */
    private static void release(Patches patches, Workload workload) {
        ObjectNode patch = Patches.at(workload.resourceVersion());
        ObjectNode annotations = patch.withObjectProperty("metadata").putObject("annotations");
        annotations.putNull(Markers.QUIESCED_BY);
        annotations.putNull(Markers.TAKEN_OVER_FROM);
        annotations.putNull(Markers.ORIGINAL_REPLICAS);
        annotations.putNull(Markers.FIELD_OWNERS);
        patches.merge(workload.ref(), patch, Markers.FIELD_MANAGER);
        LOGGER.atInfo()
                .addKeyValue("namespace", workload.namespace())
                .addKeyValue("workload", workload.ref())
                .log("Was brought back by something else: removed the record");
    }

    private static void handBack(Patches patches, Workload workload, RestoreMode mode) {
        HasMetadata current = patches.get(workload.ref());
        if (current == null) {
            return;
        }
        List<FieldOwner> owners =
                mode == RestoreMode.CANCEL ? workload.recordedFieldOwners().orElse(List.of()) : List.of();
        List<ManagedFieldsEntry> entries = ManagedFields.handedBack(current, HeldField.of(workload.ref()), owners);
        ObjectNode patch = Patches.at(current.getMetadata().getResourceVersion());
        ObjectNode metadata = patch.withObjectProperty("metadata");
        metadata.putObject("annotations").putNull(Markers.FIELD_OWNERS);
        if (!entries.isEmpty()) {
            metadata.set("managedFields", JSON.valueToTree(entries));
        }
        patches.merge(workload.ref(), patch, Markers.FIELD_MANAGER);
    }

    private static void resume(Patches patches, Autoscaler autoscaler, RestoreScope scope) {
        if (scope.cancels()
                && autoscaler.scaleUpDisabled()
                && autoscaler.takenOverFrom().isPresent()) {
            ObjectNode patch = Patches.at(autoscaler.resourceVersion());
            markAsOf(patch, autoscaler.takenOverFrom().get());
            patches.mergeAutoscaler(autoscaler.name(), patch);
            return;
        }
        ArrayNode operations = JSON.createArrayNode();
        operation(operations, "replace", "/metadata/resourceVersion").put("value", autoscaler.resourceVersion());
        JsonNode behavior = behavior(autoscaler);
        if (behavior instanceof NullNode) {
            if (!autoscaler.currentBehavior().equals("null")) {
                operation(operations, "remove", "/spec/behavior");
            }
        } else {
            operation(operations, "add", "/spec/behavior").set("value", behavior);
        }
        operation(operations, "remove", "/metadata/annotations/" + pointer(Markers.QUIESCED_BY));
        if (autoscaler.takenOverFrom().isPresent()) {
            operation(operations, "remove", "/metadata/annotations/" + pointer(Markers.TAKEN_OVER_FROM));
        }
        if (autoscaler.recordedBehavior().isPresent()) {
            operation(operations, "remove", "/metadata/annotations/" + pointer(Markers.ORIGINAL_BEHAVIOR));
        }
        patches.replaceInAutoscaler(autoscaler.name(), operations.toString());
        LOGGER.atInfo()
                .addKeyValue("namespace", autoscaler.namespace())
                .addKeyValue("autoscaler", autoscaler.name())
                .addKeyValue("workload", autoscaler.target())
                .log("Resumed the autoscaler");
    }

    /** A record that is no JSON was not written by us: the autoscaler's behavior goes back to Kubernetes' default. */
    private static JsonNode behavior(Autoscaler autoscaler) {
        try {
            return JSON.readTree(autoscaler.recordedBehavior().orElse("null"));
        } catch (JsonProcessingException e) {
            return NullNode.getInstance();
        }
    }

    private static ObjectNode operation(ArrayNode operations, String op, String path) {
        return operations.addObject().put("op", op).put("path", path);
    }

    private static String pointer(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }
}
