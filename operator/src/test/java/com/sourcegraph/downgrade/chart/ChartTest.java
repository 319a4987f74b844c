package com.sourcegraph.downgrade.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be said of the chart without Helm: values and schema, files that are kept twice, names that must agree. */
class ChartTest {

    private static final Pattern VALUE = Pattern.compile("\\.Values\\.([A-Za-z.]+)");

    @Test
    void theDefaultValuesFitTheirSchema() {
        assertThat(Chart.errors(Chart.values())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/watch/scope | \"Everything\"",
                "/watch/scope | \"Namespaces\"",
                "/watch/namespaces | [\"a\"]",
                "/watch/namespaces | [\"Upper\"]",
                "/impersonate/serviceAccountNames | []",
                "/impersonate/serviceAccountNames | [\"*\"]",
                "/impersonate/serviceAccountNames | [\"with.dot\"]",
                "/impersonate/serviceAccountNames | [\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]",
                "/replicas | -1",
                "/podDisruptionBudget/maxUnavailable | 0",
                "/podDisruptionBudget/maxUnavailable | \"0%\"",
                "/replicas | \"2\"",
                "/image/digest | \"sha256:abc\"",
                "/image/pullPolicy | \"Sometimes\"",
                "/log/level | \"info\"",
                "/http/port | 80",
                "/terminationGracePeriodSeconds | 29",
                "/fullnameOverride | \"Upper\"",
                "/fullnameOverride | \"ends-\"",
                "/fullnameOverride | \"a.b\"",
                "/nameOverride | \"under_score\"",
                "/nameOverride | \"1st\"",
                "/podLabels | {\"app.kubernetes.io/name\": \"other\"}",
                "/podLabels | {\"app.kubernetes.io/instance\": \"other\"}",
                "/podLabels | {\"helm.sh/chart\": \"other\"}",
                "/podLabels | {\"downgrade.sourcegraph.com/component\": \"other\"}",
                "/extraEnv | [{\"name\": \"LEADER_ELECTION\", \"value\": \"false\"}]",
                "/rbac/extraRules | [{\"apiGroups\": [\"\"], \"resources\": [\"secrets\"], \"verbs\": [\"list\"]}]",
                "/rbac/extraRules | [{\"apiGroups\": [\"*\"], \"resources\": [\"a\"], \"verbs\": [\"list\"]}]",
                "/rbac/extraRules | [{\"apiGroups\": [\"\"], \"resources\": [\"*\"], \"verbs\": [\"list\"]}]",
                "/rbac/extraRules | [{\"apiGroups\": [\"\"], \"resources\": [\"limitranges\"], \"verbs\": [\"create\"]}]",
                "/rbac/extraRules | [{\"apiGroups\": [\"\"], \"resources\": [\"limitranges\"]}]",
                "/enabled | \"yes\"",
                "/networkPolicy/from | [{}]",
                "/networkPolicy/from | \"monitoring\"",
                "/misspelt | true",
                "/watch/namespace | \"sourcegraph\"",
            })
    void wrongValuesAreRefused(String pointer, String value) throws Exception {
        ObjectNode values = Chart.values();
        set(values, pointer, new ObjectMapper().readTree(value));

        assertThat(Chart.errors(values)).isNotEmpty();
    }

    @Test
    void moreReplicasNeedLeaderElection() {
        ObjectNode values = Chart.values();
        values.put("replicas", 2);
        assertThat(Chart.errors(values)).isEmpty();

        values.putObject("leaderElection").put("enabled", false);
        assertThat(Chart.errors(values)).isNotEmpty();

        values.put("replicas", 1);
        assertThat(Chart.errors(values)).isEmpty();
    }

    /** It would find nothing, and say nothing of it. */
    @Test
    void aServiceMonitorNeedsItsService() {
        ObjectNode values = Chart.values();
        ((ObjectNode) values.at("/metrics/serviceMonitor")).put("create", true);
        assertThat(Chart.errors(values)).isEmpty();

        ((ObjectNode) values.at("/metrics/service")).put("create", false);
        assertThat(Chart.errors(values)).isNotEmpty();

        ((ObjectNode) values.at("/metrics/serviceMonitor")).put("create", false);
        assertThat(Chart.errors(values)).isEmpty();
    }

    @Test
    void namesAndLabelsOfOnesOwnAreTaken() {
        ObjectNode values = Chart.values();
        values.put("fullnameOverride", "second-operator").put("nameOverride", "operator2");
        values.putObject("podLabels").put("team", "search");
        ((ObjectNode) values.at("/networkPolicy"))
                .put("create", true)
                .putArray("from")
                .addObject()
                .putObject("podSelector");

        assertThat(Chart.errors(values)).isEmpty();
    }

    /** A chart that has this one as a dependency may name it as its condition; what Helm hands down is judged by the schema too. */
    @Test
    void aChartAboveMaySwitchItOn() {
        ObjectNode values = Chart.values();
        values.put("enabled", true);

        assertThat(Chart.errors(values)).isEmpty();
    }

    @Test
    void moreMayBeReadThanAStockReleaseHolds() throws Exception {
        ObjectNode values = Chart.values();
        set(values, "/rbac/extraRules", new ObjectMapper().readTree("""
                [{"apiGroups": ["cloud.google.com"], "resources": ["backendconfigs"], "verbs": ["get", "list"]},
                 {"apiGroups": [""], "resources": ["limitranges"], "verbs": ["get", "list"], "resourceNames": ["limits"]}]
                """));

        assertThat(Chart.errors(values)).isEmpty();
    }

    /** The last of two of one name counts. */
    @Test
    void noMoreVariablesAreTheChartsOwn() {
        Set<String> own = found("deployment.yaml", Pattern.compile("(?m)^ {12}- name: ([A-Z_]+)$"));

        assertThat(own).hasSizeGreaterThan(5);
        assertThat(reserved("/properties/extraEnv/items/properties/name/not/enum"))
                .isEqualTo(own);
    }

    /** The last of two of one name counts, or the object is refused. */
    @Test
    void noMoreLabelsAreTheChartsOwn() {
        Set<String> own = found("_helpers.tpl", Pattern.compile("(?m)^((?:[a-z]+\\.)+[a-z]+/[-a-z]+): "));

        assertThat(own).hasSizeGreaterThan(5);
        assertThat(reserved("/properties/podLabels/propertyNames/not/enum")).isEqualTo(own);
    }

    private static Set<String> found(String template, Pattern pattern) {
        Set<String> found = new TreeSet<>();
        Matcher matcher =
                pattern.matcher(Chart.read(Chart.FOLDER.resolve("templates").resolve(template)));
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static Set<String> reserved(String pointer) {
        Set<String> reserved = new TreeSet<>();
        Chart.documents(Chart.read(Chart.FOLDER.resolve("values.schema.json")))
                .get(0)
                .at(pointer)
                .forEach(name -> reserved.add(name.asText()));
        return reserved;
    }

    /** The last turn, and some seconds to give the lease back. */
    @Test
    void aPodHasTheTimeToEndItsLastTurn() {
        assertThat(Chart.values().get("terminationGracePeriodSeconds").asInt()).isGreaterThanOrEqualTo(40);
    }

    @Test
    void scopeNamespacesNeedsNamespaces() {
        ObjectNode values = Chart.values();
        ObjectNode watch = values.putObject("watch").put("scope", "Namespaces");
        watch.putArray("namespaces").add("sourcegraph").add("sourcegraph-test");

        assertThat(Chart.errors(values)).isEmpty();
    }

    @Test
    void everyValueThatATemplateUsesHasADefault() {
        ObjectNode values = Chart.values();
        Set<String> used = new TreeSet<>();
        for (Path template : Chart.templates()) {
            Matcher matcher = VALUE.matcher(Chart.read(template));
            while (matcher.find()) {
                used.add(matcher.group(1));
            }
        }

        assertThat(used).hasSizeGreaterThan(20).allSatisfy(path -> assertThat(
                        values.at("/" + path.replace('.', '/')).isMissingNode())
                .as(path)
                .isFalse());
    }

    @Test
    void everyDefaultIsUsedByATemplate() {
        StringBuilder templates = new StringBuilder();
        Chart.templates().forEach(template -> templates.append(Chart.read(template)));
        List<String> unused = new ArrayList<>();
        leaves("", Chart.values(), unused);
        unused.removeIf(path -> used(path, templates.toString()));

        assertThat(unused).isEmpty();
    }

    /** A value is used by its own path, or by that of an object which is rendered as a whole. */
    private static boolean used(String path, String templates) {
        for (String part = path; !part.isEmpty(); part = part.substring(0, Math.max(0, part.lastIndexOf('.')))) {
            if (Pattern.compile("\\.Values\\." + Pattern.quote(part) + "\\b")
                    .matcher(templates)
                    .find()) {
                return true;
            }
        }
        return false;
    }

    @Test
    void theExampleGrantsAnInstanceAccountWhatTheChartGrants() {
        JsonNode chart = Chart.documents(Chart.read(Chart.FOLDER.resolve("files/instance-role-rules.yaml")))
                .get(0)
                .get("rules");
        JsonNode example =
                Chart.documents(Chart.read(Chart.projectRoot().resolve("examples/instance-rbac.yaml"))).stream()
                        .filter(document -> document.path("kind").asText().equals("Role"))
                        .findFirst()
                        .orElseThrow()
                        .get("rules");

        assertThat(example).isEqualTo(chart);
    }

    /** What is in a volume is never lost by a downgrade: not even a fault of the operator could delete a claim. */
    @Test
    void nobodyMayDeleteAVolumeOrASecret() {
        JsonNode rules = Chart.documents(Chart.read(Chart.FOLDER.resolve("files/instance-role-rules.yaml")))
                .get(0)
                .get("rules");

        assertThat(rules).isNotEmpty().allSatisfy(rule -> {
            assertThat(rule.toString())
                    .doesNotContain("\"*\"", "deletecollection", "escalate", "bind\"", "impersonate");
            if (rule.get("resources").toString().matches(".*(persistentvolumeclaims|secrets).*")) {
                assertThat(rule.get("verbs").toString()).doesNotContain("delete", "list", "watch");
            }
        });
    }

    private static void set(ObjectNode values, String pointer, JsonNode value) {
        int last = pointer.lastIndexOf('/');
        ((ObjectNode) values.at(pointer.substring(0, last))).set(pointer.substring(last + 1), value);
    }

    private static void leaves(String path, JsonNode node, List<String> found) {
        if (node.isObject() && !node.isEmpty()) {
            node.properties()
                    .forEach(entry -> leaves(
                            path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), found));
        } else {
            found.add(path);
        }
    }
}
