package com.sourcegraph.downgrade.status;

import com.sourcegraph.downgrade.api.Strategy;

/** Names of enums as the resource writes them. */
final class Names {

    private Names() {}

    static String of(Strategy strategy) {
        return switch (strategy) {
            case AUTO -> "Auto";
            case MANIFESTS -> "Manifests";
            case MIGRATOR -> "Migrator";
        };
    }
}
