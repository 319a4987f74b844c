package com.sourcegraph.downgrade.migrator;

/** @param evidence what was seen, for people: redacted and bounded */
public record MigratorFailure(FailureClass failureClass, String evidence) {}
