package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A rule of a role, compared with other rules as the API server does before it stores a role or a binding. */
record RbacRule(
        List<String> groups, List<String> resources, List<String> paths, List<String> names, List<String> verbs) {

    static List<RbacRule> all(Iterable<JsonNode> rules) {
        List<RbacRule> all = new ArrayList<>();
        rules.forEach(rule -> all.add(new RbacRule(
                texts(rule, "apiGroups"),
                texts(rule, "resources"),
                texts(rule, "nonResourceURLs"),
                texts(rule, "resourceNames"),
                texts(rule, "verbs"))));
        return all;
    }

    private static List<String> texts(JsonNode rule, String list) {
        List<String> texts = new ArrayList<>();
        Nodes.each(rule, list).forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /** The same rights in rules of one verb on one thing each. */
    List<RbacRule> single() {
        List<RbacRule> single = new ArrayList<>();
        for (String verb : verbs) {
            for (String group : groups) {
                for (String resource : resources) {
                    if (names.isEmpty()) {
                        single.add(
                                new RbacRule(List.of(group), List.of(resource), List.of(), List.of(), List.of(verb)));
                    }
                    names.forEach(name -> single.add(
                            new RbacRule(List.of(group), List.of(resource), List.of(), List.of(name), List.of(verb))));
                }
            }
            paths.forEach(
                    path -> single.add(new RbacRule(List.of(), List.of(), List.of(path), List.of(), List.of(verb))));
        }
        return single;
    }

    /** Whether whoever has this has everything that a rule for one thing gives. */
    boolean covers(RbacRule single) {
        return any(verbs, single.verbs)
                && any(groups, single.groups)
                && single.resources.stream().allMatch(this::coversResource)
                && single.paths.stream().allMatch(this::coversPath)
                && (names.isEmpty() || !single.names.isEmpty() && names.containsAll(single.names));
    }

    private static boolean any(List<String> held, List<String> wanted) {
        return held.contains("*") || held.containsAll(wanted);
    }

    private boolean coversResource(String resource) {
        int slash = resource.indexOf('/');
        return any(resources, List.of(resource)) || slash >= 0 && resources.contains("*" + resource.substring(slash));
    }

    private boolean coversPath(String path) {
        return paths.stream()
                .anyMatch(held -> held.equals(path)
                        || held.endsWith("*") && path.startsWith(held.substring(0, held.length() - 1)));
    }

    /** Rules for one thing in the server's words: those of one resource are one, in the order of their texts. */
    static String shown(List<RbacRule> missing) {
        Map<List<Object>, RbacRule> together = new LinkedHashMap<>();
        for (RbacRule rule : missing) {
            together.merge(
                    List.of(rule.groups, rule.resources, rule.paths.isEmpty() ? rule.names : rule),
                    rule,
                    RbacRule::withVerbsOf);
        }
        return together.values().stream().map(RbacRule::text).collect(Collectors.toCollection(TreeSet::new)).stream()
                .collect(Collectors.joining("\n"));
    }

    private RbacRule withVerbsOf(RbacRule other) {
        List<String> both = new ArrayList<>(verbs);
        other.verbs.stream().filter(verb -> !verbs.contains(verb)).forEach(both::add);
        return new RbacRule(groups, resources, paths, names, both);
    }

    private String text() {
        List<String> parts = new ArrayList<>();
        Map<String, List<String>> members = new LinkedHashMap<>();
        members.put("APIGroups", groups);
        members.put("Resources", resources);
        members.put("NonResourceURLs", paths);
        members.put("ResourceNames", names);
        members.put("Verbs", verbs);
        members.forEach((name, values) -> {
            if (!values.isEmpty()) {
                parts.add(name + ":" + quoted(values));
            }
        });
        return "{" + String.join(", ", parts) + "}";
    }

    static String quoted(Collection<String> texts) {
        return texts.stream().map(text -> "\"" + text + "\"").collect(Collectors.joining(" ", "[", "]"));
    }
}
