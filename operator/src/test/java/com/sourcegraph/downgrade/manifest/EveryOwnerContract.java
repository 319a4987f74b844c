package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Counts, kinds and claims, whoever owns the instance: each way of deploying comes to the same. */
interface EveryOwnerContract {

    ObjectKey FRONTEND = ObjectKey.of("apps/v1", "Deployment", "sourcegraph-frontend");
    ObjectKey PROMETHEUS = ObjectKey.of("apps/v1", "Deployment", "prometheus");

    /** The API server under test, and what is set up on it. */
    ApplyFixture fixture();

    @ParameterizedTest
    @EnumSource
    default void theManifestsCountWinsAndAnUnnamedOneStays(Deployer deployer) {
        ManifestBundle target = fixture().older();
        String namespace = fixture().instance(deployer, RealManifests.bundle(SmallReleases.NEWER));

        fixture().apply(namespace, target);

        LiveObjects live = fixture().live(namespace, target);
        LiveObject named = live.find(FRONTEND).orElseThrow();
        assertThat(named.content().at("/spec/replicas").asInt()).isEqualTo(2);
        assertThat(named.content().path("metadata").path("annotations").toString())
                .doesNotContain("downgrade.sourcegraph.com/");
        LiveObject unnamed = live.find(PROMETHEUS).orElseThrow();
        assertThat(unnamed.content().at("/spec/replicas").asInt()).isZero();
        assertThat(unnamed.annotation("downgrade.sourcegraph.com/original-replicas"))
                .isEqualTo("2");
        // Still the quiesce step's: the owner's next apply, which names none either, leaves the restored count alone.
        assertThat(ManagedEntry.of(unnamed))
                .filteredOn(entry -> FieldSet.contains(entry.fields(), "spec", "replicas"))
                .extracting(ManagedEntry::manager)
                .containsExactly(OwnerApplier.FIELD_MANAGER);
        fixture().delete(namespace);
    }

    @ParameterizedTest
    @EnumSource
    default void aRunningCountThatTheManifestDoesNotNameIsNotReset(Deployer deployer) {
        ManifestBundle target = fixture().older();
        String namespace = fixture().namespace();
        deployer.apply(fixture().client(), namespace, Optional.empty(), RealManifests.bundle(SmallReleases.NEWER));

        fixture().apply(namespace, target);

        LiveObject unnamed = fixture().live(namespace, target).find(PROMETHEUS).orElseThrow();
        assertThat(unnamed.content().at("/spec/replicas").asInt()).isEqualTo(2);
        fixture().delete(namespace);
    }

    @ParameterizedTest
    @EnumSource
    default void swapsKindsPrunesAndKeepsTheClaim(Deployer deployer) {
        ManifestBundle target = fixture().older();
        String namespace = fixture().instance(deployer, RealManifests.bundle(SmallReleases.NEWER));
        ObjectKey claim = ObjectKey.of("v1", "PersistentVolumeClaim", "blobstore");
        LiveObject before = fixture().live(namespace, target).find(claim).orElseThrow();

        fixture().apply(namespace, target);

        LiveObjects live = fixture().live(namespace, target);
        assertThat(live.all())
                .extracting(LiveObject::key)
                .extracting(ObjectKey::toString)
                .containsExactly(
                        "ConfigMap/prometheus",
                        "ConfigMap/sourcegraph-frontend-env",
                        "Deployment/github-proxy",
                        "Deployment/prometheus",
                        "Deployment/searcher",
                        "Deployment/sourcegraph-frontend",
                        "PersistentVolumeClaim/blobstore",
                        "Service/searcher");
        assertThat(live.find(claim)).map(LiveObject::uid).contains(before.uid());
        fixture().delete(namespace);
    }
}
