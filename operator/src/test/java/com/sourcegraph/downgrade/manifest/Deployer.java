package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Applies manifests as an instance's owner does: the one whose next apply has to work after a downgrade. */
enum Deployer {
    /** {@code kubectl apply}: creates; later sends the difference of three: last applied, live and new. */
    KUBECTL_CLIENT_SIDE("kubectl-client-side-apply") {
        @Override
        ObjectNode create(ObjectNode configuration) {
            ObjectNode created = configuration.deepCopy();
            record(created, configuration);
            return created;
        }

        @Override
        Optional<ObjectNode> change(ObjectNode live, ObjectNode before, ObjectNode configuration) {
            ObjectNode last = (ObjectNode) CanonicalJson.read(live.path("metadata")
                    .path("annotations")
                    .path(LastApplied.ANNOTATION)
                    .asText());
            ObjectNode changed = live.deepCopy();
            threeWay(changed, last, configuration);
            record(changed, configuration);
            return Optional.of(changed);
        }
    },
    /** Helm 3: creates; later sends the difference of three: the manifest of the release before, live and new. */
    HELM("helm") {
        @Override
        ObjectNode create(ObjectNode configuration) {
            ObjectNode created = configuration.deepCopy();
            created.withObjectProperty("metadata")
                    .withObjectProperty("annotations")
                    .put("meta.helm.sh/release-name", "sourcegraph")
                    .put("meta.helm.sh/release-namespace", "somewhere");
            return created;
        }

        @Override
        Optional<ObjectNode> change(ObjectNode live, ObjectNode before, ObjectNode configuration) {
            ObjectNode changed = live.deepCopy();
            threeWay(changed, before, configuration);
            return Optional.of(changed);
        }
    },
    /** Server-side apply, as Argo CD and Flux do. */
    SERVER_SIDE("argocd-controller") {
        @Override
        ObjectNode create(ObjectNode configuration) {
            return configuration;
        }

        @Override
        Optional<ObjectNode> change(ObjectNode live, ObjectNode before, ObjectNode configuration) {
            return Optional.empty();
        }
    };

    private final String manager;

    Deployer(String manager) {
        this.manager = manager;
    }

    String manager() {
        return manager;
    }

    abstract ObjectNode create(ObjectNode configuration);

    /** The object that replaces the live one; empty where the server computes it. */
    abstract Optional<ObjectNode> change(ObjectNode live, ObjectNode before, ObjectNode configuration);

    /**
     * Applies every namespaced object that the cluster serves.
     *
     * @param before the release that this deployer believes to be there; Helm keeps it in its release Secret
     */
    void apply(KubernetesClient client, String namespace, Optional<ManifestBundle> before, ManifestBundle bundle) {
        ObjectApi api = new ObjectApi(client, namespace);
        for (TargetObject target : bundle.objects()) {
            Optional<ServedKind> kind = api.resolve(target.apiVersion(), target.kind());
            if (kind.isEmpty() || !kind.get().namespaced()) {
                continue;
            }
            ObjectNode configuration = target.copy();
            configuration.withObjectProperty("metadata").put("namespace", namespace);
            Optional<LiveObject> live = api.get(kind.get(), target.name());
            if (this == SERVER_SIDE) {
                api.apply(kind.get(), configuration, manager);
            } else if (live.isEmpty()) {
                api.create(kind.get(), create(configuration), manager);
            } else {
                ObjectNode old = before.flatMap(bundleBefore -> bundleBefore.find(target.key()))
                        .map(TargetObject::copy)
                        .orElse(configuration);
                ObjectNode changed =
                        change(live.get().copy(), old, configuration).orElseThrow();
                changed.withObjectProperty("metadata").remove(List.of("managedFields", "resourceVersion"));
                client.raw(
                        kind.get().path(namespace) + "/" + target.name() + "?fieldManager=" + manager,
                        "PUT",
                        CanonicalJson.write(changed));
            }
        }
    }

    private static void record(ObjectNode object, ObjectNode configuration) {
        object.withObjectProperty("metadata")
                .withObjectProperty("annotations")
                .put(LastApplied.ANNOTATION, LastApplied.write(configuration));
    }

    /** Removes from the live object what was applied last and is not wanted any more, and sets what is wanted. */
    private static void threeWay(ObjectNode live, JsonNode last, JsonNode wanted) {
        for (Map.Entry<String, JsonNode> entry : last.properties()) {
            if (!wanted.has(entry.getKey())) {
                live.remove(entry.getKey());
            }
        }
        for (Map.Entry<String, JsonNode> entry : wanted.properties()) {
            String name = entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isObject() && live.get(name) instanceof ObjectNode liveChild) {
                threeWay(liveChild, last.path(name), value);
            } else if (value.isArray() && live.get(name) instanceof ArrayNode liveList && key(name, value) != null) {
                live.set(name, merge(liveList, last.path(name), value, key(name, value)));
            } else {
                live.set(name, value.deepCopy());
            }
        }
    }

    private static ArrayNode merge(ArrayNode live, JsonNode last, JsonNode wanted, String key) {
        List<JsonNode> result = new ArrayList<>();
        for (JsonNode element : wanted) {
            JsonNode present = find(live, key, element.path(key));
            if (present instanceof ObjectNode object) {
                JsonNode lastElement = find(last, key, element.path(key));
                threeWay(object, lastElement, element);
                result.add(object);
            } else {
                result.add(element.deepCopy());
            }
        }
        for (Iterator<JsonNode> rest = live.iterator(); rest.hasNext(); ) {
            JsonNode element = rest.next();
            boolean wantedToo = find(wanted, key, element.path(key)).isObject();
            boolean applied = find(last, key, element.path(key)).isObject();
            if (!wantedToo && !applied) {
                result.add(element);
            }
        }
        return CanonicalJson.MAPPER.createArrayNode().addAll(result);
    }

    private static JsonNode find(JsonNode list, String key, JsonNode value) {
        for (JsonNode candidate : list) {
            if (candidate.path(key).equals(value)) {
                return candidate;
            }
        }
        return CanonicalJson.MAPPER.missingNode();
    }

    /** The merge key of a list, as the API types declare it for strategic merge patches; null where it is replaced whole. */
    private static String key(String field, JsonNode list) {
        return switch (field) {
            case "containers", "initContainers", "env", "volumes", "imagePullSecrets" -> "name";
            case "volumeMounts" -> "mountPath";
            case "ports" ->
                list.path(0).has("containerPort")
                        ? "containerPort"
                        : list.path(0).has("port") ? "port" : null;
            default -> null;
        };
    }

    /** Scales a workload as the quiesce step does. */
    static void quiesce(KubernetesClient client, String namespace, LiveObject workload) {
        ObjectNode patch = CanonicalJson.MAPPER.createObjectNode();
        patch.withObjectProperty("metadata")
                .withObjectProperty("annotations")
                .put("downgrade.sourcegraph.com/quiesced-by", "run-1")
                .put(
                        "downgrade.sourcegraph.com/original-replicas",
                        workload.content().path("spec").path("replicas").asText("1"));
        patch.withObjectProperty("spec").put("replicas", 0);
        PatchContext context = PatchContext.of(PatchType.JSON_MERGE);
        context.setFieldManager(OwnerApplier.FIELD_MANAGER);
        GenericKubernetesResource item = new GenericKubernetesResource();
        item.setApiVersion(workload.apiVersion());
        item.setKind(workload.kind());
        item.setMetadata(new ObjectMetaBuilder()
                .withName(workload.name())
                .withNamespace(namespace)
                .build());
        client.genericKubernetesResources(new KindCatalog()
                        .find(workload.apiVersion(), workload.kind())
                        .orElseThrow()
                        .context())
                .inNamespace(namespace)
                .resource(item)
                .patch(context, CanonicalJson.write(patch));
    }
}
