package com.sourcegraph.downgrade.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file of the corpus: a resource, or a resource and its update, and what an API server says to it.
 *
 * @param name the file's name
 * @param create the resource as it is created
 * @param update what replaces it; empty where the creation is what is judged
 * @param refusals each error that the user reads; empty where all is accepted
 */
record CorpusCase(String name, ObjectNode create, Optional<ObjectNode> update, List<String> refusals) {

    private static final Path FOLDER =
            Path.of("operator", "src", "test", "resources", "com", "sourcegraph", "downgrade", "crd", "corpus");
    private static final String REFUSED = "# refused: ";

    /** The server's own remark beside errors of the schema. */
    private static final String REMARK = "some validation rules were not checked because the object was invalid; "
            + "correct the existing errors to complete validation";

    static List<CorpusCase> valid() {
        return read("valid");
    }

    static List<CorpusCase> invalid() {
        return read("invalid");
    }

    private static List<CorpusCase> read(String folder) {
        try (Stream<Path> files = Files.list(ProjectRoot.resolve(FOLDER.resolve(folder)))) {
            return files.sorted().map(CorpusCase::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static CorpusCase read(Path file) {
        try (MappingIterator<ObjectNode> documents =
                new YAMLMapper().readerFor(ObjectNode.class).readValues(file.toFile())) {
            List<ObjectNode> all = documents.readAll();
            List<String> refusals = Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(REFUSED))
                    .map(line -> line.substring(REFUSED.length()))
                    .toList();
            assertThat(all).as(file.toString()).hasSizeBetween(1, 2);
            return new CorpusCase(
                    file.getFileName().toString(),
                    all.get(0),
                    all.size() == 2 ? Optional.of(all.get(1)) : Optional.empty(),
                    refusals);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** Holds that the message has each of the refusals in it, and nothing else. */
    void assertRefusedAsWritten(String message) {
        String rest = message;
        for (String refusal : refusals) {
            assertThat(message).as(name).contains(refusal);
            rest = rest.replace(refusal, "");
        }
        assertThat(rest.replaceFirst("^.* is invalid: ", "")
                        .replaceFirst("^.* cannot be handled as a SourcegraphDowngrade: ", "")
                        .replaceFirst("<nil>: Invalid value: \"?null\"?: " + REMARK, ""))
                .as("What %s does not name of: %s", name, message)
                .matches("[\\[\\], ]*");
    }

    @Override
    public String toString() {
        return name;
    }
}
