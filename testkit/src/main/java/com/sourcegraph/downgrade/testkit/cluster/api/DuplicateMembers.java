package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Members that a JSON body states twice, which the tree of a parsed body no longer shows. */
final class DuplicateMembers {
    private static final JsonFactory JSON = new JsonFactory();

    private DuplicateMembers() {}

    /** Their paths; nothing for what is no JSON. */
    static List<String> in(byte[] body) {
        List<String> found = new ArrayList<>();
        Deque<Set<String>> seen = new ArrayDeque<>();
        try (JsonParser parser = JSON.createParser(body)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_OBJECT) {
                    seen.push(new HashSet<>());
                } else if (token == JsonToken.END_OBJECT) {
                    seen.pop();
                } else if (token == JsonToken.FIELD_NAME && !seen.peek().add(parser.currentName())) {
                    found.add(parser.getParsingContext()
                            .pathAsPointer()
                            .toString()
                            .substring(1)
                            .replaceAll("/(\\d+)(?=/|$)", "[$1]")
                            .replace('/', '.'));
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return found;
    }
}
