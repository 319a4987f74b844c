package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import com.sourcegraph.downgrade.testkit.instance.InstanceInstaller;
import com.sourcegraph.downgrade.testkit.instance.RealReleases;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs with the manifests of real releases. */
class RealReleaseRunTest {

    @ParameterizedTest
    @CsvSource({
        "kustomize, 5.0.6, 4.5.1, Migrator",
        "kustomize, 5.3.12303, 4.5.1, Auto",
        "legacy, 4.5.1, 4.0.1, Auto",
        "kustomize, 5.0.6, 4.5.1, Manifests"
    })
    void runsToTheTarget(String flavour, String from, String to, String strategy) {
        try (DowngradeWorld world = new DowngradeWorld(from, real(flavour, from), real(flavour, to))) {
            world.startOperator();
            world.apply(
                    "back", "to: v%s\nstrategy: %s\nmanifests: {configMapRef: {name: target}}".formatted(to, strategy));

            SourcegraphDowngrade ended = world.awaitEnd("back");

            assertThat(ended.getStatus().phase())
                    .as(Serialization.asYaml(ended.getStatus()))
                    .isEqualTo(Phase.COMPLETE);
            assertThat(appliedToAnEmptyNamespace(world)
                            .differencesIn(NamespacePicture.of(world.client(), world.namespace())))
                    .as("every object of the target, as if it had been applied to an empty namespace")
                    .isEmpty();
            assertThat(world.unready()).isEmpty();
            assertThat(world.databases().version()).isEqualTo(to);
        }
    }

    /** What a person gets who applies the target where nothing was before: judged by nothing of the operator's. */
    private static NamespacePicture appliedToAnEmptyNamespace(DowngradeWorld world) {
        try (InMemoryCluster empty = InMemoryCluster.start()) {
            new InstanceInstaller(empty.client())
                    .install(world.target().without("PodSecurityPolicy"), world.namespace());
            Awaitility.await()
                    .atMost(DowngradeWorld.PATIENCE)
                    .until(() ->
                            empty
                                    .client()
                                    .apps()
                                    .deployments()
                                    .inNamespace(world.namespace())
                                    .list()
                                    .getItems()
                                    .stream()
                                    .allMatch(deployment -> deployment.getStatus() != null
                                            && deployment.getStatus().getAvailableReplicas() != null));
            return NamespacePicture.of(empty.client(), world.namespace());
        }
    }

    private static ReleaseManifests real(String flavour, String release) {
        Optional<ReleaseManifests> found = new RealReleases().find(flavour, release);
        if (found.isEmpty()) {
            System.err.println("SKIPPED: the manifests of " + flavour + " " + release + " are not at hand");
        }
        Assumptions.assumeTrue(found.isPresent(), "the manifests of " + flavour + " " + release + " are not at hand");
        return found.get();
    }
}
