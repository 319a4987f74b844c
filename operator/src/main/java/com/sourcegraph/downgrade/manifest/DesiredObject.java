package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sourcegraph.downgrade.manifest.InstanceOwner.Style;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A target object as it is to be in the namespace: with the namespace, its owner's marks and, for client-side apply, the record of what
 * was applied last.
 *
 * @param owner who applied it, or in whose name it is created
 * @param configuration what the owner would apply
 * @param content what is sent: the configuration and, where the owner keeps one, the record of it
 */
record DesiredObject(Owner owner, ObjectNode configuration, ObjectNode content) {

    /** Builds the desired objects of one namespace. Pure. */
    static final class Factory {

        private static final Pattern LINE_BREAKS = Pattern.compile("[\\r\\n]");

        private final OwnerFinder owners = new OwnerFinder();
        private final OwnerMarks marks = new OwnerMarks();
        private final String namespace;
        private final InstanceOwner instance;

        Factory(String namespace, InstanceOwner instance) {
            this.namespace = namespace;
            this.instance = instance;
        }

        DesiredObject of(TargetObject target, Optional<LiveObject> live) {
            Owner owner =
                    live.flatMap(owners::find).orElseGet(() -> new Owner(instance.manager(), instance.style(), false));
            ObjectNode configuration = target.copy();
            configuration.withObjectProperty("metadata").put("namespace", namespace);
            if (live.isPresent()) {
                marks.add(configuration, marks.annotations(live.get()), marks.labels(live.get()));
            } else {
                marks.add(
                        configuration,
                        marks.annotationsFor(instance.annotations(), target.key(), namespace),
                        instance.labels());
            }
            ObjectNode content = CanonicalJson.dropNulls(configuration.deepCopy());
            encodeStringData(content);
            unwrapBytes(content);
            if (owner.style() == Style.CLIENT_SIDE_APPLY) {
                content.withObjectProperty("metadata")
                        .withObjectProperty("annotations")
                        .put(LastApplied.ANNOTATION, LastApplied.write(configuration));
            }
            return new DesiredObject(owner, configuration, content);
        }

        /** {@code stringData} can only be written; with server-side apply its fields would be owned and never be seen again. */
        private static void encodeStringData(ObjectNode content) {
            if (content.path("kind").asText().equals("Secret")
                    && content.remove("stringData") instanceof ObjectNode strings) {
                ObjectNode data = content.withObjectProperty("data");
                for (Map.Entry<String, JsonNode> entry : strings.properties()) {
                    byte[] bytes = entry.getValue().asText().getBytes(StandardCharsets.UTF_8);
                    data.put(entry.getKey(), Base64.getEncoder().encodeToString(bytes));
                }
            }
        }

        /** Kustomize's generators wrap long base64; the API server keeps it in one line, and would differ from that for ever. */
        private static void unwrapBytes(ObjectNode content) {
            String field =
                    switch (content.path("kind").asText()) {
                        case "Secret" -> "data";
                        case "ConfigMap" -> "binaryData";
                        default -> "";
                    };
            if (content.path("apiVersion").asText().equals("v1") && content.get(field) instanceof ObjectNode values) {
                for (Map.Entry<String, JsonNode> entry : values.properties()) {
                    if (entry.getValue().isTextual()) {
                        entry.setValue(TextNode.valueOf(oneLine(entry.getValue().asText())));
                    }
                }
            }
        }

        /** As the API server writes those bytes; what it would refuse is left for it to refuse. */
        private static String oneLine(String base64) {
            String line = LINE_BREAKS.matcher(base64).replaceAll("");
            if (line.length() % 4 != 0) {
                return line;
            }
            try {
                return Base64.getEncoder().encodeToString(Base64.getDecoder().decode(line));
            } catch (IllegalArgumentException noBase64) {
                return line;
            }
        }
    }
}
