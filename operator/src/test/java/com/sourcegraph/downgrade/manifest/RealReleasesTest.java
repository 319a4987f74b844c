package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of each object between real releases, in files; {@code -Dgolden.write=true} writes them anew. */
class RealReleasesTest {

    @ParameterizedTest
    @CsvSource({
        "kustomize/4.5.1, KUSTOMIZE, 4.5.1, 56",
        "kustomize/5.0.6, KUSTOMIZE, 5.0.6, 56",
        "kustomize/5.3.12303, KUSTOMIZE, 5.3.12303, 54",
        "kustomize/5.9.1590, KUSTOMIZE, 5.9.1590, 54",
        "kustomize/6.0.0, KUSTOMIZE, 6.0.0, 54",
        "kustomize/6.12.5040, KUSTOMIZE, 6.12.5040, 52",
        "legacy/4.0.1, LEGACY, 4.0.1, 69",
        "legacy/4.5.1, LEGACY, 4.5.1, 68",
        "legacy/5.0.6, LEGACY, 5.0.6, 68",
    })
    void aReleaseIsRecognisedAndWhole(String release, Flavour flavour, String version, int objects) {
        ManifestBundle bundle = RealManifests.release(release, "sourcegraph");

        Inspection inspection = new ManifestInspector()
                .inspect(bundle, "sourcegraph", LiveInstance.of(bundle, Deployer.KUBECTL_CLIENT_SIDE), Set.of());

        assertThat(bundle.objects()).hasSize(objects);
        assertThat(inspection.flavour()).isEqualTo(flavour);
        assertThat(inspection.release()).map(Object::toString).contains(version);
        assertThat(inspection.findings())
                .as("what is wrong with a real release")
                .noneMatch(finding -> finding.severity() == Finding.Severity.FAILURE);
        boolean policy = release.equals("legacy/4.0.1");
        assertThat(inspection.unservedKinds()).hasSize(policy ? 1 : 0);
        assertThat(inspection.clusterScoped()).hasSize(policy ? 4 : flavour == Flavour.LEGACY ? 2 : 0);
    }

    /** The bound is for whoever would fill the operator's memory; no release is to come near it. */
    @ParameterizedTest
    @CsvSource({
        "kustomize/4.5.1",
        "kustomize/5.0.6",
        "kustomize/5.3.12303",
        "kustomize/5.9.1590",
        "kustomize/6.0.0",
        "kustomize/6.12.5040",
        "legacy/4.0.1",
        "legacy/4.5.1",
        "legacy/5.0.6",
    })
    void aReleaseHasATenthOfThePartsThatAreTaken(String release) throws Exception {
        YamlDocuments.Parts parts = new YamlDocuments.Parts();

        new YamlDocuments().forEach(RealManifests.text(release), parts, document -> {});

        assertThat(parts.taken()).isBetween(1, YamlDocuments.Parts.MOST / 10);
    }

    @ParameterizedTest
    @CsvSource({
        "kustomize/5.0.6, kustomize/4.5.1",
        "kustomize/5.9.1590, kustomize/4.5.1",
        "kustomize/6.12.5040, kustomize/5.3.12303",
        "kustomize/5.3.12303, kustomize/4.5.1",
        "legacy/4.5.1, legacy/4.0.1",
        "legacy/5.0.6, legacy/4.0.1",
    })
    void theDifferenceOfTwoReleases(String newer, String older) throws IOException {
        ManifestBundle target = RealManifests.release(older, "sourcegraph");
        LiveObjects live = LiveInstance.of(RealManifests.release(newer, "sourcegraph"), Deployer.KUBECTL_CLIENT_SIDE);

        ApplyPlan plan = new ManifestComparison().compare(target, live, "sourcegraph");

        String name = (newer + "-to-" + older.substring(older.indexOf('/') + 1)).replace('/', '-') + ".txt";
        String text = describe(plan);
        if (Boolean.getBoolean("golden.write")) {
            Path folder = Path.of("src/test/resources/com/sourcegraph/downgrade/manifest/difference");
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(name), text);
        }
        assertThat(text).isEqualTo(golden("difference/" + name));
    }

    @ParameterizedTest
    @CsvSource({"kustomize/5.0.6", "kustomize/6.12.5040", "legacy/4.0.1"})
    void nothingIsWrittenWhereTheTargetLivesAlready(String release) {
        ManifestBundle target = RealManifests.release(release, "sourcegraph");
        for (Deployer deployer : Deployer.values()) {
            ApplyPlan plan = new ManifestComparison().compare(target, LiveInstance.of(target, deployer), "sourcegraph");

            assertThat(plan.objects()).as(deployer.name()).noneMatch(object -> object.action()
                    .writes());
            assertThat(plan.complete()).isTrue();
            assertThat(new RequiredPermissions().of(plan)).isEmpty();
        }
    }

    private static String describe(ApplyPlan plan) {
        ManifestOrder order = new ManifestOrder();
        List<String> lines = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            lines.add("# " + phase);
            order.inPhase(plan, phase)
                    .forEach(object -> lines.add(object.action() + " " + object.key()
                            + (object.action().writes() ? ": " + object.reason() : "")));
        }
        lines.add("# PRUNE");
        plan.removals().forEach(removal -> lines.add("DELETE " + removal.key() + ": " + removal.reason()));
        lines.add("# KEPT");
        plan.kept().forEach(kept -> lines.add(kept.key() + ": " + kept.reason()));
        lines.add("# FINDINGS");
        plan.findings().forEach(finding -> lines.add(finding.severity() + " " + finding.message()));
        lines.add("# RIGHTS");
        new RequiredPermissions()
                .of(plan)
                .forEach(right -> lines.add(right.verb() + " " + right.resource()
                        + (right.apiGroup().isEmpty() ? "" : "." + right.apiGroup())));
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = RealReleasesTest.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
