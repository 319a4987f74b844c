package com.sourcegraph.downgrade.step;

import com.sourcegraph.downgrade.history.RunHistory;
import com.sourcegraph.downgrade.history.RunHistoryStore;
import com.sourcegraph.downgrade.plan.Action;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/** Does what the plan says, each action by the class that knows how. */
public final class ActionExecutor {

    private final RunHistoryStore history = new RunHistoryStore();
    private final MigratorStart migrator;
    private final JobCleanup cleanup;
    private final JobHandover handover;
    private final WorkloadScaling scaling = new WorkloadScaling();
    private final ManifestApplication manifests = new ManifestApplication();
    private final Refusals refusals = new Refusals();

    /** @param reader with the operator's own rights, for what the migrator's Job is modelled on */
    public ActionExecutor(KubernetesClient reader) {
        migrator = new MigratorStart(reader);
        RunJobs jobs = new RunJobs(reader);
        cleanup = new JobCleanup(jobs);
        handover = new JobHandover(jobs);
    }

    /** Has what a run leaves behind go with its resource from now on. */
    public void handOver(KubernetesClient writer, String namespace, String runName, String runUid) {
        handover.handOver(writer, namespace, runName, runUid);
    }

    /** Deletes what a run leaves behind with a resource that was deleted in the middle of it. */
    public void clean(KubernetesClient writer, String namespace, String runName, String runUid) {
        cleanup.clean(writer, namespace, runName, runUid);
    }

    public Effect execute(Action action, ActionContext context) {
        try {
            return perform(action, context);
        } catch (KubernetesClientException e) {
            return refusals.translate(e, context);
        }
    }

    private Effect perform(Action action, ActionContext context) {
        if (action instanceof Action.ClaimInstance claim) {
            context.recorded().accept(Optional.empty());
            context.recorded()
                    .accept(Optional.of(
                            history.claim(context.writer(), context.namespace(), seenHistory(context), claim.run())));
            return new Effect.Done();
        }
        if (action instanceof Action.ReleaseInstance release) {
            context.recorded().accept(Optional.empty());
            context.recorded()
                    .accept(Optional.of(history.release(
                            context.writer(), context.namespace(), seenHistory(context), release.run())));
            return new Effect.Done();
        }
        if (action instanceof Action.StartChecks start) {
            return migrator.checks(context, start.attempt());
        }
        if (action instanceof Action.StartDowngrade start) {
            return migrator.downgrade(context, start.attempt(), start.skipDriftCheck());
        }
        if (action instanceof Action.StartDrift start) {
            return migrator.drift(context, start.attempt());
        }
        if (action instanceof Action.QuiesceWorkloads quiesce) {
            return scaling.quiesce(context, quiesce.workloads());
        }
        if (action instanceof Action.RestoreWorkloads restore) {
            return scaling.restore(context, restore.workloads(), restore.scope());
        }
        if (action instanceof Action.ApplyObjects apply) {
            return manifests.apply(context, apply.withRest());
        }
        return manifests.prune(context);
    }

    /** The record that the decision was made on: if it has changed since, the write is refused and decided anew. */
    private static RunHistory seenHistory(ActionContext context) {
        return context.situation().facts().history().orElseThrow();
    }
}
