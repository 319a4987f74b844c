package com.sourcegraph.downgrade.reconcile;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Wakes the runs of a namespace when something in it has changed, and a run when its migrator has printed something. */
final class RunEventSource extends AbstractEventSource<Void, SourcegraphDowngrade> {

    private final Map<String, ResourceID> runs = new ConcurrentHashMap<>();

    RunEventSource() {
        super(Void.class, "runs");
    }

    /** The run wants to be woken from now on. */
    void add(SourcegraphDowngrade resource) {
        runs.put(resource.getMetadata().getUid(), ResourceID.fromResource(resource));
    }

    void remove(String uid) {
        runs.remove(uid);
    }

    void changed(String namespace) {
        runs.values().stream()
                .filter(id -> id.getNamespace().filter(namespace::equals).isPresent())
                .forEach(this::wake);
    }

    void progressed(String uid) {
        ResourceID id = runs.get(uid);
        if (id != null) {
            wake(id);
        }
    }

    private void wake(ResourceID id) {
        if (isRunning()) {
            getEventHandler().handleEvent(new Event(id));
        }
    }

    @Override
    public Set<Void> getSecondaryResources(SourcegraphDowngrade primary) {
        return Set.of();
    }
}
