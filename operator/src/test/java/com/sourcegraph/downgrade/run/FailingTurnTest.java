package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.ConditionType;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.history.RunHistoryStore;
import com.sourcegraph.downgrade.testkit.instance.SampleRelease;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import org.junit.jupiter.api.Test;

/** What makes the operator fail in every turn is told to whoever looks at the resource, not to its log alone. */
class FailingTurnTest {

    @Test
    void aRecordOfRunsThatCannotBeReadStallsTheRunUntilItIsGone() {
        try (DowngradeWorld world = new DowngradeWorld(
                "4.5.1",
                SampleRelease.of("4.5.1").small(),
                SampleRelease.of("4.4.2").small())) {
            world.client()
                    .resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName(RunHistoryStore.NAME)
                            .withNamespace(world.namespace())
                            .endMetadata()
                            .addToData("runs.json", "no JSON")
                            .build())
                    .create();
            world.startOperator();
            world.apply("back", "to: v4.4.2\nstrategy: Manifests\nmanifests: {configMapRef: {name: target}}");

            SourcegraphDowngrade stalled = world.await("back", resource -> DowngradeWorld.has(resource, "Stalled"));

            assertThat(stalled.getStatus().phase()).isEqualTo(Phase.STALLED);
            assertThat(stalled.getStatus().conditions())
                    .filteredOn(condition -> condition.getType().equals(ConditionType.READY.label()))
                    .singleElement()
                    .satisfies(ready -> assertThat(ready.getReason()).isEqualTo("InternalError"))
                    .satisfies(ready -> assertThat(ready.getMessage())
                            .contains("sourcegraph-downgrade-history, the record of runs, cannot be read as JSON")
                            .contains("kubectl -n sourcegraph delete configmap sourcegraph-downgrade-history"));

            world.client()
                    .configMaps()
                    .inNamespace(world.namespace())
                    .withName(RunHistoryStore.NAME)
                    .delete();

            assertThat(world.awaitEnd("back").getStatus().phase()).isEqualTo(Phase.COMPLETE);
        }
    }
}
