package com.sourcegraph.downgrade.docs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The headings of a Markdown page and the anchors that GitHub gives them. */
final class Headings {

    private static final Pattern HEADING = Pattern.compile("^#{1,6}\\s+(.*?)\\s*$");

    private Headings() {}

    static List<String> of(String page) {
        List<String> headings = new ArrayList<>();
        for (String line : outsideCode(page)) {
            var match = HEADING.matcher(line);
            if (match.matches()) {
                headings.add(match.group(1));
            }
        }
        return headings;
    }

    /** Lower case, punctuation dropped, spaces as hyphens; a repeated one is numbered. */
    static Set<String> anchors(String page) {
        Set<String> anchors = new LinkedHashSet<>();
        Map<String, Integer> seen = new LinkedHashMap<>();
        for (String heading : of(page)) {
            String slug = heading.toLowerCase(Locale.ROOT)
                    .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            int before = seen.merge(slug, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? slug : slug + "-" + before);
        }
        return anchors;
    }

    /** The lines of a page that are not in a fenced block of code. */
    static List<String> outsideCode(String page) {
        List<String> lines = new ArrayList<>();
        boolean code = false;
        for (String line : page.split("\n", -1)) {
            if (line.stripLeading().startsWith("```")) {
                code = !code;
            } else if (!code) {
                lines.add(line);
            }
        }
        return lines;
    }
}
