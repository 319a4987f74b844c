package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.manifest.LiveObjects;
import com.sourcegraph.downgrade.manifest.LiveReader;
import com.sourcegraph.downgrade.manifest.ManifestBundle;
import com.sourcegraph.downgrade.manifest.ManifestComparison;
import com.sourcegraph.downgrade.manifest.ManifestInspector;
import com.sourcegraph.downgrade.manifest.ManifestReader;
import com.sourcegraph.downgrade.manifest.ManifestReading;
import com.sourcegraph.downgrade.plan.ManifestSources;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.TargetFacts;
import io.fabric8.kubernetes.client.KubernetesClient;

/** Looks at the target manifests and at what lives in their place. */
final class TargetLook {

    private final KubernetesClient client;
    private final ManifestReader manifests = new ManifestReader();
    private final LiveReader live = new LiveReader();
    private final ManifestInspector inspector = new ManifestInspector();
    private final ManifestComparison comparison = new ManifestComparison();

    TargetLook(KubernetesClient client) {
        this.client = client;
    }

    TargetFacts look(Situation situation) {
        String namespace = situation.run().namespace();
        ManifestReading reading = manifests.read(
                client, namespace, ManifestSources.of(situation.spec().manifests()));
        if (reading instanceof ManifestReading.Unreadable unreadable) {
            return new TargetFacts.Unreadable(unreadable.problems());
        }
        ManifestBundle bundle = ((ManifestReading.Read) reading).bundle();
        LiveObjects objects = live.read(client, namespace, bundle);
        return new TargetFacts.Read(
                bundle, inspector.inspect(bundle, namespace, objects), comparison.compare(bundle, objects, namespace));
    }
}
