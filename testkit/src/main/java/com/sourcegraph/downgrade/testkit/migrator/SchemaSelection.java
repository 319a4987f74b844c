package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What {@code --db} names: schemas, late also by their container's names, or all. */
final class SchemaSelection {
    private SchemaSelection() {}

    static SchemaName one(String text, Output output) {
        SchemaName schema =
                SchemaName.parse(text).orElseThrow(() -> new MigratorError("unknown schema \"" + text + "\""));
        if (!schema.label().equals(text)) {
            output.info(
                    "Translating container service name \"" + text + "\" to schema name \"" + schema.label() + "\"");
        }
        return schema;
    }

    static Set<SchemaName> several(List<String> texts, Output output) {
        if (texts.isEmpty() || texts.contains("all")) {
            return EnumSet.allOf(SchemaName.class);
        }
        EnumSet<SchemaName> schemas = EnumSet.noneOf(SchemaName.class);
        texts.forEach(text -> schemas.add(one(text, output)));
        return schemas;
    }
}
