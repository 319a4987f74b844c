package com.sourcegraph.downgrade.step;

import com.sourcegraph.downgrade.history.RunHistory;
import com.sourcegraph.downgrade.manifest.LivePicture;
import com.sourcegraph.downgrade.migrator.KeyLookup;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.TargetFacts;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What an action is done with.
 *
 * @param situation that it was decided in
 * @param writer acts in the name of the instance's service account
 * @param frontend the live frontend, which the migrator is modelled on
 * @param keys which keys the sources of the workloads' environments have
 * @param recorded is told of the record of runs as it was just written; empty where that went wrong
 * @param target looks at the target manifests and what lives in their place; what writes have left open is asked for
 * @param picture what is known of the objects in the place of the target, to be told what writes came to
 */
public record ActionContext(
        Situation situation,
        KubernetesClient writer,
        Supplier<Optional<Deployment>> frontend,
        KeyLookup keys,
        Consumer<Optional<RunHistory>> recorded,
        Supplier<TargetFacts> target,
        Supplier<Optional<LivePicture>> picture) {

    String namespace() {
        return situation.run().namespace();
    }

    String uid() {
        return situation.run().uid();
    }
}
