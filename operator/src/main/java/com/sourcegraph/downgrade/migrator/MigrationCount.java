package com.sourcegraph.downgrade.migrator;

/** Migrations of one schema in the current hop. */
public record MigrationCount(int done, int total) {}
