package com.sourcegraph.downgrade.testkit.service;

import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The services that connect to databases, each under its image's base name as application name. */
enum ConnectedService {
    FRONTEND("frontend", Set.of(3080), SchemaName.FRONTEND, SchemaName.CODEINTEL, SchemaName.CODEINSIGHTS),
    WORKER("worker", Set.of(3189, 6996), SchemaName.FRONTEND, SchemaName.CODEINTEL, SchemaName.CODEINSIGHTS),
    GITSERVER("gitserver", Set.of(3178), SchemaName.FRONTEND),
    REPO_UPDATER("repo-updater", Set.of(3182), SchemaName.FRONTEND),
    PRECISE_CODE_INTEL_WORKER("precise-code-intel-worker", Set.of(3188), SchemaName.FRONTEND, SchemaName.CODEINTEL),
    SYNTACTIC_CODE_INTEL_WORKER("syntactic-code-intel-worker", Set.of(3188), SchemaName.FRONTEND, SchemaName.CODEINTEL),
    SYMBOLS("symbols", Set.of(3184), SchemaName.FRONTEND),
    SEARCHER("searcher", Set.of(3181), SchemaName.FRONTEND),
    EMBEDDINGS("embeddings", Set.of(9991), SchemaName.FRONTEND);

    /** Upstream states in March 2024 that searcher does not connect; from 6.4 it holds what was symbols. */
    private static final Release SEARCHER_DISCONNECTED = Release.minor(5, 4);

    private static final Release SEARCHER_RECONNECTED = Release.minor(6, 4);

    private final String imageBase;
    private final Set<Integer> ports;
    private final Set<SchemaName> schemas;

    ConnectedService(String imageBase, Set<Integer> ports, SchemaName first, SchemaName... others) {
        this.imageBase = imageBase;
        this.ports = ports;
        this.schemas = EnumSet.of(first, others);
    }

    static Optional<ConnectedService> ofImage(String base) {
        for (ConnectedService service : values()) {
            if (service.imageBase.equals(base)) {
                return Optional.of(service);
            }
        }
        return Optional.empty();
    }

    String applicationName() {
        return imageBase;
    }

    /** The ports that its manifests name, beside that for debugging and the internal API. */
    Set<Integer> ports() {
        return ports;
    }

    /** The databases that it connects to at a release and under an environment. */
    Set<SchemaName> schemas(Release release, Map<String, String> environment) {
        if (this == SEARCHER && release.isAtLeast(SEARCHER_DISCONNECTED) && release.isBefore(SEARCHER_RECONNECTED)) {
            return Set.of();
        }
        if ((this == SYMBOLS || this == SEARCHER) && "true".equals(environment.get("USE_ROCKSKIP"))) {
            return EnumSet.of(SchemaName.FRONTEND, SchemaName.CODEINTEL);
        }
        return schemas;
    }
}
