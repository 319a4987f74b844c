package com.sourcegraph.downgrade.testkit.cluster.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import com.sourcegraph.downgrade.testkit.cluster.store.StoreEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Keeps as many pods as a ReplicaSet asks for. */
final class ReplicaSetController implements Controller {
    private final ClusterObjects objects;
    private final ResourceType replicaSets;
    private final ResourceType pods;

    ReplicaSetController(ClusterObjects objects) {
        this.objects = objects;
        this.replicaSets = objects.type("apps", "replicasets");
        this.pods = objects.type("", "pods");
    }

    @Override
    public Collection<Key> concernedBy(StoreEvent event) {
        return OwnerKeys.of(event, replicaSets, pods);
    }

    @Override
    public void reconcile(Key key) {
        ObjectNode set = objects.get(replicaSets, key);
        if (set == null || PodTemplates.isTerminating(set)) {
            return;
        }
        List<ObjectNode> active = new ArrayList<>(objects.controlledBy(pods, set).stream()
                .filter(PodTemplates::isActive)
                .toList());
        int wanted = Nodes.count(set, 1, "spec", "replicas");
        for (int i = active.size(); i < wanted; i++) {
            ObjectNode pod = PodTemplates.pod(set, set.get("spec").get("template"));
            Nodes.metadata(pod).put("generateName", Nodes.name(set) + "-");
            active.add(objects.create(pods, key.namespace(), pod));
        }
        if (active.size() > wanted) {
            active.sort(Comparator.comparing((JsonNode pod) -> PodTemplates.isReady(pod))
                    .thenComparing(Nodes::name));
            for (ObjectNode surplus : List.copyOf(active.subList(0, active.size() - wanted))) {
                objects.delete(pods, surplus);
                active.remove(surplus);
            }
        }
        int ready = (int) active.stream().filter(PodTemplates::isReady).count();
        int replicas = active.size();
        objects.updateStatus(replicaSets, set, live -> {
            ObjectNode status = Nodes.child(live, "status");
            status.put("replicas", replicas)
                    .put("fullyLabeledReplicas", replicas)
                    .put("readyReplicas", ready)
                    .put("availableReplicas", ready)
                    .put("observedGeneration", Nodes.number(set, 1, "metadata", "generation"));
            OwnerKeys.withoutZeros(status, "fullyLabeledReplicas", "readyReplicas", "availableReplicas");
        });
    }
}
