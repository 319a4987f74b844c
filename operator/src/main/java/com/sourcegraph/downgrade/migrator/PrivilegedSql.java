package com.sourcegraph.downgrade.migrator;

/** SQL that needs a superuser; the migrator left it out and asks for it to be applied after the downgrade. */
public record PrivilegedSql(String schema, String sql) {}
