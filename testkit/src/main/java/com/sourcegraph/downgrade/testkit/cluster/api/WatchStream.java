package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import com.sourcegraph.downgrade.testkit.cluster.store.ObjectStore;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import com.sourcegraph.downgrade.testkit.cluster.store.StoreEvent;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** One open watch: turns changes of the store into events for its client. */
final class WatchStream implements ApiResponse.Streaming, Consumer<StoreEvent> {
    /**
     * Where a watch begins.
     *
     * @param initialEvents what is there comes first, and a bookmark after it
     * @param bookmarks whether the client understands them
     */
    record From(String resourceVersion, boolean initialEvents, boolean bookmarks) {}

    private final ObjectStore store;
    private final ResourceType resource;
    private final RequestRecord request;
    private final Predicate<JsonNode> selector;
    private final From from;
    private final UnaryOperator<ObjectNode> printing;
    private final OpenWatches open;
    private final AtomicInteger toDrop = new AtomicInteger();
    private StreamSink sink;
    private volatile boolean ended;
    private volatile boolean deaf;

    WatchStream(
            ObjectStore store,
            ResourceType resource,
            RequestRecord request,
            Predicate<JsonNode> selector,
            From from,
            UnaryOperator<ObjectNode> printing,
            OpenWatches open) {
        this.store = store;
        this.resource = resource;
        this.request = request;
        this.selector = selector;
        this.from = from;
        this.printing = printing;
        this.open = open;
    }

    RequestRecord request() {
        return request;
    }

    @Override
    public void start(StreamSink client) {
        this.sink = client;
        client.onEnd(this::close);
        store.exclusively(() -> {
            String resourceVersion = from.resourceVersion();
            boolean fromNow = resourceVersion == null || resourceVersion.isEmpty() || resourceVersion.equals("0");
            if (fromNow || from.initialEvents()) {
                store.list(resource, null).stream().filter(selector).forEach(object -> emit("ADDED", object));
                if (from.initialEvents() && from.bookmarks()) {
                    bookmark(true);
                }
            } else {
                List<StoreEvent> missed = store.since(resource, Long.parseLong(resourceVersion));
                if (missed == null) {
                    expire("too old resource version: " + resourceVersion + " (" + store.resourceVersion() + ")");
                    return null;
                }
                missed.forEach(this);
            }
            if (!ended) {
                store.subscribe(this);
                open.add(this);
            }
            if (ended) {
                // The client has gone meanwhile, and nobody tells of that again.
                close();
            }
            return null;
        });
    }

    @Override
    public void accept(StoreEvent event) {
        if (deaf || !event.resource().storageKey().equals(resource.storageKey())) {
            return;
        }
        boolean was = event.before() != null && selector.test(event.before());
        boolean is = event.after() != null && selector.test(event.after());
        if (!was && !is) {
            return;
        }
        if (toDrop.get() > 0 && toDrop.getAndDecrement() > 0) {
            return;
        }
        if (is) {
            emit(was ? "MODIFIED" : "ADDED", event.after());
        } else {
            ObjectNode last = event.last();
            if (event.after() != null) {
                // It left the selection: the client gets its last selected state at the new version.
                last = event.before().deepCopy();
                Nodes.metadata(last).put("resourceVersion", Long.toString(event.resourceVersion()));
            }
            emit("DELETED", last);
        }
    }

    private void emit(String type, ObjectNode object) {
        ObjectNode message = Nodes.object().put("type", type);
        message.set("object", printing.apply(object));
        send(message);
    }

    private void send(ObjectNode message) {
        byte[] json = Nodes.bytes(message);
        byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        sink.send(line);
    }

    void dropNext() {
        toDrop.incrementAndGet();
    }

    void deafen() {
        deaf = true;
    }

    void cut() {
        sink.abort();
        close();
    }

    void expire(String message) {
        ObjectNode error = Nodes.object().put("type", "ERROR");
        error.set("object", StatusException.gone(message).body());
        send(error);
        sink.end();
        close();
    }

    /** Tells how far the client has seen, and that this was all there is at the beginning. */
    private void bookmark(boolean endOfInitial) {
        ObjectNode object = Nodes.object().put("kind", resource.kind()).put("apiVersion", resource.apiVersion());
        ObjectNode metadata =
                object.putObject("metadata").put("resourceVersion", Long.toString(store.resourceVersion()));
        if (endOfInitial) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        ObjectNode message = Nodes.object().put("type", "BOOKMARK");
        message.set("object", object);
        send(message);
    }

    /** Ends the watch in order, as the server does after its timeout. */
    void end() {
        if (from.bookmarks() && !ended) {
            store.exclusively(() -> {
                bookmark(false);
                return null;
            });
        }
        sink.end();
        close();
    }

    private void close() {
        ended = true;
        store.unsubscribe(this);
        open.remove(this);
    }
}
