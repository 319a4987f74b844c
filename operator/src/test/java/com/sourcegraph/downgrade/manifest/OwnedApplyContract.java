package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an owner's instance looks like after older manifests were applied in its name: judged by the same manifests applied to an empty
 * namespace by the same owner. Run on every API server at hand.
 */
abstract class OwnedApplyContract {

    /** A connection to the API server under test. */
    abstract KubernetesClient client();

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
                result.add(Arguments.of(deployer, pair[0], pair[1]));
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
                                client.raw(
                                        kind.path(namespace) + "/" + object.name(),
                                        "PUT",
                                        CanonicalJson.write(content));
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
            assertThat(new DryRunJudge().judge(client(), namespace, object, plan.owner()))
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
