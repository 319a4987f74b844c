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

    /** As kustomize's generators write long values, and as people write quantities; a server keeps them in its own words. */
    @ParameterizedTest
    @EnumSource
    default void whatTheServerWritesInItsOwnWordsIsTheTarget(Deployer deployer) {
        String release = """
                apiVersion: v1
                kind: Secret
                metadata: {name: gitserver-keys, labels: {deploy: sourcegraph, release: "%1$s"}}
                data:
                  key: |
                    QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ej
                    AxMjM0NTY3ODk=
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: gitserver-keys, labels: {deploy: sourcegraph, release: "%1$s"}}
                binaryData:
                  key: |
                    QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ej
                    AxMjM0NTY3ODk=
                ---
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: worker, labels: {deploy: sourcegraph, release: "%1$s"}}
                spec:
                  maxReplicas: 3
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: worker}
                  metrics:
                  - type: Pods
                    pods: {metric: {name: busy}, target: {type: AverageValue, averageValue: 1000m}}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: worker, labels: {deploy: sourcegraph, release: "%1$s"}}
                spec:
                  replicas: 0
                  selector: {matchLabels: {app: worker}}
                  template:
                    metadata: {labels: {app: worker, deploy: sourcegraph}}
                    spec:
                      containers:
                      - name: worker
                        image: sourcegraph/worker:%1$s
                        resources: {limits: {nvidia.com/gpu: 1, example.com/fuse: 1000, cpu: 0.5}}
                        env:
                        - {name: LIMIT, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1000m}}}
                      volumes: [{name: cache, emptyDir: {sizeLimit: 2048Mi}}]
                """;
        String namespace = fixture().namespace();
        ManifestBundle newer = RealManifests.bundle(release.formatted("5.0.6"));
        ManifestBundle target = RealManifests.bundle(release.formatted("4.5.1"));
        deployer.apply(fixture().client(), namespace, Optional.empty(), newer);
        ApplyPlan plan = new ManifestComparison().compare(target, fixture().live(namespace, target), namespace);

        assertThat(plan.objects()).allSatisfy(object -> assertThat(
                        new DryRunJudge(fixture().client()).judge(fixture().client(), namespace, object, plan.owner()))
                .isInstanceOf(Verdict.Accepted.class));
        fixture().apply(namespace, target);

        assertThat(new ManifestComparison()
                        .compare(newer, fixture().live(namespace, target), namespace)
                        .objects())
                .extracting(ObjectPlan::reason)
                .allMatch(reason -> reason.equals("metadata.labels.release differs."));
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
