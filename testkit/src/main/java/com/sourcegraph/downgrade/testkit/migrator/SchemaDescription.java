package com.sourcegraph.downgrade.testkit.migrator;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a schema consists of, read from the catalog: each object under a key by which it is told from others, with its
 * definition. The order of columns and the table {@code migration_logs} do not count.
 */
record SchemaDescription(Map<ObjectKey, String> definitions) {
    /** The kinds of objects, in the order in which findings are listed. */
    enum Kind {
        EXTENSION,
        ENUM,
        FUNCTION,
        SEQUENCE,
        TABLE,
        COLUMN,
        INDEX,
        CONSTRAINT,
        TRIGGER,
        VIEW
    }

    /** An object; {@code table} is empty for those that belong to none. */
    record ObjectKey(Kind kind, String table, String name) implements Comparable<ObjectKey> {
        @Override
        public int compareTo(ObjectKey other) {
            int byKind = kind.compareTo(other.kind);
            int byTable = byKind != 0 ? byKind : table.compareTo(other.table);
            return byTable != 0 ? byTable : name.compareTo(other.name);
        }

        /** As findings name it: {@code index "repo"."repo_name_unique"}. */
        String describe() {
            String label = kind.name().toLowerCase(Locale.ROOT);
            return table.isEmpty() ? label + " \"" + name + "\"" : label + " \"" + table + "\".\"" + name + "\"";
        }
    }

    private static final String QUERY = """
            WITH s AS (SELECT oid FROM pg_namespace WHERE nspname = ?)
            SELECT 'ENUM', '', t.typname::text, string_agg(e.enumlabel::text, ', ' ORDER BY e.enumsortorder)
            FROM pg_type t JOIN s ON t.typnamespace = s.oid JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.typname
            UNION ALL
            SELECT 'FUNCTION', '', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
                pg_get_functiondef(p.oid)
            FROM pg_proc p JOIN s ON p.pronamespace = s.oid
            WHERE p.prokind = 'f' AND NOT EXISTS (SELECT FROM pg_depend d
                WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
            UNION ALL
            SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, '', c.relname::text, ''
            FROM pg_class c JOIN s ON c.relnamespace = s.oid WHERE c.relkind IN ('S', 'r')
            UNION ALL
            SELECT 'VIEW', '', c.relname::text, pg_get_viewdef(c.oid)
            FROM pg_class c JOIN s ON c.relnamespace = s.oid WHERE c.relkind = 'v' AND NOT EXISTS (SELECT FROM pg_depend d
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            UNION ALL
            SELECT 'COLUMN', c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod)
                || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
                || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
            FROM pg_class c JOIN s ON c.relnamespace = s.oid JOIN pg_attribute a ON a.attrelid = c.oid
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL
            SELECT 'INDEX', c.relname::text, i.relname::text, pg_get_indexdef(i.oid)
            FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
            JOIN s ON c.relnamespace = s.oid
            WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u', 'x'))
            UNION ALL
            SELECT 'CONSTRAINT', c.relname::text, k.conname::text, pg_get_constraintdef(k.oid)
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN s ON c.relnamespace = s.oid
            UNION ALL
            SELECT 'TRIGGER', c.relname::text, g.tgname::text, pg_get_triggerdef(g.oid)
            FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN s ON c.relnamespace = s.oid
            WHERE NOT g.tgisinternal
            """;

    /** Reads it from the catalog schema of that name; definitions then name {@code public} instead. */
    static SchemaDescription read(Connection connection, String catalogSchema) throws SQLException {
        Map<ObjectKey, String> definitions = new TreeMap<>();
        try (PreparedStatement query = connection.prepareStatement(QUERY)) {
            query.setString(1, catalogSchema);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    ObjectKey key =
                            new ObjectKey(Kind.valueOf(rows.getString(1)), rows.getString(2), rows.getString(3));
                    if (!key.table().equals("migration_logs") && !key.name().startsWith("migration_logs")) {
                        definitions.put(key, rows.getString(4).replace(catalogSchema + ".", "public."));
                    }
                }
            }
        }
        return new SchemaDescription(definitions);
    }

    /** The names of the extensions of a database beside the one that every database has. */
    static Set<String> extensions(Connection connection) throws SQLException {
        Set<String> names = new TreeSet<>();
        try (PreparedStatement query =
                        connection.prepareStatement("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'");
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    SchemaDescription withExtensions(Set<String> names) {
        Map<ObjectKey, String> all = new TreeMap<>(definitions);
        names.forEach(name -> all.put(new ObjectKey(Kind.EXTENSION, "", name), ""));
        return new SchemaDescription(all);
    }
}
