package com.sourcegraph.downgrade.testkit.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The manifests of real releases, where they are at hand. They are not part of the project: a folder beside it has them
 * ({@code ../shared/manifests}, or the system property {@code manifests.dir}), and tests that need them say so where it is
 * absent.
 */
public final class RealReleases {

    private final Path folder;

    public RealReleases() {
        String named = System.getProperty("manifests.dir");
        folder = named != null ? Path.of(named) : beside(Path.of("").toAbsolutePath());
    }

    /** The release's manifests, such as {@code kustomize}, {@code 5.0.6}. */
    public Optional<ReleaseManifests> find(String flavour, String release) {
        Path file = folder.resolve(flavour).resolve(release + ".yaml");
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ReleaseManifests.parse(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Maven runs a module's tests in the module's folder, an IDE often in the project's. */
    private static Path beside(Path here) {
        for (Path at = here; at != null; at = at.getParent()) {
            Path candidate = at.resolve("shared").resolve("manifests");
            if (Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        return here.resolve("../shared/manifests");
    }
}
