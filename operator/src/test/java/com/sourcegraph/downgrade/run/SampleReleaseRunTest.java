package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.instance.SampleRelease;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs with the sample releases, which the other tests of this package build on. */
class SampleReleaseRunTest {

    @ParameterizedTest
    @CsvSource({
        "true, 5.3.12303, 4.5.1, Auto, Migrator",
        "true, 4.5.1, 4.0.1, Auto, Migrator",
        "false, 5.1.9, 4.5.1, Auto, Migrator",
        "false, 5.0.6, 4.5.1, Manifests, Manifests"
    })
    void runsToTheTarget(boolean full, String from, String to, String strategy, String chosen) {
        SampleRelease current = SampleRelease.of(from);
        SampleRelease target = SampleRelease.of(to);
        try (DowngradeWorld world = new DowngradeWorld(
                from, full ? current.full() : current.small(), full ? target.full() : target.small())) {
            world.startOperator();
            world.apply(
                    "back", "to: v%s\nstrategy: %s\nmanifests: {configMapRef: {name: target}}".formatted(to, strategy));

            SourcegraphDowngrade ended = world.awaitEnd("back");

            assertThat(ended.getStatus().phase())
                    .as(Serialization.asYaml(ended.getStatus()))
                    .isEqualTo(Phase.COMPLETE);
            assertThat(ended.getStatus().plan().strategy()).hasToString(chosen.toUpperCase(Locale.ROOT));
        }
    }
}
