package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Server-side printing: objects as a {@code Table}, for clients that ask for one. */
final class TablePrinter {
    /** One column. */
    record Column(String name, String type, int priority, String description, Function<JsonNode, JsonNode> cell) {
        Column(String name, String type, int priority, Function<JsonNode, JsonNode> cell) {
            this(name, type, priority, "", cell);
        }
    }

    private static final String NAME =
            "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a"
                    + " client to request the generation of an appropriate name automatically. Name is primarily intended for"
                    + " creation idempotence and configuration definition. Cannot be updated. More info:"
                    + " https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";

    private final CustomResources customResources;
    private final BuiltInColumns builtIn;
    private final Clock clock;

    TablePrinter(CustomResources customResources, Clock clock) {
        this.customResources = customResources;
        this.clock = clock;
        this.builtIn = new BuiltInColumns(clock);
    }

    boolean wanted(ApiRequest request) {
        return request.header("accept").contains("as=Table");
    }

    /** The table of these objects; each row carries as much of its object as the client asks for. */
    ObjectNode table(ResourceType resource, List<ObjectNode> objects, ApiRequest request, String resourceVersion) {
        List<Column> columns = columns(resource);
        ObjectNode table = Nodes.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        ObjectNode metadata = table.putObject("metadata");
        if (resourceVersion != null) {
            metadata.put("resourceVersion", resourceVersion);
        }
        ArrayNode definitions = table.putArray("columnDefinitions");
        for (Column column : columns) {
            definitions
                    .addObject()
                    .put("name", column.name())
                    .put("type", column.type())
                    .put("format", column.name().equals("Name") ? "name" : "")
                    .put("description", column.description())
                    .put("priority", column.priority());
        }
        String include = request.query().getOrDefault("includeObject", "Metadata");
        ArrayNode rows = table.putArray("rows");
        for (ObjectNode object : objects) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            columns.forEach(column -> cells.add(column.cell().apply(object)));
            if (include.equals("None")) {
                row.putNull("object");
            } else if (include.equals("Object")) {
                row.set("object", object);
            } else if (include.equals("Metadata")) {
                ObjectNode partial = row.putObject("object")
                        .put("kind", "PartialObjectMetadata")
                        .put("apiVersion", "meta.k8s.io/v1");
                partial.set("metadata", object.get("metadata"));
            }
        }
        return table;
    }

    private List<Column> columns(ResourceType resource) {
        if (!resource.custom()) {
            return builtIn.of(resource.kind());
        }
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("Name", "string", 0, NAME, BuiltInColumns.path(".metadata.name")));
        JsonNode declared = Nodes.at(customResources.versionOf(resource), "additionalPrinterColumns");
        if (declared == null) {
            columns.add(builtIn.age());
            return columns;
        }
        for (JsonNode column : declared) {
            String type = Nodes.text(column, "type");
            Function<JsonNode, JsonNode> value = BuiltInColumns.path(Nodes.text(column, "jsonPath"));
            columns.add(new Column(
                    Nodes.text(column, "name"),
                    type,
                    Nodes.count(column, 0, "priority"),
                    Nodes.at(column, "description") == null
                            ? "Custom resource definition column (in JSONPath format): "
                                    + Nodes.text(column, "jsonPath")
                            : Nodes.text(column, "description"),
                    type.equals("date") ? object -> Ages.of(value.apply(object), clock.instant()) : value));
        }
        return columns;
    }
}
