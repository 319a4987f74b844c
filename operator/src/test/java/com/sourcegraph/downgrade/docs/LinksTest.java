package com.sourcegraph.downgrade.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every link between files of the project leads somewhere, its heading included. */
class LinksTest {

    private static final Pattern LINK = Pattern.compile("\\[[^]]*]\\(\\s*<?([^)\\s>]+)>?(?:\\s+\"[^\"]*\")?\\s*\\)");
    private static final Pattern CODE = Pattern.compile("`[^`]*`");

    @Test
    void noneIsBroken() {
        List<String> broken = new ArrayList<>();
        for (Path page : Pages.all()) {
            for (String target : links(Pages.read(page))) {
                if (!leadsSomewhere(page, target)) {
                    broken.add(Pages.ROOT.relativize(page) + " -> " + target);
                }
            }
        }

        assertThat(broken).as("links that lead nowhere").isEmpty();
    }

    @Test
    void theIndexOfTheDocumentationListsEveryPage() throws Exception {
        List<String> listed = links(Pages.read(Pages.doc("README.md")));
        try (var files = Files.list(Pages.ROOT.resolve("docs"))) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".md") && !name.equals("README.md")))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(listed).contains(name));
        }
    }

    @Test
    void tellsABrokenLinkFromAGoodOne() {
        Path page = Pages.doc("README.md");

        assertThat(leadsSomewhere(page, "reference.md")).isTrue();
        assertThat(leadsSomewhere(page, "reference.md#no-such-heading")).isFalse();
        assertThat(leadsSomewhere(page, "no-such-page.md")).isFalse();
        assertThat(leadsSomewhere(page, "../operator")).isTrue();
        assertThat(links("See [one](a.md#b) and `[no](code.md)`.\n```\n[no](block.md)\n```\n[two](c.md \"title\")"))
                .containsExactly("a.md#b", "c.md");
        assertThat(Headings.anchors("# The `spec` (all of it)\n## A\n## A"))
                .containsExactly("the-spec-all-of-it", "a", "a-1");
    }

    private static List<String> links(String page) {
        List<String> targets = new ArrayList<>();
        for (String line : Headings.outsideCode(page)) {
            Matcher link = LINK.matcher(CODE.matcher(line).replaceAll("code"));
            while (link.find()) {
                targets.add(link.group(1));
            }
        }
        return targets;
    }

    private static boolean leadsSomewhere(Path page, String target) {
        if (URI.create(target).getScheme() != null) {
            return true;
        }
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (!file.startsWith(Pages.ROOT) || !Files.exists(file)) {
            return false;
        }
        return parts.length == 1 || Headings.anchors(Pages.read(file)).contains(parts[1]);
    }
}
