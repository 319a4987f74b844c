package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.history.RunHistoryStore;
import com.sourcegraph.downgrade.testkit.instance.SampleRelease;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import org.junit.jupiter.api.Test;

/** A record of runs that cannot be read is asked about, not taken for an empty one: the resource may have run before. */
class UnreadableRecordTest {
    @Test
    void theRunStopsWithACommandAndGoesOnWhenTheRecordIsGone() {
        try (DowngradeWorld world = new DowngradeWorld(
                "5.0.6",
                SampleRelease.of("5.0.6").small(),
                SampleRelease.of("4.5.1").small())) {
            ConfigMap record = world.client()
                    .resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withNamespace(world.namespace())
                            .withName(RunHistoryStore.NAME)
                            .endMetadata()
                            .addToData("runs.json", "{half a recor")
                            .build())
                    .create();
            world.startOperator();
            world.apply("back", "to: v4.5.1\nmanifests: {configMapRef: {name: target}}");

            SourcegraphDowngrade stopped = world.await("back", resource -> DowngradeWorld.has(resource, "Stalled"));

            assertThat(stopped.getStatus().conditions()).anySatisfy(condition -> {
                assertThat(condition.getReason()).isEqualTo("InternalError");
                assertThat(condition.getMessage())
                        .contains(
                                "kubectl -n " + world.namespace() + " delete configmap sourcegraph-downgrade-history");
            });
            assertThat(stopped.getStatus().nextAction()).contains("kubectl ");
            world.client().resource(record).delete();
            assertThat(world.awaitEnd("back").getStatus().phase()).isEqualTo(Phase.COMPLETE);
        }
    }
}
