package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.function.Consumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Takes a text of several YAML documents apart, one at a time.
 *
 * <p>Anchors' aliases and merge keys are refused. Jackson would hand an alias out as a text with the anchor's name, which would corrupt
 * the manifests silently; and resolving them opens the door to documents of a few lines that expand to gibibytes. What
 * {@code kubectl kustomize} and {@code helm template} print has none.
 */
final class YamlDocuments {

    private static final int DEEPEST = 100;

    private final YAMLFactory factory;
    private final ObjectReader reader;

    YamlDocuments() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Unpacker.MOST_BYTES);
        options.setNestingDepthLimit(DEEPEST);
        factory = YAMLFactory.builder()
                .loaderOptions(options)
                // "affinity:" without a value is null, as for every YAML reader; the builder starts with this off.
                .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                // The message of a mistake must not quote a Secret's content.
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxStringLength(Unpacker.MOST_BYTES)
                        .build())
                .build();
        reader = new YAMLMapper(factory).reader();
    }

    /**
     * Hands out every document that is not empty.
     *
     * @param parts what is left of the bound; taken from as the text is read
     * @throws YamlMistake at the first mistake; what was handed out before it is whole
     * @throws TooManyParts as soon as the bound is reached; the same holds
     */
    void forEach(String text, Parts parts, Consumer<YamlDocument> consumer) throws YamlMistake, TooManyParts {
        int number = 0;
        int line = 1;
        try (YAMLParser yaml = factory.createParser(text);
                JsonParser parser = new Checking(yaml, parts)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                number++;
                line = parser.currentTokenLocation().getLineNr();
                JsonNode content = reader.readTree(parser);
                if (!empty(token, content)) {
                    consumer.accept(new YamlDocument(content, number, line));
                }
            }
        } catch (PartsExceededException e) {
            throw new TooManyParts(Math.max(number, 1), line);
        } catch (JsonProcessingException e) {
            throw mistake(e, Math.max(number, 1), line);
        } catch (IOException e) {
            throw new YamlMistake(e.getClass().getSimpleName(), Math.max(number, 1), line);
        }
    }

    private static boolean empty(JsonToken token, JsonNode content) {
        return token == JsonToken.VALUE_NULL || content == null || content.isMissingNode() || content.isNull();
    }

    /** The parser's own text quotes the line; only what is wrong and where is told. */
    private static YamlMistake mistake(JsonProcessingException e, int document, int startLine) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
                return new YamlMistake(
                        marked.getProblem(), document, marked.getProblemMark().getLine() + 1);
            }
        }
        int line = e.getLocation() == null ? startLine : e.getLocation().getLineNr();
        return new YamlMistake(e.getOriginalMessage(), document, Math.max(line, 1));
    }

    /**
     * One document.
     *
     * @param content what it holds
     * @param number its number in the text, from 1, empty ones counted
     * @param line the line on which its content starts, from 1
     */
    record YamlDocument(JsonNode content, int number, int line) {}

    /** The text is no YAML, or YAML that is refused. */
    static final class YamlMistake extends Exception {

        private final int document;
        private final int line;

        YamlMistake(String message, int document, int line) {
            super(message);
            this.document = document;
            this.line = line;
        }

        int document() {
            return document;
        }

        int line() {
            return line;
        }
    }

    /**
     * How many parts (names of fields, values, starts and ends of objects and lists) texts may have together. A tree takes
     * memory by its parts, not by its bytes: eight mebibytes of {@code {},{}} are hundreds of mebibytes of objects.
     */
    static final class Parts {

        /** Thirty times what any release has (6,651 at most). Measured: 25 MiB of objects where each is a huge number. */
        static final int MOST = 200_000;

        private int taken;

        int taken() {
            return taken;
        }

        private boolean take() {
            taken = Math.min(taken, MOST) + 1;
            return taken <= MOST;
        }
    }

    /** The bound of {@link Parts} was reached. */
    static final class TooManyParts extends Exception {

        private final int document;
        private final int line;

        TooManyParts(int document, int line) {
            this.document = document;
            this.line = line;
        }

        int document() {
            return document;
        }

        int line() {
            return line;
        }
    }

    private static final class PartsExceededException extends JsonParseException {

        PartsExceededException(JsonParser parser) {
            super(parser, "too many parts");
        }
    }

    /** Refuses aliases and merge keys, and counts. */
    private static final class Checking extends JsonParserDelegate {

        private final YAMLParser yaml;
        private final Parts parts;

        Checking(YAMLParser yaml, Parts parts) {
            super(yaml);
            this.yaml = yaml;
            this.parts = parts;
        }

        @Override
        public JsonToken nextToken() throws IOException {
            JsonToken token = super.nextToken();
            if (token != null && !parts.take()) {
                throw new PartsExceededException(this);
            }
            if (token != null && token.isScalarValue() && yaml.isCurrentAlias()) {
                throw new JsonParseException(this, "an alias (*" + yaml.getText() + ") is not supported");
            }
            if (token == JsonToken.FIELD_NAME && "<<".equals(yaml.currentName())) {
                throw new JsonParseException(this, "a merge key (<<) is not supported");
            }
            return token;
        }
    }
}
