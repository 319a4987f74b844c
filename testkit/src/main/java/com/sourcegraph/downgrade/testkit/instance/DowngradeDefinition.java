package com.sourcegraph.downgrade.testkit.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The definition of the product's resource as it is committed, found from the project's root and from a module of it. */
public final class DowngradeDefinition {

    private static final Path FILE = Path.of("crds", "sourcegraphdowngrades.downgrade.sourcegraph.com.yaml");

    private DowngradeDefinition() {}

    public static String yaml() {
        try {
            return Files.readString(Files.exists(FILE) ? FILE : Path.of("..").resolve(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
