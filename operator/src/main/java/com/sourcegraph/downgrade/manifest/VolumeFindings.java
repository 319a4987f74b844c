package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.manifest.Finding.Severity;
import com.sourcegraph.downgrade.manifest.Finding.Topic;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a person should know about the volumes. None of them is ever written; that is what makes some of it worth saying. Pure. */
final class VolumeFindings {

    List<Finding> of(ManifestBundle bundle, LiveObjects live, List<ObjectPlan> objects) {
        List<Finding> findings = new ArrayList<>();
        for (ObjectPlan object : objects) {
            if (object.key().kind().equals("PersistentVolumeClaim")) {
                if (object.action() == Action.KEEP) {
                    findings.addAll(kept(object));
                } else if (object.action() == Action.CREATE) {
                    findings.add(finding(
                            object.key(),
                            object.key() + " is only in the target: its volume starts empty.",
                            "Where the newer release keeps that data elsewhere, copy it after the downgrade."));
                }
            }
        }
        for (LiveObject claim : live.all()) {
            if (claim.kind().equals("PersistentVolumeClaim")
                    && !claim.terminating()
                    && bundle.find(claim.key()).isEmpty()
                    && !madeByTemplate(claim, bundle)) {
                findings.add(finding(
                        claim.key(),
                        claim.key()
                                + " is only in the newer release. It is kept with its data, which the older release does not see.",
                        "Delete it by hand when the data is no longer needed."));
            }
        }
        return findings;
    }

    private static List<Finding> kept(ObjectPlan object) {
        List<Finding> findings = new ArrayList<>();
        JsonNode target = object.target().content().path("spec");
        JsonNode live = object.live().orElseThrow().content().path("spec");
        BigDecimal wanted = storage(target);
        BigDecimal has = storage(live);
        if (wanted.compareTo(has) != 0) {
            String change = wanted.compareTo(has) < 0 ? "shrunk" : "grown";
            findings.add(finding(
                    object.key(),
                    object.key() + " has " + size(live) + ", the target names " + size(target) + ". The volume is not "
                            + change + ".",
                    "Set " + size(live) + " in the target manifests, so that they can be applied later as well."));
        }
        String wantedClass = target.path("storageClassName").asText("");
        String hasClass = live.path("storageClassName").asText("");
        if (target.has("storageClassName") && !wantedClass.equals(hasClass)) {
            findings.add(finding(
                    object.key(),
                    object.key() + " is of storage class \"" + hasClass + "\", the target names \"" + wantedClass
                            + "\". The volume stays where it is.",
                    "Set storageClassName: " + hasClass + " in the target manifests."));
        }
        return findings;
    }

    /** Claims of a StatefulSet that the target still has are its own business. */
    private static boolean madeByTemplate(LiveObject claim, ManifestBundle bundle) {
        return bundle.objects().stream()
                .filter(target -> target.kind().equals("StatefulSet"))
                .anyMatch(target -> new ClaimTemplates(target.content()).made(claim));
    }

    private static String size(JsonNode spec) {
        return Excerpt.of(
                spec.path("resources").path("requests").path("storage").asText("nothing"));
    }

    private static BigDecimal storage(JsonNode spec) {
        return QuantityText.amount(
                        spec.path("resources").path("requests").path("storage").asText("0"))
                .orElse(BigDecimal.ZERO);
    }

    private static Finding finding(ObjectKey key, String message, String remedy) {
        return new Finding(Topic.VOLUMES, Severity.WARNING, Optional.of(key), message, remedy);
    }
}
