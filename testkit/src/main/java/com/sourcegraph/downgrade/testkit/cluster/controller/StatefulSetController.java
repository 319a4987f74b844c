package com.sourcegraph.downgrade.testkit.cluster.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import com.sourcegraph.downgrade.testkit.cluster.store.StoreEvent;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Keeps a StatefulSet's pods by ordinal, in order unless they are managed in parallel, and rolls a new revision out from
 * the highest ordinal down. As in a real cluster, an ordered set waits for a pod that is not ready, even where that pod is
 * of an old revision and an update would mend it. Revisions are names only; there are no ControllerRevision objects.
 */
final class StatefulSetController implements Controller {
    private static final String REVISION = "controller-revision-hash";

    private final ClusterObjects objects;
    private final ResourceType sets;
    private final ResourceType pods;
    private final ResourceType claims;

    StatefulSetController(ClusterObjects objects) {
        this.objects = objects;
        this.sets = objects.type("apps", "statefulsets");
        this.pods = objects.type("", "pods");
        this.claims = objects.type("", "persistentvolumeclaims");
    }

    @Override
    public Collection<Key> concernedBy(StoreEvent event) {
        return OwnerKeys.of(event, sets, pods);
    }

    @Override
    public void reconcile(Key key) {
        ObjectNode set = objects.get(sets, key);
        if (set == null || PodTemplates.isTerminating(set)) {
            return;
        }
        String update =
                Nodes.name(set) + "-" + PodTemplates.hash(set.get("spec").get("template"));
        step(set, update);
        report(set, update);
    }

    private TreeMap<Integer, ObjectNode> podsOf(ObjectNode set) {
        TreeMap<Integer, ObjectNode> byOrdinal = new TreeMap<>();
        String prefix = Nodes.name(set) + "-";
        for (ObjectNode pod : objects.controlledBy(pods, set)) {
            byOrdinal.put(Integer.parseInt(Nodes.name(pod).substring(prefix.length())), pod);
        }
        return byOrdinal;
    }

    /** Does what can be done now; what has to be waited for brings its own event. */
    private void step(ObjectNode set, String update) {
        boolean ordered = !"Parallel".equals(Nodes.text(set, "spec", "podManagementPolicy"));
        int replicas = Nodes.count(set, 1, "spec", "replicas");
        TreeMap<Integer, ObjectNode> existing = podsOf(set);
        for (int ordinal = 0; ordinal < replicas; ordinal++) {
            ObjectNode pod = existing.get(ordinal);
            if (pod != null && PodTemplates.isFinished(pod) && !PodTemplates.isTerminating(pod)) {
                objects.delete(pods, pod);
                return;
            }
            if (pod == null) {
                create(set, ordinal, update);
                if (ordered) {
                    return;
                }
            } else if (ordered && (PodTemplates.isTerminating(pod) || !PodTemplates.isReady(pod))) {
                return;
            }
        }
        for (ObjectNode surplus :
                existing.tailMap(replicas, true).descendingMap().values()) {
            if (!PodTemplates.isTerminating(surplus)) {
                objects.delete(pods, surplus);
            }
            if (ordered) {
                return;
            }
        }
        if ("RollingUpdate".equals(Nodes.text(set, "spec", "updateStrategy", "type"))) {
            int partition = Nodes.count(set, 0, "spec", "updateStrategy", "rollingUpdate", "partition");
            update(existing.headMap(replicas), partition, update);
        }
    }

    private void update(java.util.SortedMap<Integer, ObjectNode> existing, int partition, String update) {
        List<Integer> downwards = existing.keySet().stream()
                .sorted(Comparator.reverseOrder())
                .filter(ordinal -> ordinal >= partition)
                .toList();
        for (int ordinal : downwards) {
            ObjectNode pod = existing.get(ordinal);
            if (!update.equals(Nodes.text(pod, "metadata", "labels", REVISION)) && !PodTemplates.isTerminating(pod)) {
                objects.delete(pods, pod);
                return;
            }
            if (PodTemplates.isTerminating(pod) || !PodTemplates.isReady(pod)) {
                return;
            }
        }
    }

    private void create(ObjectNode set, int ordinal, String update) {
        String name = Nodes.name(set) + "-" + ordinal;
        ObjectNode pod = PodTemplates.pod(set, set.get("spec").get("template"));
        ObjectNode metadata = Nodes.metadata(pod);
        metadata.put("name", name);
        Nodes.child(metadata, "labels")
                .put(REVISION, update)
                .put("statefulset.kubernetes.io/pod-name", name)
                .put("apps.kubernetes.io/pod-index", Integer.toString(ordinal));
        ObjectNode spec = Nodes.child(pod, "spec");
        spec.put("hostname", name);
        String service = Nodes.text(set, "spec", "serviceName");
        if (service != null) {
            spec.put("subdomain", service);
        }
        ArrayNode volumes = Nodes.array();
        for (JsonNode template : Nodes.each(set, "spec", "volumeClaimTemplates")) {
            String claim = Nodes.name(template) + "-" + name;
            claim(set, template, claim);
            volumes.addObject()
                    .put("name", Nodes.name(template))
                    .putObject("persistentVolumeClaim")
                    .put("claimName", claim);
        }
        // A claim takes the place of a volume of its name in the template.
        for (JsonNode volume : Nodes.each(spec, "volumes")) {
            boolean replaced = false;
            for (JsonNode template : Nodes.each(set, "spec", "volumeClaimTemplates")) {
                replaced |= Nodes.name(template).equals(Nodes.text(volume, "name"));
            }
            if (!replaced) {
                volumes.add(volume);
            }
        }
        if (!volumes.isEmpty()) {
            spec.set("volumes", volumes);
        }
        objects.create(pods, Nodes.namespace(set), pod);
    }

    private void claim(ObjectNode set, JsonNode template, String name) {
        if (objects.get(claims, new Key(Nodes.namespace(set), name)) != null) {
            return;
        }
        ObjectNode claim = Nodes.object().put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
        ObjectNode metadata = Nodes.metadata(claim);
        metadata.put("name", name);
        ObjectNode labels = Nodes.child(metadata, "labels");
        Nodes.strings(template, "metadata", "labels").forEach(labels::put);
        Nodes.strings(set, "spec", "selector", "matchLabels").forEach(labels::put);
        claim.set("spec", template.get("spec").deepCopy());
        objects.create(claims, Nodes.namespace(set), claim);
    }

    private void report(ObjectNode set, String update) {
        TreeMap<Integer, ObjectNode> existing = podsOf(set);
        int replicas = existing.size();
        int ready = 0;
        int updated = 0;
        for (ObjectNode pod : existing.values()) {
            boolean counts = !PodTemplates.isTerminating(pod);
            ready += counts && PodTemplates.isReady(pod) ? 1 : 0;
            updated += counts && update.equals(Nodes.text(pod, "metadata", "labels", REVISION)) ? 1 : 0;
        }
        int wanted = Nodes.count(set, 1, "spec", "replicas");
        String before = Nodes.text(set, "status", "currentRevision");
        boolean complete = updated == wanted && replicas == wanted && ready == wanted;
        String current = before == null || complete ? update : before;
        int readyCount = ready;
        int updatedCount = updated;
        int currentCount = (int) existing.values().stream()
                .filter(pod -> current.equals(Nodes.text(pod, "metadata", "labels", REVISION)))
                .count();
        objects.updateStatus(sets, set, live -> {
            ObjectNode status = Nodes.child(live, "status");
            status.put("observedGeneration", Nodes.number(set, 1, "metadata", "generation"))
                    .put("replicas", replicas)
                    .put("readyReplicas", readyCount)
                    .put("availableReplicas", readyCount)
                    .put("currentReplicas", currentCount)
                    .put("updatedReplicas", updatedCount)
                    .put("currentRevision", current)
                    .put("updateRevision", update)
                    .put("collisionCount", 0);
            OwnerKeys.withoutZeros(status, "readyReplicas", "currentReplicas", "updatedReplicas");
        });
    }
}
