package com.sourcegraph.downgrade.run;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestHook;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Does something the first time that a stored status shows a step as running, before the operator hears of its own write. */
final class StepBegins implements RequestHook {

    private final Function<String, SourcegraphDowngrade> stored;
    private final StepName step;
    private final Runnable deed;
    private final AtomicBoolean done = new AtomicBoolean();

    StepBegins(Function<String, SourcegraphDowngrade> stored, StepName step, Runnable deed) {
        this.stored = stored;
        this.step = step;
        this.deed = deed;
    }

    @Override
    public void afterCommit(RequestRecord request) {
        if (request.resource().equals("sourcegraphdowngrades")
                && request.subresource().equals("status")
                && request.responseCode() < 300
                && DowngradeWorld.running(stored.apply(request.name()), step)
                && done.compareAndSet(false, true)) {
            deed.run();
        }
    }
}
