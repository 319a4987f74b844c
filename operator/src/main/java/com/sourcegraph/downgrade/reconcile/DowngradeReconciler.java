package com.sourcegraph.downgrade.reconcile;

import com.sourcegraph.downgrade.api.Mode;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.observe.Observer;
import com.sourcegraph.downgrade.plan.Journal;
import com.sourcegraph.downgrade.plan.Queue;
import com.sourcegraph.downgrade.plan.QueueRule;
import com.sourcegraph.downgrade.status.StatusNotKeptException;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.javaoperatorsdk.operator.health.Status;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the SDK's calls into turns of a run. */
@ControllerConfiguration(name = "sourcegraphdowngrade", finalizerName = RunFinalizer.NAME)
public final class DowngradeReconciler implements Reconciler<SourcegraphDowngrade>, Cleaner<SourcegraphDowngrade> {

    private static final Logger LOGGER = LoggerFactory.getLogger(DowngradeReconciler.class);

    /** Failures in a row, some four seconds of them, after which the status tells. */
    private static final int TOLD_FAILURES = 5;

    private final KubernetesClient client;
    private final Observer observer;
    private final RunCycle cycle;
    private final RunEventSource events;
    private final CurrentResources resources;
    private final QueueRule queues = new QueueRule();
    private volatile IndexerResourceCache<SourcegraphDowngrade> primaries;

    DowngradeReconciler(
            KubernetesClient client,
            CurrentResources resources,
            Observer observer,
            RunCycle cycle,
            RunEventSource events) {
        this.client = client;
        this.resources = resources;
        this.observer = observer;
        this.cycle = cycle;
        this.events = events;
    }

    @Override
    public List<EventSource<?, SourcegraphDowngrade>> prepareEventSources(
            EventSourceContext<SourcegraphDowngrade> context) {
        primaries = context.getPrimaryCache();
        return List.of(events);
    }

    @Override
    public UpdateControl<SourcegraphDowngrade> reconcile(
            SourcegraphDowngrade cached, Context<SourcegraphDowngrade> context) {
        RunCycle.Turn turn = turn(cached);
        if (turn.end() == RunCycle.End.DUE) {
            SourcegraphDowngrade ended = turn.stored().orElse(cached);
            LOGGER.atInfo()
                    .addKeyValue("namespace", cached.getMetadata().getNamespace())
                    .addKeyValue("name", cached.getMetadata().getName())
                    .log("Deleting the resource: its ttlSecondsAfterFinished is over");
            // Exactly what was looked at: a new resource of that name stays.
            client.resource(ended)
                    .lockResourceVersion(ended.getMetadata().getResourceVersion())
                    .delete();
        }
        UpdateControl<SourcegraphDowngrade> control = UpdateControl.noUpdate();
        turn.next().ifPresent(next -> control.rescheduleAfter(Math.max(1, next.toMillis())));
        return control;
    }

    @Override
    public DeleteControl cleanup(SourcegraphDowngrade cached, Context<SourcegraphDowngrade> context) {
        if (!resources.known(cached).getMetadata().getFinalizers().contains(RunFinalizer.NAME)) {
            // Let go with the end of its run, and held by others: its Jobs are theirs who delete it, to keep or not.
            forget(cached);
            return DeleteControl.noFinalizerRemoval();
        }
        if (namespaceTerminates(cached.getMetadata().getNamespace())) {
            LOGGER.atInfo()
                    .addKeyValue("namespace", cached.getMetadata().getNamespace())
                    .addKeyValue("name", cached.getMetadata().getName())
                    .log("Letting the resource go: its namespace is being deleted");
            forget(cached);
            return DeleteControl.defaultDelete();
        }
        SourcegraphDowngrade resource = resources.known(cached);
        if (resource.getStatus() == null || new Journal(Optional.of(resource.getStatus())).finished()) {
            return letGo(resource);
        }
        RunCycle.Turn turn = cleanupTurn(cached, context);
        if (turn.end() == RunCycle.End.GONE) {
            // Somebody took the finalizer off, perhaps with a migrator at work, which must not be deleted.
            return DeleteControl.noFinalizerRemoval()
                    .rescheduleAfter(turn.next().orElseThrow().toMillis());
        }
        if (turn.ended()) {
            return letGo(resource);
        }
        return DeleteControl.noFinalizerRemoval()
                .rescheduleAfter(
                        Math.max(1, turn.next().orElse(Duration.ofSeconds(15)).toMillis()));
    }

    /** The SDK tells of errors in a reconcile only, not in a cleanup. */
    private RunCycle.Turn cleanupTurn(SourcegraphDowngrade cached, Context<SourcegraphDowngrade> context) {
        try {
            return turn(cached);
        } catch (RuntimeException e) {
            updateErrorStatus(cached, context, e);
            throw e;
        }
    }

    private DeleteControl letGo(SourcegraphDowngrade resource) {
        cycle.clean(resource);
        forget(resource);
        return DeleteControl.defaultDelete();
    }

    /**
     * The SDK retries without end; the journal stays as it is until a turn succeeds. A hiccup is not worth a word; what
     * fails again and again is told in the status, because it must not look like work.
     */
    @Override
    public ErrorStatusUpdateControl<SourcegraphDowngrade> updateErrorStatus(
            SourcegraphDowngrade resource, Context<SourcegraphDowngrade> context, Exception e) {
        LOGGER.atWarn()
                .addKeyValue("namespace", resource.getMetadata().getNamespace())
                .addKeyValue("name", resource.getMetadata().getName())
                .setCause(e)
                .log("A turn failed and is retried");
        int failures = context.getRetryInfo().map(RetryInfo::getAttemptCount).orElse(0) + 1;
        if (failures >= TOLD_FAILURES) {
            tell(resource, e);
        }
        return ErrorStatusUpdateControl.noStatusUpdate();
    }

    private void tell(SourcegraphDowngrade cached, Exception failure) {
        SourcegraphDowngrade resource = resources.known(cached);
        try {
            cycle.tell(resource, queue(resource), failure).ifPresent(resources::wrote);
        } catch (KubernetesClientException | StatusNotKeptException e) {
            // The API server that cannot store the status is the failure: it is in the log already.
            LOGGER.atDebug().setCause(e).log("The failure could not be written to the status");
        }
    }

    /** Whether the resources are watched, by namespace; nothing before the watches are begun. */
    Map<String, Boolean> watched() {
        Map<String, Boolean> watched = new TreeMap<>();
        informers()
                .forEach((namespace, informer) -> watched.put(
                        namespace.equals(Constants.WATCH_ALL_NAMESPACES) ? "all" : namespace,
                        informer.getStatus() == Status.HEALTHY));
        return watched;
    }

    /** The SDK goes on without a cache that is not filled in time, and fills it later resource by resource; stopping, it empties them. */
    private boolean allKnown(String namespace) {
        if (!(primaries instanceof InformerWrappingEventSourceHealthIndicator<?>)) {
            return true;
        }
        Map<String, InformerHealthIndicator> informers = informers();
        InformerHealthIndicator own = informers.get(namespace);
        InformerHealthIndicator informer = own == null ? informers.get(Constants.WATCH_ALL_NAMESPACES) : own;
        return informer != null && informer.hasSynced();
    }

    private Map<String, InformerHealthIndicator> informers() {
        return primaries instanceof InformerWrappingEventSourceHealthIndicator<?> source
                ? source.informerHealthIndicators()
                : Map.of();
    }

    /** All resources as the cache has them. */
    List<SourcegraphDowngrade> resources() {
        return primaries == null ? List.of() : primaries.list(resource -> true).toList();
    }

    private RunCycle.Turn turn(SourcegraphDowngrade cached) {
        if (!allKnown(cached.getMetadata().getNamespace())) {
            // One that is ahead in the queue would be taken for none, and who holds the instance for one that has gone.
            throw new IllegalStateException("Not all resources of the namespace "
                    + cached.getMetadata().getNamespace() + " are known yet; the turn is tried again");
        }
        Optional<SourcegraphDowngrade> current = resources.current(cached);
        if (current.isEmpty()) {
            forget(cached);
            return RunCycle.Turn.GONE;
        }
        SourcegraphDowngrade resource = current.get();
        events.add(resource);
        RunCycle.Turn turn = guarded(resource);
        turn.stored().ifPresent(resources::wrote);
        if (turn.ended()) {
            events.remove(resource.getMetadata().getUid());
            observer.forget(
                    resource.getMetadata().getNamespace(),
                    resource.getMetadata().getUid());
        }
        if (turn.end() == RunCycle.End.AT_REST || turn.end() == RunCycle.End.DUE) {
            // Nobody tells of the deletion of a resource that is not held.
            resources.forget(resource.getMetadata().getUid());
        }
        return turn;
    }

    /** The SDK catches exceptions only: after an error it would never call again for this resource. */
    private RunCycle.Turn guarded(SourcegraphDowngrade resource) {
        try {
            return cycle.turn(resource, queue(resource));
        } catch (StackOverflowError | LinkageError e) {
            throw new IllegalStateException("A turn ended in an error of the virtual machine: " + e, e);
        }
    }

    private void forget(SourcegraphDowngrade resource) {
        String uid = resource.getMetadata().getUid();
        events.remove(uid);
        resources.forget(uid);
        observer.forget(resource.getMetadata().getNamespace(), uid);
    }

    private Queue queue(SourcegraphDowngrade self) {
        return queues.queue(
                entry(self),
                primaries
                        .list(self.getMetadata().getNamespace(), other -> true)
                        .map(resources::known)
                        .map(DowngradeReconciler::entry)
                        .toList());
    }

    private static QueueRule.Entry entry(SourcegraphDowngrade resource) {
        Journal journal = new Journal(Optional.ofNullable(resource.getStatus()));
        return new QueueRule.Entry(
                resource.getMetadata().getName(),
                resource.getMetadata().getUid(),
                Instant.parse(resource.getMetadata().getCreationTimestamp()),
                journal.finished(),
                resource.getSpec().mode() == Mode.PLAN,
                resource.getSpec().suspend(),
                journal.acted());
    }

    /** Where the operator may not read namespaces, a deleted one shows by what the API server refuses in it. */
    private boolean namespaceTerminates(String name) {
        try {
            Namespace namespace = client.namespaces().withName(name).get();
            return namespace == null || namespace.isMarkedForDeletion();
        } catch (KubernetesClientException e) {
            return false;
        }
    }
}
