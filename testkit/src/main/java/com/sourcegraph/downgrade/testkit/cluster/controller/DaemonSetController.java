package com.sourcegraph.downgrade.testkit.cluster.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import com.sourcegraph.downgrade.testkit.cluster.store.StoreEvent;
import java.util.Collection;
import java.util.List;

/** Keeps one pod of each DaemonSet, as there is one node; a changed template replaces it. Node selectors are not read. */
final class DaemonSetController implements Controller {
    private static final String HASH = "controller-revision-hash";

    private final ClusterObjects objects;
    private final ResourceType sets;
    private final ResourceType pods;

    DaemonSetController(ClusterObjects objects) {
        this.objects = objects;
        this.sets = objects.type("apps", "daemonsets");
        this.pods = objects.type("", "pods");
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
        String hash = PodTemplates.hash(set.get("spec").get("template"));
        boolean rolls = "RollingUpdate".equals(Nodes.text(set, "spec", "updateStrategy", "type"));
        List<ObjectNode> existing = objects.controlledBy(pods, set);
        for (ObjectNode pod : existing) {
            boolean outdated = rolls && !hash.equals(Nodes.text(pod, "metadata", "labels", HASH));
            if ((outdated || PodTemplates.isFinished(pod)) && !PodTemplates.isTerminating(pod)) {
                objects.delete(pods, pod);
            }
        }
        existing = objects.controlledBy(pods, set);
        if (existing.isEmpty()) {
            ObjectNode pod = PodTemplates.pod(set, set.get("spec").get("template"));
            ObjectNode metadata = Nodes.metadata(pod);
            metadata.put("generateName", Nodes.name(set) + "-");
            Nodes.child(metadata, "labels").put(HASH, hash);
            existing = List.of(objects.create(pods, key.namespace(), pod));
        }
        report(set, hash, existing);
    }

    private void report(ObjectNode set, String hash, List<ObjectNode> existing) {
        int current = (int) existing.stream().filter(PodTemplates::isActive).count();
        int ready = (int) existing.stream()
                .filter(pod -> PodTemplates.isActive(pod) && PodTemplates.isReady(pod))
                .count();
        int updated = (int) existing.stream()
                .filter(pod -> PodTemplates.isActive(pod) && hash.equals(Nodes.text(pod, "metadata", "labels", HASH)))
                .count();
        objects.updateStatus(sets, set, live -> {
            ObjectNode status = Nodes.child(live, "status");
            status.put("observedGeneration", Nodes.number(set, 1, "metadata", "generation"))
                    .put("desiredNumberScheduled", 1)
                    .put("currentNumberScheduled", current)
                    .put("numberMisscheduled", 0)
                    .put("numberReady", ready)
                    .put("updatedNumberScheduled", updated)
                    .put("numberAvailable", ready)
                    .put("numberUnavailable", 1 - ready);
            OwnerKeys.withoutZeros(status, "updatedNumberScheduled", "numberAvailable", "numberUnavailable");
        });
    }
}
