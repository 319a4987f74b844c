package com.sourcegraph.downgrade.testkit.cluster.api;

import com.sourcegraph.downgrade.testkit.cluster.admission.Allocations;
import com.sourcegraph.downgrade.testkit.cluster.apply.FieldOwnership;
import com.sourcegraph.downgrade.testkit.cluster.request.AccessPolicy;
import com.sourcegraph.downgrade.testkit.cluster.request.Faults;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestLog;
import com.sourcegraph.downgrade.testkit.cluster.store.ObjectStore;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceCatalog;
import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;

/** The API of one cluster, put together: what controllers use from within, and what answers requests. */
public final class ClusterApi {
    private final ObjectStore store = new ObjectStore();
    private final ResourceCatalog catalog = new ResourceCatalog();
    private final CustomResources customResources = new CustomResources(catalog);
    private final StoredObjects objects = new StoredObjects(store, customResources);
    private final ObjectPreparation preparation = new ObjectPreparation(customResources);
    private final OpenWatches watches = new OpenWatches();
    private final Faults faults = new Faults(watches);
    private final RequestLog requests = new RequestLog();
    private final ObjectWriter writer;
    private final ObjectDeleter deleter;
    private final Clock clock;

    /**
     * An API with nothing in it.
     *
     * @param podsRun whether something runs pods and finishes their deletion
     * @param collects whether a garbage collector is at work
     */
    public ClusterApi(Clock clock, boolean podsRun, boolean collects) {
        this.clock = clock;
        this.writer = writer(store, catalog, customResources, objects, preparation, clock);
        this.deleter = new ObjectDeleter(store, objects, clock, podsRun, collects);
    }

    private static ObjectWriter writer(
            ObjectStore store,
            ResourceCatalog catalog,
            CustomResources customResources,
            StoredObjects objects,
            ObjectPreparation preparation,
            Clock clock) {
        Allocations allocations = new Allocations();
        FieldOwnership ownership = new FieldOwnership();
        ObjectCreation creation = new ObjectCreation(
                store, catalog, objects, customResources, preparation, allocations, ownership, clock);
        ObjectUpdate updates = new ObjectUpdate(objects, customResources, preparation, allocations, ownership, clock);
        return new ObjectWriter(
                store,
                objects,
                preparation,
                creation,
                updates,
                new ServerSideApply(store, preparation, creation, updates, ownership, clock));
    }

    /** What answers requests. */
    public ApiServer server(AccessPolicy policy, PodLogs logs, ScheduledExecutorService timer) {
        TablePrinter tables = new TablePrinter(customResources, clock);
        Selection selection = new Selection(customResources);
        ResourceRequests resources = new ResourceRequests(
                catalog,
                new ReadRequests(store, objects, selection, tables, watches, logs, timer),
                new WriteRequests(writer, new PatchOutcome(preparation), new RightsEscalation(policy), tables),
                new DeleteRequests(store, deleter, selection));
        Discovery discovery = new Discovery(catalog, new OpenApi(catalog, customResources));
        return new ApiServer(resources, discovery, policy, faults, requests, clock);
    }

    public ObjectStore store() {
        return store;
    }

    public ResourceCatalog catalog() {
        return catalog;
    }

    public ObjectWriter writer() {
        return writer;
    }

    public ObjectDeleter deleter() {
        return deleter;
    }

    public OpenWatches watches() {
        return watches;
    }

    public Faults faults() {
        return faults;
    }

    public RequestLog requests() {
        return requests;
    }

    public Clock clock() {
        return clock;
    }
}
