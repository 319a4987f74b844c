package com.sourcegraph.downgrade.manifest;

import java.util.List;

/** What came of reading the target manifests. A person can repair {@link Unreadable}; the next look reads them again. */
public sealed interface ManifestReading {

    /** All of it was read. */
    record Read(ManifestBundle bundle) implements ManifestReading {}

    /** Something was not: every problem found, at least one. */
    record Unreadable(List<ManifestProblem> problems) implements ManifestReading {

        public Unreadable {
            problems = List.copyOf(problems);
        }
    }
}
