package com.sourcegraph.downgrade.testkit.cluster.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The objects, one resource version counter for all, and who is told about changes.
 *
 * <p>A stored object is never changed again; a write stores another one. Writers take {@link #exclusively}; listeners are
 * called within it, in the order of the changes, and must neither block nor write.
 */
public final class ObjectStore {
    /** How many past events a watch may start from; older starts are answered 410 Gone. */
    private static final int HISTORY = 4096;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, TreeMap<String, ObjectNode>> objects = new HashMap<>();
    private final Deque<StoreEvent> history = new ArrayDeque<>();
    private final List<Consumer<StoreEvent>> listeners = new CopyOnWriteArrayList<>();
    /** As on a server that has been up for a while: whoever asks for what came after version 1 is told that it is gone. */
    private long resourceVersion = 100;

    private long oldestKnown = resourceVersion + 1;

    /** Runs with no other writer or reader at work. */
    public <T> T exclusively(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    public long resourceVersion() {
        return exclusively(() -> resourceVersion);
    }

    public ObjectNode get(ResourceType resource, String namespace, String name) {
        return exclusively(() -> of(resource).get(key(namespace, name)));
    }

    /** All objects of a resource, of one namespace or (null) of all, ordered by namespace and name. */
    public List<ObjectNode> list(ResourceType resource, String namespace) {
        return exclusively(() -> {
            TreeMap<String, ObjectNode> all = of(resource);
            Collection<ObjectNode> found = namespace == null || !resource.namespaced()
                    ? all.values()
                    : all.subMap(namespace + "/", namespace + "0").values();
            return new ArrayList<>(found);
        });
    }

    /** Stores an object as new or in place of the one of its name, and gives it its resource version. */
    public ObjectNode put(ResourceType resource, ObjectNode object) {
        return exclusively(() -> {
            resourceVersion++;
            Nodes.metadata(object).put("resourceVersion", Long.toString(resourceVersion));
            ObjectNode before = of(resource).put(key(resource, object), object);
            publish(new StoreEvent(resource, resourceVersion, before, object, object));
            return object;
        });
    }

    public ObjectNode remove(ResourceType resource, String namespace, String name) {
        return exclusively(() -> {
            ObjectNode before = of(resource).remove(key(namespace, name));
            if (before == null) {
                return null;
            }
            resourceVersion++;
            ObjectNode last = before.deepCopy();
            Nodes.metadata(last).put("resourceVersion", Long.toString(resourceVersion));
            publish(new StoreEvent(resource, resourceVersion, before, null, last));
            return last;
        });
    }

    public void subscribe(Consumer<StoreEvent> listener) {
        listeners.add(listener);
    }

    public void unsubscribe(Consumer<StoreEvent> listener) {
        listeners.remove(listener);
    }

    /** The events of a resource after that version; null where some are no longer known. */
    public List<StoreEvent> since(ResourceType resource, long version) {
        return exclusively(() -> {
            if (version + 1 < oldestKnown || version > resourceVersion) {
                return version > resourceVersion ? List.of() : null;
            }
            return history.stream()
                    .filter(event -> event.resourceVersion() > version
                            && event.resource().storageKey().equals(resource.storageKey()))
                    .toList();
        });
    }

    /** Forgets all past events, as a compaction does: watches from an earlier version are answered 410 Gone. */
    public void compact() {
        exclusively(() -> {
            history.clear();
            oldestKnown = resourceVersion + 1;
            return null;
        });
    }

    private void publish(StoreEvent event) {
        history.add(event);
        if (history.size() > HISTORY) {
            oldestKnown = history.poll().resourceVersion() + 1;
        }
        listeners.forEach(listener -> listener.accept(event));
    }

    private TreeMap<String, ObjectNode> of(ResourceType resource) {
        return objects.computeIfAbsent(resource.storageKey(), k -> new TreeMap<>());
    }

    private static String key(ResourceType resource, ObjectNode object) {
        return key(resource.namespaced() ? Nodes.namespace(object) : null, Nodes.name(object));
    }

    private static String key(String namespace, String name) {
        return namespace == null ? name : namespace + "/" + name;
    }
}
