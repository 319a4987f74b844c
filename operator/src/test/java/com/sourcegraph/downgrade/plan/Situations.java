package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Situations of a run that has just been accepted. */
public final class Situations {
    private static final Instant NOW = Instant.parse("2026-01-01T10:00:00Z");

    private Situations() {}

    /** Nothing is recorded yet, nothing has been looked at, and the run is the only one in its namespace. */
    public static Situation first(String namespace, SourcegraphDowngradeSpec spec) {
        return new Situation(
                new Run(namespace, "back", "uid", 1, "sha256:spec", NOW, false),
                spec,
                new Journal(Optional.empty()),
                Facts.of(new Queue(Optional.empty(), Set.of("uid"))),
                NOW);
    }
}
