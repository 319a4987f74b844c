package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Helm upgrades no definition that is not its own, and an older one drops what it does not know, without a word. What tells that
 * somebody brings services back would be forgotten from turn to turn.
 */
class OlderDefinitionTest {

    private static final String DEFINITION = "sourcegraphdowngrades.downgrade.sourcegraph.com";

    private final DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1");

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void anOperatorWhoseStatusIsNotKeptStartsNoMigratorAndSaysWhatToApply() {
        JSONSchemaProps whole = edit(workload -> {
            Map<String, JSONSchemaProps> known = workload.getProperties();
            known.remove("broughtBackBy");
            known.remove("broughtBackSince");
            known.remove("broughtBackAt");
            return workload;
        });
        world.when(StepName.MIGRATE, this::bringBack);
        world.startOperator();
        world.applyMigrator("back");

        SourcegraphDowngrade stalled = world.awaitStall("back", "InternalError");

        assertThat(DowngradeWorld.condition(stalled, "Stalled").getMessage())
                .contains("older than the operator", "kubectl apply --server-side -f crds/" + DEFINITION + ".yaml");
        assertThat(stalled.getStatus().nextAction()).contains("describe sgdowngrade back");
        assertThat(world.jobs("downgrade")).isEmpty();

        edit(older -> whole);

        assertThat(world.awaitEnd("back").getStatus().phase()).isEqualTo(Phase.COMPLETE);
        assertThat(world.jobs("downgrade")).hasSize(1);
    }

    private void bringBack() {
        world.client()
                .apps()
                .deployments()
                .inNamespace(world.namespace())
                .withName("sourcegraph-frontend")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"replicas\":2}}");
    }

    /** @return what the definition said of a workload in the status before */
    private JSONSchemaProps edit(UnaryOperator<JSONSchemaProps> change) {
        Resource<CustomResourceDefinition> definition =
                world.client().apiextensions().v1().customResourceDefinitions().withName(DEFINITION);
        JSONSchemaProps before = workload(definition.get()).getItems().getSchema();
        definition.edit(live -> {
            workload(live)
                    .getItems()
                    .setSchema(change.apply(workload(live).getItems().getSchema()));
            return live;
        });
        return before;
    }

    private static JSONSchemaProps workload(CustomResourceDefinition definition) {
        return definition
                .getSpec()
                .getVersions()
                .get(0)
                .getSchema()
                .getOpenAPIV3Schema()
                .getProperties()
                .get("status")
                .getProperties()
                .get("workloads");
    }
}
