package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What lives after an owner applied manifests to an empty namespace, without a server: for tests of pure code. */
final class LiveInstance {

    private static final KindCatalog CATALOG = new KindCatalog();

    private LiveInstance() {}

    /** Every namespaced object that a cluster serves, as applied by that deployer. */
    static LiveObjects of(ManifestBundle bundle, Deployer deployer) {
        return LiveObjects.of(bundle.objects().stream()
                .filter(target -> CATALOG.find(target.apiVersion(), target.kind())
                        .filter(ServedKind::namespaced)
                        .isPresent())
                .map(target -> applied(target, deployer, live -> {}))
                .toList());
    }

    /** One object as applied by that deployer and then changed without anybody owning the change. */
    static LiveObject applied(TargetObject target, Deployer deployer, Consumer<ObjectNode> change) {
        ObjectNode configuration = target.copy();
        configuration.withObjectProperty("metadata").put("namespace", "sourcegraph");
        ObjectNode content =
                CanonicalJson.dropNulls(deployer.create(configuration).deepCopy());
        ObjectNode fields = fields(content);
        fields.remove(List.of("f:apiVersion", "f:kind"));
        ((ObjectNode) fields.get("f:metadata")).remove(List.of("f:name", "f:namespace"));
        ObjectNode metadata = content.withObjectProperty("metadata");
        metadata.put("uid", "uid-of-" + target.name()).put("resourceVersion", "1");
        entry(
                metadata,
                deployer.manager(),
                deployer == Deployer.SERVER_SIDE ? "Apply" : "Update",
                target.apiVersion(),
                fields);
        change.accept(content);
        return new LiveObject(target.apiVersion(), content);
    }

    static void entry(ObjectNode metadata, String manager, String operation, String apiVersion, JsonNode fields) {
        metadata.withArrayProperty("managedFields")
                .addObject()
                .put("manager", manager)
                .put("operation", operation)
                .put("apiVersion", apiVersion)
                .put("time", "2026-01-01T00:00:00Z")
                .put("fieldsType", "FieldsV1")
                .set("fieldsV1", fields);
    }

    private static ObjectNode fields(JsonNode content) {
        ObjectNode result = CanonicalJson.MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> entry : content.properties()) {
            JsonNode value = entry.getValue();
            String key = "f:" + entry.getKey();
            if (value.isObject()) {
                result.set(key, fields(value));
            } else if (value instanceof ArrayNode list
                    && mergeKey(entry.getKey(), list).isPresent()) {
                ObjectNode elements = result.putObject(key);
                String name = mergeKey(entry.getKey(), list).get();
                for (JsonNode element : list) {
                    ObjectNode keys = CanonicalJson.MAPPER.createObjectNode();
                    keys.set(name, element.get(name));
                    elements.set(
                            "k:" + CanonicalJson.write(keys), fields(element).put(".", ""));
                    ((ObjectNode) elements.get("k:" + CanonicalJson.write(keys))).putObject(".");
                }
            } else {
                result.putObject(key);
            }
        }
        return result;
    }

    private static Optional<String> mergeKey(String field, ArrayNode list) {
        return switch (field) {
            case "containers", "initContainers", "env", "volumes" -> Optional.of("name");
            case "volumeMounts" -> Optional.of("mountPath");
            case "ports" ->
                list.path(0).has("containerPort")
                        ? Optional.of("containerPort")
                        : list.path(0).has("port") ? Optional.of("port") : Optional.empty();
            default -> Optional.empty();
        };
    }
}
