package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.manifest.ApplyPlan;
import com.sourcegraph.downgrade.manifest.Kept;
import com.sourcegraph.downgrade.manifest.LiveObject;
import com.sourcegraph.downgrade.manifest.Removal;
import com.sourcegraph.downgrade.release.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlannedRemovalsTest {

    private final ApplyPlan now = now();

    @Test
    void whatThePlanDoesNotNameStays() {
        ApplyPlan within = new PlannedRemovals(plan(List.of("Deployment/qdrant", "Service/gone"))).within(now);

        assertThat(within.removals())
                .extracting(removal -> removal.key().toString())
                .containsExactly("Deployment/qdrant");
        assertThat(within.kept())
                .extracting(Kept::toString)
                .singleElement()
                .asString()
                .contains("embeddings", "The plan does not name it.");
    }

    /** A longer list is cut where it is stored; the digest that was approved is of the whole. */
    @Test
    void aListThatWasCutDoesNotSayWhatIsLeftOut() {
        assertThat(new PlannedRemovals(plan(List.of("Deployment/qdrant", "… and 1 more")))
                        .within(now)
                        .removals())
                .hasSameElementsAs(now.removals())
                .hasSize(2);
    }

    @Test
    void aPlanWithoutDeletionsDeletesNothing() {
        PlannedRemovals none = new PlannedRemovals(plan(List.of()));

        assertThat(none.within(now).removals()).isEmpty();
        assertThat(none.unplanned(now)).extracting(Removal::key).hasSize(2);
    }

    /** Somebody has applied the older side of a swap already; the newer one would run beside it. */
    @Test
    void whatATargetObjectReplacesGoesThoughTheTargetIsThereAlready() {
        ObjectNode content = new ObjectMapper().createObjectNode();
        content.put("apiVersion", "apps/v1").put("kind", "StatefulSet");
        content.putObject("metadata").put("name", "sourcegraph-frontend");
        Removal newer = new Removal(new LiveObject("apps/v1", content), "only the newer release has it");
        ApplyPlan swapped = new ApplyPlan(now.objects(), List.of(newer), now.kept(), now.findings(), now.owner());

        assertThat(new PlannedRemovals(plan(List.of())).within(swapped).removals())
                .containsExactly(newer);
    }

    private static ApplyPlan now() {
        ModelManifests manifests = new ModelManifests(Version.parse("4.5.1"));
        manifests.late = true;
        return ((TargetFacts.Read) manifests.seen()).plan();
    }

    private static PlanStatus plan(List<String> delete) {
        return new PlanStatus(
                null, null, null, null, null, null, null, null, null, null, null, null, delete, null, null, null);
    }
}
