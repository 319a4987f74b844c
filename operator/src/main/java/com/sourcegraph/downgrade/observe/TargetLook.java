package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import com.sourcegraph.downgrade.history.RunHistoryStore;
import com.sourcegraph.downgrade.manifest.LiveObjects;
import com.sourcegraph.downgrade.manifest.LiveReader;
import com.sourcegraph.downgrade.manifest.ManifestBundle;
import com.sourcegraph.downgrade.manifest.ManifestComparison;
import com.sourcegraph.downgrade.manifest.ManifestInspector;
import com.sourcegraph.downgrade.manifest.ManifestReader;
import com.sourcegraph.downgrade.manifest.ManifestReading;
import com.sourcegraph.downgrade.manifest.ObjectKey;
import com.sourcegraph.downgrade.plan.ManifestSources;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.TargetFacts;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Looks at the target manifests and at what lives in their place. */
final class TargetLook {

    private static final String RBAC = "rbac.authorization.k8s.io/v1";

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
                bundle,
                inspector.inspect(bundle, namespace, objects, reserved(situation)),
                comparison.compare(bundle, objects, namespace));
    }

    /** The record of runs, and what lets the operator write; the role and its binding by the name that the examples give them. */
    private static Set<ObjectKey> reserved(Situation situation) {
        Set<ObjectKey> reserved = new HashSet<>();
        reserved.add(ObjectKey.of("v1", "ConfigMap", RunHistoryStore.NAME));
        for (String account :
                List.of(situation.spec().serviceAccountName(), SourcegraphDowngradeSpec.DEFAULT_SERVICE_ACCOUNT)) {
            reserved.add(ObjectKey.of("v1", "ServiceAccount", account));
            reserved.add(ObjectKey.of(RBAC, "Role", account));
            reserved.add(ObjectKey.of(RBAC, "RoleBinding", account));
        }
        return reserved;
    }
}
