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

/**
 * Rolls Deployments out over ReplicaSets: Recreate waits until the old pods are gone, RollingUpdate keeps to maxSurge and
 * maxUnavailable. Progress deadlines are not watched; rollbacks by revision, pausing's effect on templates aside, are not
 * offered.
 */
final class DeploymentController implements Controller {
    private static final String REVISION = "deployment.kubernetes.io/revision";
    private static final String HASH = "pod-template-hash";

    private final ClusterObjects objects;
    private final ResourceType deployments;
    private final ResourceType replicaSets;
    private final ResourceType pods;

    DeploymentController(ClusterObjects objects) {
        this.objects = objects;
        this.deployments = objects.type("apps", "deployments");
        this.replicaSets = objects.type("apps", "replicasets");
        this.pods = objects.type("", "pods");
    }

    @Override
    public Collection<Key> concernedBy(StoreEvent event) {
        if (event.resource().equals(pods) && event.after() == null) {
            // Recreate waits for pods to go, which changes no ReplicaSet.
            JsonNode set = ClusterObjects.controllerReference(event.before());
            ObjectNode owner = set == null
                    ? null
                    : objects.get(replicaSets, new Key(Nodes.namespace(event.before()), Nodes.text(set, "name")));
            JsonNode deployment = owner == null ? null : ClusterObjects.controllerReference(owner);
            return deployment == null
                    ? List.of()
                    : List.of(new Key(Nodes.namespace(event.before()), Nodes.text(deployment, "name")));
        }
        return OwnerKeys.of(event, deployments, replicaSets);
    }

    @Override
    public void reconcile(Key key) {
        ObjectNode deployment = objects.get(deployments, key);
        if (deployment == null || PodTemplates.isTerminating(deployment)) {
            return;
        }
        List<ObjectNode> all = new ArrayList<>(objects.controlledBy(replicaSets, deployment));
        ObjectNode current = withTemplate(all, deployment);
        List<ObjectNode> old = new ArrayList<>(all);
        old.remove(current);
        if (!Nodes.flag(deployment, "spec", "paused")) {
            boolean recreate = "Recreate".equals(Nodes.text(deployment, "spec", "strategy", "type"));
            if (recreate) {
                current = recreate(deployment, current, old);
            } else {
                current = roll(deployment, current, old);
            }
            cleanUp(deployment, current, old);
        }
        report(deployment, current == null ? null : objects.get(replicaSets, ClusterObjects.keyOf(current)));
    }

    private static ObjectNode withTemplate(List<ObjectNode> sets, ObjectNode deployment) {
        JsonNode wanted = deployment.get("spec").get("template");
        for (ObjectNode set : sets) {
            ObjectNode template = set.get("spec").get("template").deepCopy();
            ObjectNode metadata = Nodes.metadata(template);
            if (metadata.get("labels") instanceof ObjectNode labels) {
                labels.remove(HASH);
                if (labels.isEmpty() && Nodes.at(wanted, "metadata", "labels") == null) {
                    metadata.remove("labels");
                }
            }
            if (template.equals(wanted)) {
                return set;
            }
        }
        return null;
    }

    private ObjectNode recreate(ObjectNode deployment, ObjectNode current, List<ObjectNode> old) {
        boolean gone = true;
        for (ObjectNode set : old) {
            scale(set, 0);
            gone &= objects.controlledBy(pods, set).stream().allMatch(PodTemplates::isFinished);
        }
        if (!gone) {
            return current;
        }
        ObjectNode set = current == null ? create(deployment, old, replicas(deployment)) : current;
        adopt(deployment, set, old);
        scale(set, replicas(deployment));
        return set;
    }

    private ObjectNode roll(ObjectNode deployment, ObjectNode existing, List<ObjectNode> old) {
        int replicas = replicas(deployment);
        JsonNode rolling = Nodes.at(deployment, "spec", "strategy", "rollingUpdate");
        int surge = share(Nodes.at(rolling, "maxSurge"), replicas, true);
        int unavailable = share(Nodes.at(rolling, "maxUnavailable"), replicas, false);
        if (surge == 0 && unavailable == 0) {
            unavailable = 1;
        }
        int oldSpec = sum(old, "spec", "replicas");
        ObjectNode current = existing == null
                ? create(deployment, old, Math.min(replicas, Math.max(0, replicas + surge - oldSpec)))
                : existing;
        adopt(deployment, current, old);
        int has = Nodes.count(current, 0, "spec", "replicas");
        if (has > replicas) {
            scale(current, replicas);
            has = replicas;
        } else if (has < replicas) {
            int room = replicas + surge - has - oldSpec;
            has += Math.max(0, Math.min(replicas - has, room));
            scale(current, has);
        }
        if (oldSpec > 0) {
            shrink(current, has, old, oldSpec, replicas - unavailable);
        }
        return current;
    }

    /** Takes pods from old ReplicaSets: unavailable ones first, then as many as availability allows. */
    private void shrink(ObjectNode current, int currentSpec, List<ObjectNode> old, int oldSpec, int minAvailable) {
        int currentAvailable = Nodes.count(current, 0, "status", "availableReplicas");
        int budget = oldSpec + currentSpec - minAvailable - (currentSpec - Math.min(currentSpec, currentAvailable));
        int available = currentAvailable + sum(old, "status", "availableReplicas");
        int healthyBudget = available - minAvailable;
        for (ObjectNode set : old) {
            int spec = Nodes.count(set, 0, "spec", "replicas");
            int broken = spec - Math.min(spec, Nodes.count(set, 0, "status", "availableReplicas"));
            int take = Math.max(0, Math.min(broken, budget));
            int healthy = Math.max(0, Math.min(spec - take, Math.min(healthyBudget, budget - take)));
            budget -= take + healthy;
            healthyBudget -= healthy;
            scale(set, spec - take - healthy);
        }
    }

    private ObjectNode create(ObjectNode deployment, List<ObjectNode> old, int replicas) {
        JsonNode template = deployment.get("spec").get("template");
        String hash = PodTemplates.hash(template);
        ObjectNode set = Nodes.object().put("apiVersion", "apps/v1").put("kind", "ReplicaSet");
        ObjectNode metadata = Nodes.metadata(set);
        metadata.put("name", Nodes.name(deployment) + "-" + hash);
        metadata.set("ownerReferences", ClusterObjects.ownedBy(deployment));
        ObjectNode spec = set.putObject("spec");
        spec.put("replicas", replicas);
        spec.set("selector", deployment.get("spec").get("selector").deepCopy());
        Nodes.child(Nodes.child(spec, "selector"), "matchLabels").put(HASH, hash);
        spec.set("template", template.deepCopy());
        ObjectNode labels = Nodes.child(Nodes.child(Nodes.child(spec, "template"), "metadata"), "labels");
        labels.put(HASH, hash);
        metadata.set("labels", labels.deepCopy());
        Nodes.child(metadata, "annotations").put(REVISION, Long.toString(highestRevision(old) + 1));
        return objects.create(replicaSets, Nodes.namespace(deployment), set);
    }

    /** An old ReplicaSet that is the wanted one again gets the newest revision. */
    private void adopt(ObjectNode deployment, ObjectNode current, List<ObjectNode> old) {
        long newest = highestRevision(old);
        if (revision(current) <= newest) {
            objects.update(replicaSets, current, live -> Nodes.child(Nodes.metadata(live), "annotations")
                    .put(REVISION, Long.toString(newest + 1)));
        }
        String revision = Long.toString(Math.max(revision(current), newest + 1));
        if (!revision.equals(Nodes.text(deployment, "metadata", "annotations", REVISION))) {
            objects.updateStatus(deployments, deployment, live -> Nodes.child(Nodes.metadata(live), "annotations")
                    .put(REVISION, revision));
        }
    }

    private void cleanUp(ObjectNode deployment, ObjectNode current, List<ObjectNode> old) {
        int limit = Nodes.count(deployment, 10, "spec", "revisionHistoryLimit");
        List<ObjectNode> idle = new ArrayList<>(old.stream()
                .filter(set ->
                        Nodes.count(set, 0, "spec", "replicas") == 0 && Nodes.count(set, 0, "status", "replicas") == 0)
                .sorted(Comparator.comparingLong(DeploymentController::revision))
                .toList());
        while (current != null && idle.size() > limit) {
            objects.delete(replicaSets, idle.remove(0));
        }
    }

    private void report(ObjectNode deployment, ObjectNode current) {
        List<ObjectNode> all = objects.controlledBy(replicaSets, deployment);
        int replicas = sum(all, "status", "replicas");
        int ready = sum(all, "status", "readyReplicas");
        int updated = current == null ? 0 : Nodes.count(current, 0, "status", "replicas");
        int wanted = replicas(deployment);
        JsonNode rolling = Nodes.at(deployment, "spec", "strategy", "rollingUpdate");
        int unavailableAllowed = rolling == null ? 0 : share(Nodes.at(rolling, "maxUnavailable"), wanted, false);
        boolean complete = updated == wanted && replicas == wanted && ready == wanted;
        objects.updateStatus(deployments, deployment, live -> {
            ObjectNode status = Nodes.child(live, "status");
            status.put("observedGeneration", Nodes.number(deployment, 1, "metadata", "generation"))
                    .put("replicas", replicas)
                    .put("updatedReplicas", updated)
                    .put("readyReplicas", ready)
                    .put("availableReplicas", ready)
                    .put("unavailableReplicas", Math.max(0, Math.max(wanted, replicas) - ready));
            OwnerKeys.withoutZeros(
                    status, "replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas");
            boolean available = ready >= wanted - unavailableAllowed;
            objects.setCondition(
                    status,
                    "Available",
                    available,
                    available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                    available
                            ? "Deployment has minimum availability."
                            : "Deployment does not have minimum availability.");
            String set = current == null ? "" : Nodes.name(current);
            objects.setCondition(
                    status,
                    "Progressing",
                    true,
                    complete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
                    "ReplicaSet \"" + set + (complete ? "\" has successfully progressed." : "\" is progressing."));
        });
    }

    private void scale(ObjectNode set, int replicas) {
        if (Nodes.count(set, 0, "spec", "replicas") != replicas) {
            objects.update(replicaSets, set, live -> Nodes.child(live, "spec").put("replicas", replicas));
        }
    }

    private static int replicas(ObjectNode deployment) {
        return Nodes.count(deployment, 1, "spec", "replicas");
    }

    private static int sum(List<ObjectNode> sets, String... path) {
        return sets.stream().mapToInt(set -> Nodes.count(set, 0, path)).sum();
    }

    private static long highestRevision(List<ObjectNode> sets) {
        return sets.stream().mapToLong(DeploymentController::revision).max().orElse(0);
    }

    private static long revision(JsonNode set) {
        return Nodes.number(set, 0, "metadata", "annotations", REVISION);
    }

    private static int share(JsonNode value, int replicas, boolean up) {
        if (value == null) {
            return up ? 1 : 0;
        }
        String text = value.asText();
        if (!text.endsWith("%")) {
            return Integer.parseInt(text);
        }
        double part = replicas * Integer.parseInt(text.substring(0, text.length() - 1)) / 100.0;
        return (int) (up ? Math.ceil(part) : Math.floor(part));
    }
}
