package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.manifest.Finding.Severity;
import com.sourcegraph.downgrade.manifest.Finding.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What would make Kubernetes itself delete a PersistentVolumeClaim while the run scales, replaces or removes its owner. A claim is never
 * deleted, neither by the operator nor through it. Pure.
 *
 * <p>A StatefulSet with {@code spec.persistentVolumeClaimRetentionPolicy} (Kubernetes 1.23 and later) has its controller delete the claims
 * of its templates: with {@code whenScaled: Delete} when it is scaled down, as every quiesce does, with {@code whenDeleted: Delete} when
 * it is deleted. And the garbage collector deletes a claim whose last owner is deleted. One that somebody has deleted already stays as
 * long as a pod uses it, and the run stops pods.
 */
final class ClaimDeletion {

    private static final String POLICY = "persistentVolumeClaimRetentionPolicy";
    /** Taken off as soon as no pod uses the claim (Kubernetes documentation, "Storage Object in Use Protection"). */
    private static final String USED_BY_A_POD = "kubernetes.io/pvc-protection";

    /** A volume's name goes into a command, and whoever makes the claim may have chosen it. */
    private static final Pattern VOLUME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

    private static final List<String> MOMENTS = List.of("whenDeleted", "whenScaled");

    private final String namespace;

    /** @param namespace the instance's, for commands */
    ClaimDeletion(String namespace) {
        this.namespace = namespace;
    }

    List<Finding> of(ManifestBundle bundle, LiveObjects live, List<ObjectPlan> objects, List<Removal> removals) {
        Map<String, LiveObject> deleted = new HashMap<>();
        objects.forEach(object -> object.replaces().ifPresent(replaced -> deleted.put(replaced.uid(), replaced)));
        removals.forEach(removal -> deleted.put(removal.live().uid(), removal.live()));
        Set<ObjectKey> deletedKeys = new HashSet<>();
        deleted.values().forEach(object -> deletedKeys.add(object.key()));

        List<Finding> findings = new ArrayList<>();
        for (LiveObject object : live.all()) {
            if (object.kind().equals("StatefulSet")
                    && (bundle.find(object.key()).isPresent()
                            || deletedKeys.contains(object.key())
                            || object.label(PrunePlanner.LABEL).equals(PrunePlanner.LABEL_VALUE))) {
                policy(object.content()).ifPresent(policy -> findings.add(live(object, policy)));
            } else if (object.kind().equals("PersistentVolumeClaim") && object.terminating()) {
                terminating(object, bundle, live).ifPresent(findings::add);
            } else if (object.kind().equals("PersistentVolumeClaim")) {
                owner(object, deleted).ifPresent(owner -> findings.add(owned(object, owner)));
            }
        }
        for (TargetObject target : bundle.objects()) {
            if (target.kind().equals("StatefulSet")) {
                policy(target.content()).ifPresent(policy -> findings.add(target(target, policy)));
            }
        }
        return findings;
    }

    private Optional<Finding> terminating(LiveObject claim, ManifestBundle bundle, LiveObjects live) {
        // Whoever makes a claim names a volume in it; that it has one is Kubernetes' word.
        if (!claim.content().path("status").path("phase").asText("").equals("Bound")) {
            return Optional.empty();
        }
        if (ofTheInstance(claim, bundle, live)) {
            return Optional.of(terminating(claim));
        }
        return usedByAPod(claim) ? Optional.of(strangers(claim)) : Optional.empty();
    }

    private static boolean ofTheInstance(LiveObject claim, ManifestBundle bundle, LiveObjects live) {
        return claim.label(PrunePlanner.LABEL).equals(PrunePlanner.LABEL_VALUE)
                || bundle.find(claim.key()).isPresent()
                || live.references().contains(claim.key())
                || Stream.concat(
                                live.all().stream().map(LiveObject::content),
                                bundle.objects().stream().map(TargetObject::content))
                        .filter(object -> object.path("kind").asText().equals("StatefulSet"))
                        .anyMatch(object -> new ClaimTemplates(object).made(claim));
    }

    private static boolean usedByAPod(LiveObject claim) {
        for (JsonNode finalizer : claim.content().path("metadata").path("finalizers")) {
            if (finalizer.asText().equals(USED_BY_A_POD)) {
                return true;
            }
        }
        return false;
    }

    /** What of the policy deletes claims, such as {@code whenScaled: Delete}; empty without claims that it could delete. */
    private static Optional<String> policy(JsonNode statefulSet) {
        JsonNode spec = statefulSet.path("spec");
        List<String> deleting = MOMENTS.stream()
                .filter(moment -> spec.path(POLICY).path(moment).asText("").equals("Delete"))
                .map(moment -> moment + ": Delete")
                .toList();
        return deleting.isEmpty() || spec.path("volumeClaimTemplates").isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(" and ", deleting));
    }

    private static Optional<LiveObject> owner(LiveObject claim, Map<String, LiveObject> deleted) {
        for (JsonNode reference : claim.content().path("metadata").path("ownerReferences")) {
            LiveObject owner = deleted.get(reference.path("uid").asText(""));
            if (owner != null) {
                return Optional.of(owner);
            }
        }
        return Optional.empty();
    }

    private Finding live(LiveObject object, String policy) {
        return finding(
                object.key(),
                object.key() + " has " + POLICY + " with " + policy
                        + ": Kubernetes would delete its PersistentVolumeClaims, with their data, when the run scales it to zero"
                        + " or replaces it.",
                "Keep them: kubectl -n " + namespace + " patch statefulset " + object.name()
                        + " --type merge -p '{\"spec\":{\"" + POLICY
                        + "\":{\"whenDeleted\":\"Retain\",\"whenScaled\":\"Retain\"}}}'");
    }

    private static Finding terminating(LiveObject claim) {
        String volume = claim.content().path("spec").path("volumeName").asText("");
        return finding(
                claim.key(),
                claim.key()
                        + " is being deleted, which cannot be taken back: it is only there until the last pod that uses it"
                        + " stops, and the run stops pods. Its data would go with it.",
                "Back up its data while its pods run, and make the claim anew on its volume, as docs/stops.md tells (A claim"
                        + " that is being deleted)"
                        + (VOLUME.matcher(volume).matches()
                                ? ". To keep the volume: kubectl patch persistentvolume " + volume
                                        + " -p '{\"spec\":{\"persistentVolumeReclaimPolicy\":\"Retain\"}}'"
                                : ""));
    }

    /** Nothing shows that the run stops the pod that uses it, and nothing that it does not. */
    private Finding strangers(LiveObject claim) {
        return new Finding(
                Topic.VOLUMES,
                Severity.WARNING,
                Optional.of(claim.key()),
                claim.key()
                        + " is being deleted and goes with the last pod that uses it. Nothing ties it to the instance.",
                "Nothing to do, unless that pod is of a workload that the run stops. Used By tells: kubectl -n "
                        + namespace + " describe persistentvolumeclaim " + claim.name());
    }

    private static Finding target(TargetObject object, String policy) {
        return finding(
                object.key(),
                object.key() + " of the target manifests has " + POLICY + " with " + policy
                        + ": once it is applied, Kubernetes would delete its PersistentVolumeClaims, with their data, when it is"
                        + " next scaled down or replaced.",
                "Set whenDeleted and whenScaled to Retain in the target manifests, or remove the field.");
    }

    private Finding owned(LiveObject claim, LiveObject owner) {
        return finding(
                claim.key(),
                claim.key() + " is owned by " + owner.key()
                        + ", which the run deletes: Kubernetes would delete the claim with it.",
                "Take the owner off the claim: kubectl -n " + namespace + " patch persistentvolumeclaim " + claim.name()
                        + " --type merge -p '{\"metadata\":{\"ownerReferences\":null}}'");
    }

    private static Finding finding(ObjectKey key, String message, String remedy) {
        return new Finding(Topic.VOLUMES, Severity.FAILURE, Optional.of(key), message, remedy);
    }
}
