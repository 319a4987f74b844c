package com.sourcegraph.downgrade.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sourcegraph.downgrade.testkit.cluster.crd.CustomResourceAdmission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a reader copies from the pages works: each resource is accepted, and so is each patch of one. */
class SnippetsTest {

    private static final Pattern YAML_BLOCK = Pattern.compile("(?ms)^```yaml\n(.*?)^```");
    private static final Pattern PATCH =
            Pattern.compile("patch sgdowngrade[^\n`]*?--type=merge \\\\?\\s*-p '(\\{.*?\\})'(?=[`\\s|;,]|$)");

    private static final String RESOURCE = """
            apiVersion: downgrade.sourcegraph.com/v1alpha1
            kind: SourcegraphDowngrade
            metadata: {name: back-to-4-0, namespace: sourcegraph}
            spec: {to: v4.0.1, manifests: {configMapRef: {name: sourcegraph-v4.0.1}}}
            """;

    private final CustomResourceAdmission admission = CustomResourceAdmission.ofYaml(
            Pages.read(Pages.ROOT.resolve("crds/sourcegraphdowngrades.downgrade.sourcegraph.com.yaml")));

    @Test
    void everyResourceIsAccepted() {
        List<JsonNode> resources = new ArrayList<>();
        for (Path page : Pages.all()) {
            Matcher block = YAML_BLOCK.matcher(Pages.read(page));
            while (block.find()) {
                JsonNode document = yaml(block.group(1));
                if (document.path("kind").asText().equals("SourcegraphDowngrade")) {
                    assertThat(admission.refusal((ObjectNode) document, null))
                            .as("%s: %s", Pages.ROOT.relativize(page), document)
                            .isEmpty();
                    resources.add(document);
                }
            }
        }

        assertThat(resources).isNotEmpty();
    }

    @Test
    void everyPatchOfARunIsAccepted() throws IOException {
        int patches = 0;
        for (Path page : Pages.all()) {
            Matcher patch = PATCH.matcher(Pages.read(page));
            while (patch.find()) {
                ObjectNode before = (ObjectNode) yaml(RESOURCE);
                admission.prepare(before);
                ObjectNode after = before.deepCopy();
                JsonNode change = new ObjectMapper().readTree(patch.group(1));
                change.path("spec").properties().forEach(field -> after.withObject("/spec")
                        .set(field.getKey(), field.getValue()));

                assertThat(admission.refusal(after, before))
                        .as("%s: %s", Pages.ROOT.relativize(page), change)
                        .isEmpty();
                patches++;
            }
        }

        assertThat(patches).isGreaterThanOrEqualTo(5);
    }

    private static JsonNode yaml(String text) {
        try {
            return new YAMLMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
