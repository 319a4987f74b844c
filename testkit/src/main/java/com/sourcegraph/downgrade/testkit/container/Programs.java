package com.sourcegraph.downgrade.testkit.container;

import java.util.Optional;

/**
 * Chooses the program of an image. Empty means: the container becomes ready at once and stops at once on SIGTERM; as an
 * init container it ends at once with exit code 0.
 */
@FunctionalInterface
public interface Programs {
    Optional<Program> forContainer(String image, String containerName);
}
