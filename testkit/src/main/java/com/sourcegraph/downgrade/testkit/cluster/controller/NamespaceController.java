package com.sourcegraph.downgrade.testkit.cluster.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.api.DeleteOptions;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import com.sourcegraph.downgrade.testkit.cluster.store.StoreEvent;
import java.util.Collection;
import java.util.List;

/** Gives a new namespace its {@code default} service account, and empties one that is being deleted before it goes. */
final class NamespaceController implements Controller {
    private final ClusterObjects objects;
    private final ResourceType namespaces;
    private final ResourceType accounts;

    NamespaceController(ClusterObjects objects) {
        this.objects = objects;
        this.namespaces = objects.type("", "namespaces");
        this.accounts = objects.type("", "serviceaccounts");
    }

    @Override
    public Collection<Key> concernedBy(StoreEvent event) {
        if (event.resource().equals(namespaces)) {
            return event.after() == null ? List.of() : List.of(ClusterObjects.keyOf(event.after()));
        }
        boolean left = event.after() == null && event.resource().namespaced();
        return left ? List.of(new Key(null, Nodes.namespace(event.before()))) : List.of();
    }

    @Override
    public void reconcile(Key key) {
        ObjectNode namespace = objects.get(namespaces, key);
        if (namespace == null) {
            return;
        }
        if (!PodTemplates.isTerminating(namespace)) {
            if (objects.get(accounts, new Key(key.name(), "default")) == null) {
                ObjectNode account = Nodes.object().put("apiVersion", "v1").put("kind", "ServiceAccount");
                Nodes.metadata(account).put("name", "default");
                objects.create(accounts, key.name(), account);
            }
            return;
        }
        boolean empty = true;
        for (ResourceType type : objects.api().catalog().all()) {
            if (!type.namespaced() || type.group().equals("events.k8s.io")) {
                continue;
            }
            for (ObjectNode object : objects.list(type, key.name())) {
                if (!PodTemplates.isTerminating(object)) {
                    objects.delete(type, object, DeleteOptions.background());
                }
                empty &= objects.get(type, ClusterObjects.keyOf(object)) == null;
            }
        }
        if (empty) {
            objects.update(
                    namespaces, namespace, live -> Nodes.child(live, "spec").remove("finalizers"));
            objects.api().deleter().delete(namespaces, null, key.name(), DeleteOptions.background());
        }
    }
}
