package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an owner's instance looks like after older manifests were applied in its name: judged by the same manifests applied to an empty
 * namespace by the same owner. Run on every API server at hand.
 */
abstract class OwnedApplyContract {

    private static final ObjectKey FRONTEND = ObjectKey.of("apps/v1", "Deployment", "sourcegraph-frontend");
    private static final ObjectKey PROMETHEUS = ObjectKey.of("apps/v1", "Deployment", "prometheus");
    private static final AtomicInteger ADDRESSES = new AtomicInteger(new Random().nextInt(20_000));

    /** A connection to the API server under test. */
    abstract KubernetesClient client();

    /** Whether an object that an apply empties, and that the manifest names as empty, stays as such. */
    boolean keepsEmptyObjects() {
        return true;
    }

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
    @MethodSource("pairs")
    void becomesTheTargetAndTheOwnersNextApplyWorks(Deployer deployer, String newer, String older) {
        String namespace = namespace();
        String reference = namespace();
        ManifestBundle target = RealManifests.release(older, namespace);
        deployer.apply(client(), namespace, Optional.empty(), RealManifests.release(newer, namespace));
        LiveObjects before = live(namespace, target);
        before.all().stream()
                .filter(object -> WorkloadView.KINDS.contains(object.kind()))
                .filter(object -> object.content().path("spec").has("replicas"))
                .forEach(object -> Deployer.quiesce(client(), namespace, object));

        judge(namespace, target);
        applyToTheEnd(client(), namespace, target);

        deployer.apply(client(), reference, Optional.empty(), RealManifests.release(older, reference));
        assertSame(state(namespace, target, reference), state(reference, target, reference));
        assertThat(managers(namespace, target)).allSatisfy((key, managers) -> assertThat(managers)
                .contains(deployer.manager())
                .noneMatch(manager -> manager.startsWith(OwnerApplier.FIELD_MANAGER + ":")));

        ManifestBundle again = RealManifests.release(newer, namespace);
        deployer.apply(client(), namespace, Optional.of(target), again);
        String fresh = namespace();
        deployer.apply(client(), fresh, Optional.empty(), RealManifests.release(newer, fresh));
        assertSame(state(namespace, again, fresh), state(fresh, again, fresh));
    }

    static List<Arguments> crashes() {
        return Arrays.stream(Deployer.values())
                .flatMap(deployer -> Stream.of(Arguments.of(deployer, false), Arguments.of(deployer, true)))
                .toList();
    }

    /** @param touched whether somebody else has a hand in the objects, so that a patch in the owner's name does not do */
    @ParameterizedTest
    @MethodSource("crashes")
    void continuesAfterACrashBetweenAnyTwoWrites(Deployer deployer, boolean touched) {
        ManifestBundle newer = RealManifests.bundle(SmallReleases.NEWER);
        ManifestBundle target = RealManifests.bundle(withFreeAddress(SmallReleases.OLDER));
        int fewest = touched ? 10 : 8;
        String undisturbed = instance(deployer, newer, touched);
        Crash counting = Crash.never();
        try (KubernetesClient writer = counting.clientLike(client())) {
            applyToTheEnd(writer, undisturbed, target);
        }
        Map<ObjectKey, ObjectNode> expected = state(undisturbed, target, undisturbed);
        Map<ObjectKey, List<String>> owners = managers(undisturbed, target);
        delete(undisturbed);
        assertThat(counting.writes()).isGreaterThan(fewest);

        for (int survived = 0; survived < counting.writes(); survived++) {
            String namespace = instance(deployer, newer, touched);
            try (KubernetesClient dying = new Crash(survived).clientLike(client())) {
                applyToTheEnd(dying, namespace, target);
                // A race with a controller may have cost the counted run a write more than this one needs.
                assertThat(survived).isGreaterThan(fewest);
            } catch (Crash.Killed killed) {
                // As it should be: what it left is continued below.
            }
            applyToTheEnd(client(), namespace, target);

            assertSame(state(namespace, target, undisturbed), expected);
            assertThat(managers(namespace, target)).isEqualTo(owners);
            delete(namespace);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theManifestsCountWinsAndAnUnnamedOneStays(Deployer deployer) {
        ManifestBundle target = RealManifests.bundle(withFreeAddress(SmallReleases.OLDER));
        String namespace = instance(deployer, RealManifests.bundle(SmallReleases.NEWER));

        applyToTheEnd(client(), namespace, target);

        LiveObjects live = live(namespace, target);
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
        delete(namespace);
    }

    @ParameterizedTest
    @EnumSource
    void aRunningCountThatTheManifestDoesNotNameIsNotReset(Deployer deployer) {
        ManifestBundle target = RealManifests.bundle(withFreeAddress(SmallReleases.OLDER));
        String namespace = namespace();
        deployer.apply(client(), namespace, Optional.empty(), RealManifests.bundle(SmallReleases.NEWER));

        applyToTheEnd(client(), namespace, target);

        LiveObject unnamed = live(namespace, target).find(PROMETHEUS).orElseThrow();
        assertThat(unnamed.content().at("/spec/replicas").asInt()).isEqualTo(2);
        delete(namespace);
    }

    @ParameterizedTest
    @EnumSource
    void swapsKindsPrunesAndKeepsTheClaim(Deployer deployer) {
        ManifestBundle target = RealManifests.bundle(withFreeAddress(SmallReleases.OLDER));
        String namespace = instance(deployer, RealManifests.bundle(SmallReleases.NEWER));
        ObjectKey claim = ObjectKey.of("v1", "PersistentVolumeClaim", "blobstore");
        LiveObject before = live(namespace, target).find(claim).orElseThrow();

        applyToTheEnd(client(), namespace, target);

        LiveObjects live = live(namespace, target);
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
        delete(namespace);
    }

    /** Controllers write statuses all the time: a dry run that is late for that reason says nothing of the target. */
    @Test
    void aDryRunThatIsLateIsRepeatedOnWhatIsThereNow() {
        ManifestBundle target = RealManifests.bundle(withFreeAddress(SmallReleases.OLDER));
        String namespace = instance(Deployer.KUBECTL_CLIENT_SIDE, RealManifests.bundle(SmallReleases.NEWER));
        ApplyPlan plan = new ManifestComparison().compare(target, live(namespace, target), namespace);
        somebodyIsFaster(namespace);

        Verdict verdict = new DryRunJudge(client())
                .judge(client(), namespace, plan.find(FRONTEND).orElseThrow(), plan.owner());

        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        delete(namespace);
    }

    private void somebodyIsFaster(String namespace) {
        client().apps()
                .deployments()
                .inNamespace(namespace)
                .withName(FRONTEND.name())
                .edit(deployment -> {
                    deployment.getMetadata().getAnnotations().put("somebody", "was faster");
                    return deployment;
                });
    }

    @Test
    void aWriteInBetweenIsAConflictAndNothingIsForced() {
        ManifestBundle target = RealManifests.bundle(withFreeAddress(SmallReleases.OLDER));
        String namespace = instance(Deployer.KUBECTL_CLIENT_SIDE, RealManifests.bundle(SmallReleases.NEWER));
        ApplyPlan plan = new ManifestComparison().compare(target, live(namespace, target), namespace);
        somebodyIsFaster(namespace);

        WriteOutcome outcome = new OwnerApplier()
                .apply(client(), namespace, plan.find(FRONTEND).orElseThrow(), plan.owner());

        assertThat(outcome).isInstanceOf(WriteOutcome.Conflict.class);
        assertThat(image(namespace)).isEqualTo("sourcegraph/frontend:5.0.6");
        delete(namespace);
    }

    @Test
    void anObjectWhoseFieldsNobodyOwnsBecomesTheTargetAsWell() {
        ManifestBundle target = RealManifests.bundle(withFreeAddress(SmallReleases.OLDER));
        String namespace = instance(Deployer.KUBECTL_CLIENT_SIDE, RealManifests.bundle(SmallReleases.NEWER));
        ObjectApi api = new ObjectApi(client(), namespace);
        ServedKind kind = api.resolve("apps/v1", "Deployment").orElseThrow();
        ArrayNode nobody = CanonicalJson.MAPPER.createArrayNode();
        nobody.addObject();
        api.replaceManagedFields(kind, live(namespace, target).find(FRONTEND).orElseThrow(), nobody);

        applyToTheEnd(client(), namespace, target);

        LiveObject after = api.get(kind, FRONTEND.name()).orElseThrow();
        assertThat(after.content()
                        .at("/spec/template/spec/containers/0/readinessProbe")
                        .has("exec"))
                .isFalse();
        assertThat(after.content().at("/spec/template/spec/containers/0/env")).hasSize(1);
        delete(namespace);
    }

    @Test
    void whatClientSideApplyLeftBesideAServerSideOwnerDoesNotStay() {
        ManifestBundle newer = RealManifests.bundle(SmallReleases.NEWER);
        ManifestBundle target = RealManifests.bundle(withFreeAddress(SmallReleases.OLDER));
        String namespace = namespace();
        Deployer.KUBECTL_CLIENT_SIDE.apply(client(), namespace, Optional.empty(), newer);
        Deployer.SERVER_SIDE.apply(client(), namespace, Optional.empty(), newer);

        applyToTheEnd(client(), namespace, target);

        LiveObject after = live(namespace, target).find(FRONTEND).orElseThrow();
        assertThat(after.content().at("/spec/template/spec/containers/0/env")).hasSize(1);
        assertThat(ManagedEntry.of(after))
                .filteredOn(entry -> !entry.subresource())
                .extracting(ManagedEntry::manager)
                .contains(Deployer.SERVER_SIDE.manager())
                .doesNotContain(Deployer.KUBECTL_CLIENT_SIDE.manager());
        delete(namespace);
    }

    @Test
    void whatSomebodyAddedDoesNotMakeTheServerRefuseTheTarget() {
        ManifestBundle target = RealManifests.bundle(withFreeAddress(SmallReleases.OLDER));
        String namespace = namespace();
        ManifestBundle newer = RealManifests.bundle(SmallReleases.NEWER.replace(
                "readinessProbe: {exec: {command: [/bin/true]}}", "imagePullPolicy: Always"));
        Deployer.KUBECTL_CLIENT_SIDE.apply(client(), namespace, Optional.empty(), newer);
        PatchContext edit = PatchContext.of(PatchType.STRATEGIC_MERGE);
        edit.setFieldManager("kubectl-edit");
        client().apps()
                .deployments()
                .inNamespace(namespace)
                .withName(FRONTEND.name())
                .patch(edit, """
                {"spec": {"template": {"spec": {"containers": [
                  {"name": "frontend", "readinessProbe": {"exec": {"command": ["/bin/true"]}}}]}}}}
                """);

        applyToTheEnd(client(), namespace, target);

        LiveObject after = live(namespace, target).find(FRONTEND).orElseThrow();
        assertThat(after.content()
                        .at("/spec/template/spec/containers/0/readinessProbe/exec")
                        .isMissingNode())
                .isTrue();
        assertThat(managers(namespace, target).get(FRONTEND)).containsExactly("kubectl-client-side-apply");
        delete(namespace);
    }

    @Test
    void readsAReleaseInFewRequestsAndNeverListsSecrets() {
        String namespace = namespace();
        ManifestBundle newer = RealManifests.release("kustomize/5.0.6", namespace);
        Deployer.KUBECTL_CLIENT_SIDE.apply(client(), namespace, Optional.empty(), newer);
        Crash counting = Crash.never();
        try (KubernetesClient reader = counting.clientLike(client())) {
            LiveObjects live = new LiveReader().read(reader, namespace, newer);

            assertThat(live.objects()).hasSize(56);
        }
        assertThat(counting.requests()).hasSizeLessThanOrEqualTo(15).noneMatch(request -> request.endsWith("/secrets"));
        delete(namespace);
    }

    private String image(String namespace) {
        return new ObjectApi(client(), namespace)
                .get(new KindCatalog().find("apps/v1", "Deployment").orElseThrow(), FRONTEND.name())
                .orElseThrow()
                .content()
                .at("/spec/template/spec/containers/0/image")
                .asText();
    }

    /** An instance of the newer release, quiesced. */
    private String instance(Deployer deployer, ManifestBundle newer) {
        String namespace = namespace();
        deployer.apply(client(), namespace, Optional.empty(), newer);
        live(namespace, newer).all().stream()
                .filter(object -> WorkloadView.KINDS.contains(object.kind()))
                .filter(object -> object.content().path("spec").has("replicas"))
                .forEach(object -> Deployer.quiesce(client(), namespace, object));
        return namespace;
    }

    private String instance(Deployer deployer, ManifestBundle newer, boolean touched) {
        String namespace = instance(deployer, newer);
        if (touched) {
            ObjectApi api = new ObjectApi(client(), namespace);
            live(namespace, newer)
                    .all()
                    .forEach(object -> api.merge(
                            api.resolve(object.apiVersion(), object.kind()).orElseThrow(),
                            object.name(),
                            CanonicalJson.read("{\"metadata\":{\"labels\":{\"somebody\":\"was-here\"}}}"),
                            OwnerFinder.BEFORE_FIRST_APPLY));
        }
        return namespace;
    }

    /** An address of its own for each test: the server gives each only once. */
    private static String withFreeAddress(String manifests) {
        int number = ADDRESSES.incrementAndGet();
        return manifests.replace("10.96.77.7", "10.96." + (100 + number / 250) + "." + (1 + number % 250));
    }

    /** Frees addresses as well: a namespace itself needs a controller to go. */
    private void delete(String namespace) {
        client().services().inNamespace(namespace).delete();
        client().namespaces().withName(namespace).delete();
    }

    /** Applies phase after phase, as the step does, until nothing is left. */
    static int applyToTheEnd(KubernetesClient client, String namespace, ManifestBundle target) {
        OwnerApplier applier = new OwnerApplier();
        ManifestOrder order = new ManifestOrder();
        int requests = 0;
        for (int round = 0; round < 6; round++) {
            LiveObjects live = new LiveReader().read(client, namespace, target);
            ApplyPlan plan = new ManifestComparison().compare(target, live, namespace);
            if (plan.complete()) {
                return requests;
            }
            for (Phase phase : Phase.values()) {
                for (ObjectPlan object : order.inPhase(plan, phase)) {
                    WriteOutcome outcome = applier.apply(client, namespace, object, plan.owner());
                    assertThat(outcome)
                            .as(object.key() + " " + object.action() + " " + object.reason())
                            .isInstanceOfAny(WriteOutcome.Written.class, WriteOutcome.InProgress.class);
                    if (outcome instanceof WriteOutcome.Written written) {
                        requests += written.requests();
                    }
                }
            }
            for (Removal removal : plan.removals()) {
                assertThat(new Pruner().delete(client, namespace, removal))
                        .isInstanceOfAny(WriteOutcome.Written.class, WriteOutcome.InProgress.class);
            }
            collectGarbage(client, namespace, plan);
        }
        ApplyPlan rest =
                new ManifestComparison().compare(target, new LiveReader().read(client, namespace, target), namespace);
        throw new AssertionError("Never ends: "
                + rest.objects().stream()
                        .filter(object -> object.action().writes())
                        .map(object -> object.key() + " " + object.reason())
                        .toList()
                + rest.removals());
    }

    /** Ends foreground deletions where no garbage collector runs: nothing has dependents there either. */
    private static void collectGarbage(KubernetesClient client, String namespace, ApplyPlan plan) {
        ObjectApi api = new ObjectApi(client, namespace);
        Stream.concat(
                        plan.removals().stream().map(Removal::live),
                        plan.objects().stream().flatMap(object -> object.replaces().stream()))
                .forEach(deleted -> {
                    ServedKind kind =
                            api.resolve(deleted.apiVersion(), deleted.kind()).orElseThrow();
                    api.get(kind, deleted.name())
                            .filter(LiveObject::terminating)
                            .ifPresent(object -> {
                                ObjectNode content = object.copy();
                                CanonicalJson.removePath(content, "metadata", "finalizers");
                                try {
                                    client.raw(
                                            kind.path(namespace) + "/" + object.name(),
                                            "PUT",
                                            CanonicalJson.write(content));
                                } catch (KubernetesClientException e) {
                                    // A garbage collector was faster.
                                    assertThat(e.getCode()).isIn(404, 409);
                                }
                            });
                });
    }

    /** Tells each field that differs, instead of two objects in full. */
    private static void assertSame(Map<ObjectKey, ObjectNode> actual, Map<ObjectKey, ObjectNode> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        List<String> differences = new ArrayList<>();
        actual.forEach((key, content) -> {
            Map<String, String> one = new TreeMap<>();
            Map<String, String> other = new TreeMap<>();
            fields("", content, one);
            fields("", expected.get(key), other);
            one.forEach((path, value) -> {
                if (!value.equals(other.get(path))) {
                    differences.add(key + path + " is " + value + " instead of " + other.get(path));
                }
            });
            other.forEach((path, value) -> {
                if (!one.containsKey(path)) {
                    differences.add(key + path + " is missing; it should be " + value);
                }
            });
        });
        assertThat(differences).isEmpty();
    }

    private static void fields(String path, JsonNode node, Map<String, String> into) {
        if (node.isObject() && !node.isEmpty()) {
            node.properties().forEach(entry -> fields(path + "." + entry.getKey(), entry.getValue(), into));
        } else if (node.isArray() && !node.isEmpty()) {
            for (int i = 0; i < node.size(); i++) {
                fields(path + "[" + i + "]", node.get(i), into);
            }
        } else {
            into.put(path, node.toString());
        }
    }

    private void judge(String namespace, ManifestBundle target) {
        ApplyPlan plan = new ManifestComparison().compare(target, live(namespace, target), namespace);
        for (ObjectPlan object : plan.objects()) {
            assertThat(new DryRunJudge(client()).judge(client(), namespace, object, plan.owner()))
                    .as(object.key().toString())
                    .isInstanceOfAny(Verdict.Accepted.class, Verdict.Unserved.class);
        }
    }

    private LiveObjects live(String namespace, ManifestBundle bundle) {
        return new LiveReader().read(client(), namespace, bundle);
    }

    /** Every object of the bundle without what differs by nature, the namespaces' names made the same. */
    private Map<ObjectKey, ObjectNode> state(String namespace, ManifestBundle bundle, String reference) {
        LiveObjects live = live(namespace, bundle);
        Map<ObjectKey, ObjectNode> result = new TreeMap<>();
        for (TargetObject target : bundle.objects()) {
            live.find(target.key()).ifPresent(object -> {
                ObjectNode content = object.copy();
                content.remove("status");
                ObjectNode metadata = (ObjectNode) content.get("metadata");
                metadata.remove(List.of(
                        "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"));
                JsonNode spec = content.path("spec");
                if (object.kind().equals("Service")) {
                    boolean headless = spec.path("clusterIP").asText("").equals("None");
                    ((ObjectNode) spec).remove("clusterIPs");
                    ((ObjectNode) spec).put("clusterIP", headless ? "None" : "allocated");
                    spec.path("ports").forEach(port -> ((ObjectNode) port).remove("nodePort"));
                }
                if (!target.content().path("spec").has("replicas") && spec instanceof ObjectNode node) {
                    node.remove("replicas");
                    if (metadata.path("annotations") instanceof ObjectNode annotations) {
                        annotations.remove(List.of(
                                "downgrade.sourcegraph.com/quiesced-by",
                                "downgrade.sourcegraph.com/original-replicas"));
                        if (annotations.isEmpty()) {
                            metadata.remove("annotations");
                        }
                    }
                }
                if (!keepsEmptyObjects()) {
                    spec.at("/template/spec/containers").forEach(container -> {
                        if (container.path("securityContext").isEmpty()) {
                            ((ObjectNode) container).remove("securityContext");
                        }
                    });
                }
                if (metadata.path("annotations") instanceof ObjectNode annotations) {
                    annotations.remove("deprecated.daemonset.template.generation");
                    if (annotations.has(LastApplied.ANNOTATION)) {
                        annotations.set(
                                LastApplied.ANNOTATION,
                                CanonicalJson.read(
                                        annotations.get(LastApplied.ANNOTATION).asText()));
                    }
                    if (annotations.isEmpty()) {
                        metadata.remove("annotations");
                    }
                }
                result.put(target.key(), (ObjectNode)
                        CanonicalJson.read(CanonicalJson.write(content).replace(namespace, reference)));
            });
        }
        return result;
    }

    private Map<ObjectKey, List<String>> managers(String namespace, ManifestBundle bundle) {
        LiveObjects live = live(namespace, bundle);
        Map<ObjectKey, List<String>> result = new TreeMap<>();
        bundle.objects().forEach(target -> live.find(target.key())
                .ifPresent(object -> result.put(
                        target.key(),
                        ManagedEntry.of(object).stream()
                                .map(ManagedEntry::manager)
                                .sorted()
                                .toList())));
        return result;
    }

    String namespace() {
        String name = "test-" + UUID.randomUUID().toString().substring(0, 8);
        client().namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        return name;
    }
}
