package com.sourcegraph.downgrade.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sourcegraph.downgrade.api.ConditionType;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.management.RunMeters;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/reference.md} against the definition and the code. The tables between its markers are made from the
 * definition: {@value #WRITE_COMMAND} writes them anew.
 */
class ReferenceTest {

    static final String WRITE_COMMAND =
            "mvn -pl operator -am test -Dtest=ReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true";

    private static final Path PAGE = Pages.doc("reference.md");
    private static final Pattern SECTION = Pattern.compile("(?s)<!-- table: (\\S+) -->\n(.*?)<!-- end -->");
    private static final Pattern OWN_NAME =
            Pattern.compile("\"(" + Pattern.quote(SourcegraphDowngrade.GROUP) + "/[a-z-]+)\"");
    private static final Pattern VARIABLE = Pattern.compile("env\\.get(?:OrDefault)?\\(\"([A-Z_]+)\"");

    private final FieldTables tables = new FieldTables(definition());

    @Test
    void theTablesFollowFromTheDefinition() throws IOException {
        Map<String, String> made = tables.all();
        String page = Pages.read(PAGE);
        String wanted = SECTION.matcher(page)
                .replaceAll(section -> Matcher.quoteReplacement("<!-- table: " + section.group(1) + " -->\n"
                        + made.getOrDefault(section.group(1), "") + "<!-- end -->"));
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(PAGE, wanted);
        }

        assertThat(Pages.read(PAGE))
                .as("The tables and the definition differ; rewrite them with: %s", WRITE_COMMAND)
                .isEqualTo(wanted);
    }

    @Test
    void everyObjectOfTheDefinitionHasItsTable() {
        List<String> there = new ArrayList<>();
        Matcher section = SECTION.matcher(Pages.read(PAGE));
        while (section.find()) {
            there.add(section.group(1));
        }

        assertThat(there).containsExactlyInAnyOrderElementsOf(tables.all().keySet());
    }

    @Test
    void everyDefaultHasItsReason() {
        String reasons = after("## Why these defaults");

        assertThat(tables.defaulted()).hasSizeGreaterThan(15).allSatisfy(path -> assertThat(reasons)
                .contains("`" + path + "`"));
    }

    @Test
    void everyConditionAndPhaseIsExplained() {
        String page = Pages.read(PAGE);

        assertThat(ConditionType.values())
                .allSatisfy(type -> assertThat(page).contains("\n| `" + type.label() + "` |"));
        assertThat(Phase.values()).allSatisfy(phase -> assertThat(after("## Phases"))
                .containsIgnoringCase("| `" + phase.name().replace("_", "") + "` |"));
        assertThat(StepName.values()).allSatisfy(step -> assertThat(page).contains("`" + step.label() + "`"));
    }

    @Test
    void everyLabelAndAnnotationIsListed() {
        assertThat(found(OWN_NAME, "")).hasSizeGreaterThanOrEqualTo(9).allSatisfy(name -> assertThat(Pages.read(PAGE))
                .contains("`" + name + "`"));
    }

    @Test
    void everyVariableOfTheOperatorIsListed() {
        assertThat(found(VARIABLE, "reconcile"))
                .hasSizeGreaterThanOrEqualTo(5)
                .allSatisfy(name -> assertThat(Pages.read(PAGE)).contains("| `" + name + "` |"));
    }

    @Test
    void everyMetricIsListed() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new RunMeters(registry).show(List::of);

        assertThat(registry.getMeters()).isNotEmpty();
        assertThat(found(Pattern.compile("\"(sourcegraph\\.downgrade\\.[a-z.]+)\""), "management"))
                .hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(name -> assertThat(Pages.read(PAGE)).contains("`" + name.replace('.', '_')));
    }

    private static String after(String heading) {
        String page = Pages.read(PAGE);
        int start = page.indexOf("\n" + heading + "\n");
        assertThat(start).as("the heading %s", heading).isNotNegative();
        int end = page.indexOf("\n## ", start + heading.length());
        return end < 0 ? page.substring(start) : page.substring(start, end);
    }

    /** What the pattern's group finds in the operator's sources, in that package or below it. */
    private static Set<String> found(Pattern pattern, String inPackage) {
        Path sources = Pages.ROOT
                .resolve("operator/src/main/java/com/sourcegraph/downgrade")
                .resolve(inPackage);
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(file -> {
                Matcher match = pattern.matcher(Pages.read(file));
                while (match.find()) {
                    names.add(match.group(1));
                }
            });
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return names;
    }

    private static JsonNode definition() {
        try (Stream<Path> files = Files.list(Pages.ROOT.resolve("crds"))) {
            List<Path> all =
                    files.filter(file -> file.toString().endsWith(".yaml")).toList();
            assertThat(all).hasSize(1);
            return new YAMLMapper().readTree(all.get(0).toFile());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
