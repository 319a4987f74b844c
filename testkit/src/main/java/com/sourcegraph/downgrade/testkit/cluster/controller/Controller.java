package com.sourcegraph.downgrade.testkit.cluster.controller;

import com.sourcegraph.downgrade.testkit.cluster.store.StoreEvent;
import java.util.Collection;

/** One control loop. All loops of a cluster run on one thread, so that none sees another half-way. */
public interface Controller {
    /**
     * What an object is looked after under.
     *
     * @param namespace null for cluster-scoped objects
     */
    record Key(String namespace, String name) {}

    /** What has to be looked at because of this change. Called within the store: must not block or write. */
    Collection<Key> concernedBy(StoreEvent event);

    /** Brings the world one step closer to what the object asks for. */
    void reconcile(Key key);
}
