package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody else has a hand in an object: writes in between, fields that nobody owns, and what a former way of deploying left. */
interface ForeignHandsContract {

    ObjectKey FRONTEND = ObjectKey.of("apps/v1", "Deployment", "sourcegraph-frontend");

    /** The API server under test, and what is set up on it. */
    ApplyFixture fixture();

    /** Controllers write statuses all the time: a dry run that is late for that reason says nothing of the target. */
    @Test
    default void aDryRunThatIsLateIsRepeatedOnWhatIsThereNow() {
        ManifestBundle target = fixture().older();
        String namespace = fixture().instance(Deployer.KUBECTL_CLIENT_SIDE, RealManifests.bundle(SmallReleases.NEWER));
        ApplyPlan plan = new ManifestComparison().compare(target, fixture().live(namespace, target), namespace);
        somebodyIsFaster(namespace);

        Verdict verdict = new DryRunJudge(fixture().client())
                .judge(fixture().client(), namespace, plan.find(FRONTEND).orElseThrow(), plan.owner());

        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        fixture().delete(namespace);
    }

    @Test
    default void aWriteInBetweenIsAConflictAndNothingIsForced() {
        ManifestBundle target = fixture().older();
        String namespace = fixture().instance(Deployer.KUBECTL_CLIENT_SIDE, RealManifests.bundle(SmallReleases.NEWER));
        ApplyPlan plan = new ManifestComparison().compare(target, fixture().live(namespace, target), namespace);
        somebodyIsFaster(namespace);

        WriteOutcome outcome = new OwnerApplier()
                .apply(fixture().client(), namespace, plan.find(FRONTEND).orElseThrow(), plan.owner());

        assertThat(outcome).isInstanceOf(WriteOutcome.Conflict.class);
        assertThat(image(namespace)).isEqualTo("sourcegraph/frontend:5.0.6");
        fixture().delete(namespace);
    }

    @Test
    default void anObjectWhoseFieldsNobodyOwnsBecomesTheTargetAsWell() {
        ManifestBundle target = fixture().older();
        String namespace = fixture().instance(Deployer.KUBECTL_CLIENT_SIDE, RealManifests.bundle(SmallReleases.NEWER));
        ObjectApi api = new ObjectApi(fixture().client(), namespace);
        ServedKind kind = api.resolve("apps/v1", "Deployment").orElseThrow();
        ArrayNode nobody = CanonicalJson.MAPPER.createArrayNode();
        nobody.addObject();
        api.replaceManagedFields(
                kind, fixture().live(namespace, target).find(FRONTEND).orElseThrow(), nobody);

        fixture().apply(namespace, target);

        LiveObject after = api.get(kind, FRONTEND.name()).orElseThrow();
        assertThat(after.content()
                        .at("/spec/template/spec/containers/0/readinessProbe")
                        .has("exec"))
                .isFalse();
        assertThat(after.content().at("/spec/template/spec/containers/0/env")).hasSize(1);
        fixture().delete(namespace);
    }

    @Test
    default void whatClientSideApplyLeftBesideAServerSideOwnerDoesNotStay() {
        ManifestBundle newer = RealManifests.bundle(SmallReleases.NEWER);
        ManifestBundle target = fixture().older();
        String namespace = fixture().namespace();
        Deployer.KUBECTL_CLIENT_SIDE.apply(fixture().client(), namespace, Optional.empty(), newer);
        Deployer.SERVER_SIDE.apply(fixture().client(), namespace, Optional.empty(), newer);

        fixture().apply(namespace, target);

        LiveObject after = fixture().live(namespace, target).find(FRONTEND).orElseThrow();
        assertThat(after.content().at("/spec/template/spec/containers/0/env")).hasSize(1);
        assertThat(ManagedEntry.of(after))
                .filteredOn(entry -> !entry.subresource())
                .extracting(ManagedEntry::manager)
                .contains(Deployer.SERVER_SIDE.manager())
                .doesNotContain(Deployer.KUBECTL_CLIENT_SIDE.manager());
        fixture().delete(namespace);
    }

    /** Its next apply would remove from the object all that it does not know, if the object were its own. */
    @ParameterizedTest
    @EnumSource
    default void whoeverAppliesAPartOfAnObjectLastDoesNotBecomeItsOwner(Deployer deployer) {
        ManifestBundle target = fixture().older();
        String namespace = fixture().namespace();
        deployer.apply(fixture().client(), namespace, Optional.empty(), RealManifests.bundle(SmallReleases.NEWER));
        ObjectKey settings = ObjectKey.of("v1", "ConfigMap", "sourcegraph-frontend-env");
        label(namespace, "v1", settings);
        label(namespace, "apps/v1", FRONTEND);

        fixture().apply(namespace, target);
        label(namespace, "v1", settings);
        label(namespace, "apps/v1", FRONTEND);

        LiveObjects live = fixture().live(namespace, target);
        assertThat(live.find(settings).orElseThrow().content().path("data")).hasSize(2);
        assertThat(live.find(settings).orElseThrow().label("team")).isEqualTo("x");
        assertThat(live.find(FRONTEND)
                        .orElseThrow()
                        .content()
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .isEqualTo("sourcegraph/frontend:4.5.1");
        assertThat(fixture().state().managers(namespace, target).get(settings))
                .containsExactlyInAnyOrder(deployer.manager(), "labeler");
        assertThat(LastApplied.read(live.find(settings).orElseThrow()).isPresent())
                .as("the record of a client-side apply")
                .isEqualTo(deployer == Deployer.KUBECTL_CLIENT_SIDE);
        fixture().delete(namespace);
    }

    private void label(String namespace, String apiVersion, ObjectKey key) {
        ObjectApi api = new ObjectApi(fixture().client(), namespace);
        api.apply(
                api.resolve(apiVersion, key.kind()).orElseThrow(),
                (ObjectNode) CanonicalJson.read(
                        "{\"apiVersion\":\"%s\",\"kind\":\"%s\",\"metadata\":{\"name\":\"%s\",\"labels\":{\"team\":\"x\"}}}"
                                .formatted(apiVersion, key.kind(), key.name())),
                "labeler");
    }

    @Test
    default void whatSomebodyAddedDoesNotMakeTheServerRefuseTheTarget() {
        ManifestBundle target = fixture().older();
        String namespace = fixture().namespace();
        ManifestBundle newer = RealManifests.bundle(SmallReleases.NEWER.replace(
                "readinessProbe: {exec: {command: [/bin/true]}}", "imagePullPolicy: Always"));
        Deployer.KUBECTL_CLIENT_SIDE.apply(fixture().client(), namespace, Optional.empty(), newer);
        PatchContext edit = PatchContext.of(PatchType.STRATEGIC_MERGE);
        edit.setFieldManager("kubectl-edit");
        fixture()
                .client()
                .apps()
                .deployments()
                .inNamespace(namespace)
                .withName(FRONTEND.name())
                .patch(edit, """
                {"spec": {"template": {"spec": {"containers": [
                  {"name": "frontend", "readinessProbe": {"exec": {"command": ["/bin/true"]}}}]}}}}
                """);

        fixture().apply(namespace, target);

        LiveObject after = fixture().live(namespace, target).find(FRONTEND).orElseThrow();
        assertThat(after.content()
                        .at("/spec/template/spec/containers/0/readinessProbe/exec")
                        .isMissingNode())
                .isTrue();
        assertThat(fixture().state().managers(namespace, target).get(FRONTEND))
                .containsExactly("kubectl-client-side-apply");
        fixture().delete(namespace);
    }

    private void somebodyIsFaster(String namespace) {
        fixture()
                .client()
                .apps()
                .deployments()
                .inNamespace(namespace)
                .withName(FRONTEND.name())
                .edit(deployment -> {
                    deployment.getMetadata().getAnnotations().put("somebody", "was faster");
                    return deployment;
                });
    }

    private String image(String namespace) {
        return new ObjectApi(fixture().client(), namespace)
                .get(new KindCatalog().find("apps/v1", "Deployment").orElseThrow(), FRONTEND.name())
                .orElseThrow()
                .content()
                .at("/spec/template/spec/containers/0/image")
                .asText();
    }
}
