package com.sourcegraph.downgrade.testkit.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes sample releases as files, so that images can be built under the names in them. */
public final class SampleMain {
    private SampleMain() {}

    /** Arguments: a folder, then releases; the file of each is {@code <release>.yaml}. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        for (int i = 1; i < arguments.length; i++) {
            Files.writeString(
                    folder.resolve(arguments[i] + ".yaml"),
                    SampleRelease.of(arguments[i]).full().yaml());
        }
    }
}
