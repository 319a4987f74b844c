package com.sourcegraph.downgrade.step;

import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.TargetFacts;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What an action is done with.
 *
 * @param situation that it was decided in
 * @param writer acts in the name of the instance's service account
 * @param frontend the live frontend, which the migrator is modelled on
 * @param freshTarget looks at the target manifests and what lives in their place, now
 */
public record ActionContext(
        Situation situation,
        KubernetesClient writer,
        Supplier<Optional<Deployment>> frontend,
        Supplier<TargetFacts> freshTarget) {

    String namespace() {
        return situation.run().namespace();
    }

    String uid() {
        return situation.run().uid();
    }
}
