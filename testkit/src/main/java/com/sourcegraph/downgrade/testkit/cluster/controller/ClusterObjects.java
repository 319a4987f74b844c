package com.sourcegraph.downgrade.testkit.cluster.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.api.ClusterApi;
import com.sourcegraph.downgrade.testkit.cluster.api.DeleteOptions;
import com.sourcegraph.downgrade.testkit.cluster.api.StatusException;
import com.sourcegraph.downgrade.testkit.cluster.api.Timestamps;
import com.sourcegraph.downgrade.testkit.cluster.api.WriteOptions;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.List;
import java.util.function.Consumer;

/** The objects as controllers see and change them: as {@code kube-controller-manager}, with no request in between. */
final class ClusterObjects {
    private static final WriteOptions OPTIONS = WriteOptions.by("kube-controller-manager");

    private final ClusterApi api;

    ClusterObjects(ClusterApi api) {
        this.api = api;
    }

    ResourceType type(String group, String plural) {
        return api.catalog().required(group, plural);
    }

    ClusterApi api() {
        return api;
    }

    ObjectNode get(ResourceType type, Controller.Key key) {
        return api.store().get(type, key.namespace(), key.name());
    }

    List<ObjectNode> list(ResourceType type, String namespace) {
        return api.store().list(type, namespace);
    }

    /** The objects of that type which this one controls, by the uid in their owner references. */
    List<ObjectNode> controlledBy(ResourceType type, ObjectNode owner) {
        String uid = Nodes.uid(owner);
        return list(type, Nodes.namespace(owner)).stream()
                .filter(object -> uid.equals(controllerUid(object)))
                .toList();
    }

    static String controllerUid(JsonNode object) {
        JsonNode reference = controllerReference(object);
        return reference == null ? null : Nodes.text(reference, "uid");
    }

    static JsonNode controllerReference(JsonNode object) {
        for (JsonNode reference : Nodes.each(object, "metadata", "ownerReferences")) {
            if (Nodes.flag(reference, "controller")) {
                return reference;
            }
        }
        return null;
    }

    static ArrayNode ownedBy(ObjectNode owner) {
        ArrayNode references = Nodes.array();
        references
                .addObject()
                .put("apiVersion", Nodes.text(owner, "apiVersion"))
                .put("kind", Nodes.text(owner, "kind"))
                .put("name", Nodes.name(owner))
                .put("uid", Nodes.uid(owner))
                .put("controller", true)
                .put("blockOwnerDeletion", true);
        return references;
    }

    ObjectNode create(ResourceType type, String namespace, ObjectNode object) {
        return api.writer().create(type, namespace, object, OPTIONS);
    }

    /** Changes an object if it is still there. */
    void update(ResourceType type, ObjectNode object, Consumer<ObjectNode> change) {
        modify(type, object, "", change);
    }

    /** Changes the status of an object, and annotations with it, if it is still there. */
    void updateStatus(ResourceType type, ObjectNode object, Consumer<ObjectNode> change) {
        modify(type, object, "status", change);
    }

    private void modify(ResourceType type, ObjectNode object, String subresource, Consumer<ObjectNode> change) {
        try {
            api.writer()
                    .modify(
                            type,
                            Nodes.namespace(object),
                            Nodes.name(object),
                            subresource,
                            live -> {
                                change.accept(live);
                                return live;
                            },
                            OPTIONS);
        } catch (StatusException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
    }

    void delete(ResourceType type, ObjectNode object) {
        delete(type, object, DeleteOptions.background());
    }

    void delete(ResourceType type, ObjectNode object, DeleteOptions options) {
        try {
            api.deleter().delete(type, Nodes.namespace(object), Nodes.name(object), options);
        } catch (StatusException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
    }

    String now() {
        return Timestamps.seconds(api.clock().instant());
    }

    static Controller.Key keyOf(JsonNode object) {
        return new Controller.Key(Nodes.namespace(object), Nodes.name(object));
    }

    /** Sets a condition; its transition time moves only when its status does. */
    void setCondition(ObjectNode status, String type, boolean value, String reason, String message) {
        ArrayNode conditions =
                status.get("conditions") instanceof ArrayNode list ? list : status.putArray("conditions");
        ObjectNode found = null;
        for (JsonNode condition : conditions) {
            if (type.equals(Nodes.text(condition, "type"))) {
                found = (ObjectNode) condition;
            }
        }
        if (found == null) {
            found = conditions.addObject().put("type", type);
        }
        String text = value ? "True" : "False";
        if (!text.equals(Nodes.text(found, "status"))) {
            found.put("lastTransitionTime", now());
        }
        found.put("status", text);
        if (reason != null) {
            found.put("reason", reason).put("message", message);
        }
    }
}
