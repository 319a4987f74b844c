package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Target manifests for tests: of real releases, from the folder beside the project, and written out. */
final class RealManifests {

    static final ManifestSource SOURCE =
            new ManifestSource(ManifestSource.Kind.CONFIG_MAP, "target-manifests", List.of());

    private RealManifests() {}

    /** The text of a real release, {@code kustomize/4.5.1}; skips the test where the folder is absent. */
    static String text(String release) {
        String property = System.getProperty("manifests.dir");
        Path folder = Stream.of(property == null ? "../shared/manifests" : property, "../../shared/manifests")
                .map(Path::of)
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(Path.of("../shared/manifests"));
        Path file = folder.resolve(release + ".yaml");
        if (!Files.isRegularFile(file)) {
            System.out.println("Skipped: no real manifests at " + file);
        }
        assumeTrue(Files.isRegularFile(file), "no real manifests at " + file);
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A real release, for that namespace. */
    static ManifestBundle release(String release, String namespace) {
        return bundle(text(release).replace("namespace: ns-sourcegraph", "namespace: " + namespace));
    }

    static ManifestBundle bundle(String text) {
        ManifestReading reading = read(text);
        assertThat(reading).isInstanceOf(ManifestReading.Read.class);
        return ((ManifestReading.Read) reading).bundle();
    }

    static ManifestReading read(String text) {
        TreeMap<String, byte[]> data = new TreeMap<>();
        data.put("manifests.yaml", text.getBytes(StandardCharsets.UTF_8));
        return new ManifestReader().parse(SOURCE, data);
    }
}
