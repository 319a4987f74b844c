package com.sourcegraph.downgrade.workload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one workload to zero, and can be repeated at any moment.
 *
 * <p>What was before is written onto the object in the request that changes it, so that no crash can part them. A count
 * that is recorded is never overwritten by a later one of the same run; a workload that was at zero before the run, or
 * suspended by its owner, is left alone and so is never restored. What an earlier run left stopped is taken over with its
 * record, and with a note of whose it was.
 */
public final class Quiescer {
    private static final Logger LOGGER = LoggerFactory.getLogger(Quiescer.class);

    /**
     * Holds off its autoscaler where that could scale it up from zero, then scales it to zero or suspends it; at most
     * one write each.
     *
     * @param workload as it was read; a write that happened since is answered with a 409
     * @param runUid the uid of the resource whose run this is
     * @throws IllegalArgumentException for a workload that is not connected
     * @throws io.fabric8.kubernetes.client.KubernetesClientException 409 where somebody else was ahead: look again
     */
    public QuiesceOutcome quiesce(KubernetesClient client, Workload workload, String runUid) {
        if (!workload.connected()) {
            throw new IllegalArgumentException(workload.ref() + " is not connected to a database (" + workload.reason()
                    + ") and must not be stopped");
        }
        if (workload.cannotBeStopped().isPresent()) {
            return QuiesceOutcome.NOT_OURS;
        }
        Patches patches = new Patches(client, workload.namespace());
        boolean paused = workload.autoscaler()
                .map(autoscaler -> pause(patches, autoscaler, runUid))
                .orElse(false);
        boolean held = workload.up() ? hold(patches, workload, runUid) : takeOver(patches, workload, runUid);
        return paused || held ? QuiesceOutcome.QUIESCED : QuiesceOutcome.LEFT;
    }

    private static boolean hold(Patches patches, Workload workload, String runUid) {
        ObjectNode patch = Patches.at(workload.resourceVersion());
        ObjectNode annotations = patch.withObjectProperty("metadata").putObject("annotations");
        annotations.put(Markers.QUIESCED_BY, runUid);
        if (!workload.quiescedBy(runUid) && workload.takenOverFrom().isPresent()) {
            // It is up: whatever earlier runs made of it, before this one it was not stopped.
            annotations.putNull(Markers.TAKEN_OVER_FROM);
        }
        if (workload.scalable()) {
            // Somebody brought it back meanwhile: what was before the run is still what it has to go back to.
            boolean recorded =
                    workload.quiescedBy(runUid) && workload.recordedReplicas().isPresent();
            if (!recorded) {
                annotations.put(
                        Markers.ORIGINAL_REPLICAS,
                        Integer.toString(workload.replicas().getAsInt()));
            }
            patch.putObject("spec").put("replicas", 0);
        } else {
            patch.putObject("spec").put("suspend", true);
        }
        ownersToRecord(workload, runUid)
                .ifPresent(owners -> annotations.put(Markers.FIELD_OWNERS, ManagedFields.write(owners)));
        patches.merge(workload.ref(), patch, Markers.FIELD_MANAGER);
        LOGGER.atInfo()
                .addKeyValue("namespace", workload.namespace())
                .addKeyValue("workload", workload.ref())
                .addKeyValue(
                        "replicas",
                        workload.replicas().isPresent() ? workload.replicas().getAsInt() : "none")
                .log(workload.scalable() ? "Scaled to zero" : "Suspended");
        return true;
    }

    /** Empty where the recorded ones are still those from before we wrote. */
    private static Optional<List<FieldOwner>> ownersToRecord(Workload workload, String runUid) {
        List<FieldOwner> others = workload.fieldOwners().stream()
                .filter(owner -> !owner.manager().equals(Markers.FIELD_MANAGER))
                .toList();
        boolean ours = others.isEmpty() && !workload.fieldOwners().isEmpty();
        boolean recorded = workload.recordedFieldOwners().isPresent();
        return recorded && (workload.quiescedBy(runUid) || ours) ? Optional.empty() : Optional.of(others);
    }

    /** Held by an earlier run that did not restore it: its record becomes ours, so that this run restores it. */
    private static boolean takeOver(Patches patches, Workload workload, String runUid) {
        if (workload.quiescedBy().isEmpty() || workload.quiescedBy(runUid) || workload.finished()) {
            return false;
        }
        ObjectNode patch = Patches.at(workload.resourceVersion());
        patch.withObjectProperty("metadata")
                .putObject("annotations")
                .put(Markers.QUIESCED_BY, runUid)
                .put(Markers.TAKEN_OVER_FROM, workload.quiescedBy().get());
        patches.merge(workload.ref(), patch, Markers.FIELD_MANAGER);
        LOGGER.atInfo()
                .addKeyValue("namespace", workload.namespace())
                .addKeyValue("workload", workload.ref())
                .addKeyValue("earlierRun", workload.quiescedBy().get())
                .log("Took over from an earlier run");
        return true;
    }

    private static boolean pause(Patches patches, Autoscaler autoscaler, String runUid) {
        boolean ours = autoscaler.quiescedBy().filter(runUid::equals).isPresent();
        boolean foreign = autoscaler.quiescedBy().isPresent() && !ours;
        if (!autoscaler.canScaleFromZero() || (autoscaler.scaleUpDisabled() && !foreign)) {
            return false;
        }
        ObjectNode patch = Patches.at(autoscaler.resourceVersion());
        ObjectNode annotations = patch.withObjectProperty("metadata").putObject("annotations");
        annotations.put(Markers.QUIESCED_BY, runUid);
        if (foreign && autoscaler.scaleUpDisabled()) {
            annotations.put(Markers.TAKEN_OVER_FROM, autoscaler.quiescedBy().get());
        } else if (!ours && autoscaler.takenOverFrom().isPresent()) {
            annotations.putNull(Markers.TAKEN_OVER_FROM);
        }
        boolean recorded = autoscaler.recordedBehavior().isPresent() && (ours || autoscaler.scaleUpDisabled());
        if (!recorded) {
            annotations.put(Markers.ORIGINAL_BEHAVIOR, autoscaler.currentBehavior());
        }
        patch.putObject("spec").putObject("behavior").putObject("scaleUp").put("selectPolicy", "Disabled");
        patches.mergeAutoscaler(autoscaler.name(), patch);
        LOGGER.atInfo()
                .addKeyValue("namespace", autoscaler.namespace())
                .addKeyValue("autoscaler", autoscaler.name())
                .addKeyValue("workload", autoscaler.target())
                .log("Paused the autoscaler, which could scale up from zero");
        return true;
    }
}
