package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The blocks of shell commands of a page of the documentation, as a reader copies them. */
final class DocumentedCommands {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\n(.*?)^```");

    private final String page;
    private final List<String> blocks;

    /** @param page from the project's folder on */
    DocumentedCommands(String page) {
        this.page = page;
        try {
            blocks = BLOCK.matcher(Files.readString(GivenCluster.project().resolve(page)))
                    .results()
                    .map(MatchResult::group)
                    .map(block -> block.substring("```sh\n".length(), block.length() - "```".length()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The only block with that text in it. */
    Block block(String part) {
        List<String> found =
                blocks.stream().filter(block -> block.contains(part)).toList();
        assertThat(found).as("blocks of %s with %s", page, part).hasSize(1);
        return new Block(found.get(0));
    }

    /** A block with what a reader puts in for what is theirs. */
    record Block(String text) {

        Block in(String namespace) {
            return replacing("-n sourcegraph ", "-n " + namespace + " ");
        }

        Block of(String run) {
            return replacing("back-to-4-0", run);
        }

        Block replacing(String documented, String own) {
            assertThat(text).contains(documented);
            return new Block(text.replace(documented, own));
        }
    }
}
