package com.sourcegraph.downgrade.testkit.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The real manifests, where the machine has them. */
final class Manifests {
    private Manifests() {}

    static Path folder() {
        String given = System.getProperty("manifests.dir");
        if (given != null) {
            return Path.of(given);
        }
        for (Path root = Path.of("").toAbsolutePath(); root != null; root = root.getParent()) {
            Path candidate = root.resolve("shared/manifests");
            if (Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        return Path.of("../shared/manifests");
    }

    static void assumeThere() {
        boolean there = Files.isDirectory(folder());
        if (!there) {
            System.out.println("skipped: no real manifests in " + folder() + " (set -Dmanifests.dir)");
        }
        Assumptions.assumeTrue(there, "no real manifests");
    }

    /** All release files; a name that does not exist where the folder is missing, so that the test shows as skipped. */
    static List<Path> releases() {
        List<Path> found = new ArrayList<>();
        for (String flavour : List.of("kustomize", "legacy")) {
            Path folder = folder().resolve(flavour);
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".yaml")).sorted().forEach(found::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found.isEmpty() ? List.of(Path.of("missing")) : found;
    }

    /** The objects of a release that a real API server of today serves. */
    static List<HasMetadata> objects(Path release, KubernetesClient client) {
        List<HasMetadata> result = new ArrayList<>();
        for (ObjectNode document : documents(release)) {
            result.add(client.getKubernetesSerialization().convertValue(document, HasMetadata.class));
        }
        return result;
    }

    static List<ObjectNode> documents(Path release) {
        YAMLMapper yaml = new YAMLMapper();
        List<ObjectNode> result = new ArrayList<>();
        try (var documents = yaml.readerFor(ObjectNode.class).<ObjectNode>readValues(release.toFile())) {
            while (documents.hasNextValue()) {
                ObjectNode document = documents.nextValue();
                if (document != null && !document.path("kind").asText().equals("PodSecurityPolicy")) {
                    result.add(document);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return result;
    }
}
