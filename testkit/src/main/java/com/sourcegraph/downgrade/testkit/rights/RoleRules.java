package com.sourcegraph.downgrade.testkit.rights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the Roles of manifests grant. Names that a rule is limited to are not looked at. */
public final class RoleRules {

    private static final ObjectMapper YAML = new YAMLMapper();

    private final List<JsonNode> roles;

    private RoleRules(List<JsonNode> roles) {
        this.roles = roles;
    }

    /** The Roles in that file that have one of these names. */
    public static RoleRules read(Path file, String... names) {
        try (var values = YAML.readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
            return named(values.readAll(), names);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The Roles and ClusterRoles among these objects that have one of these names. */
    public static RoleRules named(List<JsonNode> objects, String... names) {
        List<JsonNode> roles = objects.stream()
                .filter(object -> object.path("kind").asText().endsWith("Role"))
                .filter(object -> Arrays.asList(names)
                        .contains(object.at("/metadata/name").asText()))
                .toList();
        if (roles.size() != names.length) {
            throw new IllegalArgumentException("Roles " + List.of(names) + " are not all there, or more than once");
        }
        return new RoleRules(roles);
    }

    public Set<Right> rights() {
        Set<Right> rights = new TreeSet<>();
        for (JsonNode role : roles) {
            for (JsonNode rule : role.path("rules")) {
                for (String group : texts(rule.path("apiGroups"))) {
                    for (String resource : texts(rule.path("resources"))) {
                        texts(rule.path("verbs")).forEach(verb -> rights.add(new Right(verb, group, resource)));
                    }
                }
            }
        }
        return rights;
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new TreeSet<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
