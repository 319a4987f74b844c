package com.sourcegraph.downgrade.testkit.cluster.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import com.sourcegraph.downgrade.testkit.cluster.store.StoreEvent;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Binds each claim to a volume of its own at once, whatever its storage class says about waiting, grows it on demand, and
 * keeps a claim that a pod uses from going.
 */
final class VolumeController implements Controller {
    private static final String PROTECTION = "kubernetes.io/pvc-protection";

    private final ClusterObjects objects;
    private final ResourceType claims;
    private final ResourceType volumes;
    private final ResourceType pods;

    VolumeController(ClusterObjects objects) {
        this.objects = objects;
        this.claims = objects.type("", "persistentvolumeclaims");
        this.volumes = objects.type("", "persistentvolumes");
        this.pods = objects.type("", "pods");
    }

    @Override
    public Collection<Key> concernedBy(StoreEvent event) {
        if (event.resource().equals(claims)) {
            return List.of(ClusterObjects.keyOf(event.after() == null ? event.before() : event.after()));
        }
        if (event.resource().equals(pods) && event.after() == null) {
            Set<Key> keys = new HashSet<>();
            for (JsonNode volume : Nodes.each(event.before(), "spec", "volumes")) {
                String claim = Nodes.text(volume, "persistentVolumeClaim", "claimName");
                if (claim != null) {
                    keys.add(new Key(Nodes.namespace(event.before()), claim));
                }
            }
            return keys;
        }
        return List.of();
    }

    @Override
    public void reconcile(Key key) {
        ObjectNode claim = objects.get(claims, key);
        if (claim == null) {
            release(key);
            return;
        }
        if (PodTemplates.isTerminating(claim)) {
            if (!isUsed(key)) {
                Finalizers.remove(objects, claims, claim, PROTECTION);
            }
            return;
        }
        if (!"Bound".equals(Nodes.text(claim, "status", "phase"))) {
            bind(key, claim);
        }
        ObjectNode bound = objects.get(claims, key);
        String wanted = Nodes.text(bound, "spec", "resources", "requests", "storage");
        if (!wanted.equals(Nodes.text(bound, "status", "capacity", "storage"))) {
            objects.updateStatus(claims, bound, live -> Nodes.child(Nodes.child(live, "status"), "capacity")
                    .put("storage", wanted));
        }
    }

    private void bind(Key key, ObjectNode claim) {
        String given = Nodes.text(claim, "spec", "volumeName");
        String name = given == null ? "pvc-" + Nodes.uid(claim) : given;
        if (objects.get(volumes, new Key(null, name)) == null) {
            ObjectNode volume = Nodes.object().put("apiVersion", "v1").put("kind", "PersistentVolume");
            Nodes.metadata(volume).put("name", name);
            ObjectNode spec = volume.putObject("spec");
            spec.set("accessModes", claim.get("spec").get("accessModes"));
            spec.putObject("capacity").put("storage", Nodes.text(claim, "spec", "resources", "requests", "storage"));
            spec.putObject("claimRef")
                    .put("apiVersion", "v1")
                    .put("kind", "PersistentVolumeClaim")
                    .put("namespace", key.namespace())
                    .put("name", key.name())
                    .put("uid", Nodes.uid(claim));
            spec.put("persistentVolumeReclaimPolicy", "Delete");
            spec.putObject("hostPath").put("path", "/var/lib/volumes/" + name);
            objects.create(volumes, null, volume);
        }
        objects.update(claims, claim, live -> {
            Nodes.child(live, "spec").put("volumeName", name);
            ObjectNode metadata = Nodes.metadata(live);
            Nodes.child(metadata, "annotations").put("pv.kubernetes.io/bind-completed", "yes");
            if (!metadata.has("finalizers")) {
                metadata.putArray("finalizers").add(PROTECTION);
            }
        });
        objects.updateStatus(claims, claim, live -> {
            ObjectNode status = Nodes.child(live, "status");
            status.put("phase", "Bound");
            status.set("accessModes", live.get("spec").get("accessModes"));
            status.putObject("capacity").put("storage", Nodes.text(live, "spec", "resources", "requests", "storage"));
        });
    }

    private boolean isUsed(Key key) {
        return objects.list(pods, key.namespace()).stream()
                .filter(pod -> !PodTemplates.isFinished(pod))
                .anyMatch(pod -> {
                    for (JsonNode volume : Nodes.each(pod, "spec", "volumes")) {
                        if (key.name().equals(Nodes.text(volume, "persistentVolumeClaim", "claimName"))) {
                            return true;
                        }
                    }
                    return false;
                });
    }

    private void release(Key key) {
        for (ObjectNode volume : objects.list(volumes, null)) {
            boolean ours = key.name().equals(Nodes.text(volume, "spec", "claimRef", "name"))
                    && key.namespace().equals(Nodes.text(volume, "spec", "claimRef", "namespace"));
            if (ours && "Delete".equals(Nodes.text(volume, "spec", "persistentVolumeReclaimPolicy"))) {
                objects.delete(volumes, volume);
            }
        }
    }
}
