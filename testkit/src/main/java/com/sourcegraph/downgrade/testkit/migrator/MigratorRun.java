package com.sourcegraph.downgrade.testkit.migrator;

import java.util.Map;

/** What all parts of one run share. */
record MigratorRun(
        MigratorSettings settings,
        MigratorTraits traits,
        Map<String, String> environment,
        MigratorProcess process,
        FaultInjector faults,
        Output output,
        StructuredLog log) {}
