package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An operator that is killed between any two writes: what it left is continued, and comes to the same. */
interface CrashContract {

    /** The API server under test, and what is set up on it. */
    ApplyFixture fixture();

    static List<Arguments> crashes() {
        return Arrays.stream(Deployer.values())
                .flatMap(deployer -> Stream.of(Arguments.of(deployer, false), Arguments.of(deployer, true)))
                .toList();
    }

    /** @param touched whether somebody else has a hand in the objects, so that a patch in the owner's name does not do */
    @ParameterizedTest
    @MethodSource("com.sourcegraph.downgrade.manifest.CrashContract#crashes")
    default void continuesAfterACrashBetweenAnyTwoWrites(Deployer deployer, boolean touched) {
        ManifestBundle newer = RealManifests.bundle(SmallReleases.NEWER);
        ManifestBundle target = fixture().older();
        int fewest = touched ? 10 : 8;
        String undisturbed = fixture().instance(deployer, newer, touched);
        Crash counting = Crash.never();
        try (KubernetesClient writer = counting.clientLike(fixture().client())) {
            new ApplyToTheEnd(writer).apply(undisturbed, target);
        }
        Map<ObjectKey, ObjectNode> expected = fixture().state().of(undisturbed, target, undisturbed);
        Map<ObjectKey, List<String>> owners = fixture().state().managers(undisturbed, target);
        fixture().delete(undisturbed);
        assertThat(counting.writes()).isGreaterThan(fewest);

        for (int survived = 0; survived < counting.writes(); survived++) {
            String namespace = fixture().instance(deployer, newer, touched);
            try (KubernetesClient dying =
                    new Crash(survived).clientLike(fixture().client())) {
                new ApplyToTheEnd(dying).apply(namespace, target);
                // A race with a controller may have cost the counted run a write more than this one needs.
                assertThat(survived).isGreaterThan(fewest);
            } catch (Crash.Killed killed) {
                // As it should be: what it left is continued below.
            }
            fixture().apply(namespace, target);

            AppliedState.assertSame(fixture().state().of(namespace, target, undisturbed), expected);
            assertThat(fixture().state().managers(namespace, target)).isEqualTo(owners);
            fixture().delete(namespace);
        }
    }
}
