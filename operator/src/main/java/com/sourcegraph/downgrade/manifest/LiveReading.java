package com.sourcegraph.downgrade.manifest;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;

/** What came of reading what lives. Half a picture is none: what could not be read would pass for what does not exist. */
public sealed interface LiveReading {

    /** All of it was read. */
    record Seen(LiveObjects objects) implements LiveReading {}

    /**
     * The operator may not read some kinds that the target manifests hold beside those that every release consists of.
     *
     * @param problems each such kind, for a person who can grant the right
     * @param refusal the API server's first refusal
     */
    record Forbidden(List<ManifestProblem> problems, KubernetesClientException refusal) implements LiveReading {

        public Forbidden {
            problems = List.copyOf(problems);
        }
    }

    /** What lives, where all of it must be known. */
    default LiveObjects orElseThrow() {
        if (this instanceof Forbidden forbidden) {
            throw forbidden.refusal();
        }
        return ((Seen) this).objects();
    }
}
