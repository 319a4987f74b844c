package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Manifests of real releases: the instance becomes the older release, and its owner can go on from there. */
interface WholeReleaseContract {

    /** The API server under test, and what is set up on it. */
    ApplyFixture fixture();

    static List<Arguments> pairs() {
        List<Arguments> result = new ArrayList<>();
        for (Deployer deployer : Deployer.values()) {
            for (String[] pair : new String[][] {
                {"kustomize/5.0.6", "kustomize/4.5.1"},
                {"kustomize/5.9.1590", "kustomize/4.5.1"},
                {"kustomize/6.12.5040", "kustomize/5.3.12303"},
                {"kustomize/5.3.12303", "kustomize/4.5.1"},
                {"legacy/4.5.1", "legacy/4.0.1"},
                {"legacy/5.0.6", "legacy/4.0.1"},
            }) {
                boolean everyDeployer = pair[0].contains("6.12") || pair[0].equals("legacy/5.0.6");
                if (everyDeployer || deployer == Deployer.KUBECTL_CLIENT_SIDE) {
                    result.add(Arguments.of(deployer, pair[0], pair[1]));
                }
            }
        }
        return result;
    }

    @ParameterizedTest
    @MethodSource("com.sourcegraph.downgrade.manifest.WholeReleaseContract#pairs")
    default void becomesTheTargetAndTheOwnersNextApplyWorks(Deployer deployer, String newer, String older) {
        String namespace = fixture().namespace();
        String reference = fixture().namespace();
        ManifestBundle target = RealManifests.release(older, namespace);
        deployer.apply(fixture().client(), namespace, Optional.empty(), RealManifests.release(newer, namespace));
        fixture().quiesce(namespace, target);

        judge(namespace, target);
        fixture().apply(namespace, target);

        deployer.apply(fixture().client(), reference, Optional.empty(), RealManifests.release(older, reference));
        AppliedState.assertSame(
                fixture().state().of(namespace, target, reference),
                fixture().state().of(reference, target, reference));
        assertThat(fixture().state().managers(namespace, target)).allSatisfy((key, managers) -> assertThat(managers)
                .contains(deployer.manager())
                .noneMatch(manager -> manager.startsWith(OwnerApplier.FIELD_MANAGER + ":")));

        ManifestBundle again = RealManifests.release(newer, namespace);
        deployer.apply(fixture().client(), namespace, Optional.of(target), again);
        String fresh = fixture().namespace();
        deployer.apply(fixture().client(), fresh, Optional.empty(), RealManifests.release(newer, fresh));
        AppliedState.assertSame(
                fixture().state().of(namespace, again, fresh), fixture().state().of(fresh, again, fresh));
    }

    /** It has a selector that its manifest does not have, and that a replace must not leave out. */
    @Test
    default void aJobThatBothReleasesHaveBecomesTheTargets() {
        String job = """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: reindex, labels: {deploy: sourcegraph, release: "%s"}}
                spec:
                  suspend: true
                  template:
                    spec: {restartPolicy: Never, containers: [{name: main, image: "sourcegraph/worker:4.5.1"}]}
                """;
        String namespace =
                fixture().instance(Deployer.KUBECTL_CLIENT_SIDE, RealManifests.bundle(job.formatted("5.0.6")));
        ManifestBundle target = RealManifests.bundle(job.formatted("4.5.1"));

        judge(namespace, target);
        fixture().apply(namespace, target);

        LiveObject after = fixture()
                .live(namespace, target)
                .find(ObjectKey.of("batch/v1", "Job", "reindex"))
                .orElseThrow();
        assertThat(after.content().at("/metadata/labels/release").asText()).isEqualTo("4.5.1");
        assertThat(after.content().at("/spec/selector/matchLabels")).isNotEmpty();
        fixture().delete(namespace);
    }

    @Test
    default void readsAReleaseInFewRequestsAndNeverListsSecrets() {
        String namespace = fixture().namespace();
        ManifestBundle newer = RealManifests.release("kustomize/5.0.6", namespace);
        Deployer.KUBECTL_CLIENT_SIDE.apply(fixture().client(), namespace, Optional.empty(), newer);
        Crash counting = Crash.never();
        try (KubernetesClient reader = counting.clientLike(fixture().client())) {
            LiveObjects live = new LiveReader().read(reader, namespace, newer).orElseThrow();

            assertThat(live.objects()).hasSize(56);
        }
        assertThat(counting.requests()).hasSizeLessThanOrEqualTo(15).noneMatch(request -> request.endsWith("/secrets"));
        fixture().delete(namespace);
    }

    private void judge(String namespace, ManifestBundle target) {
        ApplyPlan plan = new ManifestComparison().compare(target, fixture().live(namespace, target), namespace);
        for (ObjectPlan object : plan.objects()) {
            assertThat(new DryRunJudge(fixture().client()).judge(fixture().client(), namespace, object, plan.owner()))
                    .as(object.key().toString())
                    .isInstanceOfAny(Verdict.Accepted.class, Verdict.Unserved.class);
        }
    }
}
