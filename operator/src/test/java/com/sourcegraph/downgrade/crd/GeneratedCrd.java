package com.sourcegraph.downgrade.crd;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;

/** The CustomResourceDefinition as it follows from the Java model: the same model gives the same bytes. */
final class GeneratedCrd {

    /** Where it is committed, from the project's root. */
    static final Path FILE = Path.of("crds", "sourcegraphdowngrades.downgrade.sourcegraph.com.yaml");

    /** The chart's copy: Helm reads nothing outside its folder. */
    static final Path IN_CHART =
            Path.of("helm", "sourcegraph-downgrade-operator", "files").resolve(FILE.getFileName());

    private static final String HEADER = """
            # Generated from the Java model in operator/src/main/java/com/sourcegraph/downgrade/api; do not edit.
            # Rewrite it with: %s
            """.formatted(CrdTest.WRITE_COMMAND);

    private final ObjectMapper json = new ObjectMapper();
    private final ObjectMapper yaml = new ObjectMapper(YAMLFactory.builder()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build());

    /** @return the definition with everything that {@link CrdFinish} adds */
    ObjectNode tree() {
        Capture capture = new Capture();
        new CRDGenerator()
                .customResourceClasses(SourcegraphDowngrade.class)
                .forCRDVersions("v1")
                .withPostProcessor(capture)
                .withOutput(new Nowhere())
                .generate();
        ObjectNode crd = json.valueToTree(capture.definition);
        new CrdFinish().finish(crd);
        return crd;
    }

    /** @return the text of the committed file */
    String text() {
        try {
            return HEADER + yaml.writeValueAsString(tree());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Capture implements CRDPostProcessor {
        private HasMetadata definition;

        @Override
        public HasMetadata process(HasMetadata crd, String crdSpecVersion) {
            definition = crd;
            return crd;
        }
    }

    /** The generator's own YAML is not used: its numbers are 1.0 and its columns are sorted by path. */
    private static final class Nowhere implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {
        @Override
        public ByteArrayOutputStream outputFor(String crdName) {
            return new ByteArrayOutputStream();
        }

        @Override
        public URI crdURI(String crdName) {
            // only reported; nothing is written there, but the generator accepts no other scheme than file
            return Path.of(crdName).toUri();
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
