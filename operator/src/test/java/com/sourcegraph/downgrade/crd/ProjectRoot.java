package com.sourcegraph.downgrade.crd;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds files that are no part of a module, wherever the tests are started. */
final class ProjectRoot {

    private ProjectRoot() {}

    /**
     * @param relative a path from the project's root
     * @return the same path from here
     */
    static Path resolve(Path relative) {
        Path here = Path.of("").toAbsolutePath();
        for (Path folder = here; folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("operator")) && Files.isDirectory(folder.resolve("testkit"))) {
                return folder.resolve(relative);
            }
        }
        throw new IllegalStateException(
                "The project's root, the folder with operator/ and testkit/, is not above " + here);
    }
}
