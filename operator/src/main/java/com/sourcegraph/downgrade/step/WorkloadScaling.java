package com.sourcegraph.downgrade.step;

import com.sourcegraph.downgrade.workload.Quiescer;
import com.sourcegraph.downgrade.workload.RestoreScope;
import com.sourcegraph.downgrade.workload.Restorer;
import com.sourcegraph.downgrade.workload.Workload;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import com.sourcegraph.downgrade.workload.Workloads;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Takes workloads to zero and brings them back. One that fails does not hold up the others: stopping is what takes time. */
final class WorkloadScaling {

    private final Quiescer quiescer = new Quiescer();
    private final Restorer restorer = new Restorer();
    private final Refusals refusals = new Refusals();

    Effect quiesce(ActionContext context, List<WorkloadRef> refs) {
        return each(context, refs, workload -> quiescer.quiesce(context.writer(), workload, context.uid()));
    }

    Effect restore(ActionContext context, List<WorkloadRef> refs, RestoreScope scope) {
        return each(context, refs, workload -> restorer.restore(context.writer(), workload, scope));
    }

    private Effect each(ActionContext context, List<WorkloadRef> refs, Consumer<Workload> write) {
        Workloads seen = context.situation().facts().workloads().orElseThrow();
        Effect worst = new Effect.Done();
        for (WorkloadRef ref : refs) {
            Optional<Workload> workload = seen.byRef(ref);
            if (workload.isPresent()) {
                try {
                    write.accept(workload.get());
                } catch (KubernetesClientException e) {
                    worst = worse(worst, refusals.translate(e, context));
                }
            }
        }
        return worst;
    }

    private static Effect worse(Effect one, Effect other) {
        if (one instanceof Effect.Refused || other instanceof Effect.Done) {
            return one;
        }
        return other;
    }
}
