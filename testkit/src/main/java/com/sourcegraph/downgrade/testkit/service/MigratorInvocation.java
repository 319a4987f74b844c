package com.sourcegraph.downgrade.testkit.service;

import java.util.List;

/** One start of a migrator's container. */
public record MigratorInvocation(String podName, String image, List<String> arguments) {
    public MigratorInvocation {
        arguments = List.copyOf(arguments);
    }

    /** Whether it is one that changes the schema downwards. */
    public boolean isDowngrade() {
        return !arguments.isEmpty()
                && arguments.get(0).equals("downgrade")
                && arguments.stream().noneMatch(argument -> argument.matches("--?dry-run(=true)?"));
    }
}
