package com.sourcegraph.downgrade.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.Version;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * From a live frontend ({@code in-frontend.yaml}) to the Jobs, field by field. After a change that is meant, run with
 * {@code -Dgolden.update=true} and read the difference.
 */
class MigratorJobGoldenTest {
    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                    .disable(YAMLGenerator.Feature.SPLIT_LINES)
                    .build())
            .build();

    private static final ResourceRequirements RESOURCES = new ResourceRequirementsBuilder()
            .addToLimits("cpu", new Quantity("1"))
            .addToLimits("memory", new Quantity("1Gi"))
            .addToRequests("cpu", new Quantity("100m"))
            .addToRequests("memory", new Quantity("512Mi"))
            .build();

    /** Secrets of an instance that was installed before 6.0. */
    private static final KeyLookup KEYS = new KeyLookup() {
        @Override
        public Optional<Set<String>> configMap(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<Set<String>> secret(String name) {
            return switch (name) {
                case "pgsql-auth", "codeintel-db-auth" ->
                    Optional.of(Set.of("database", "host", "password", "port", "user"));
                case "codeinsights-db-auth" -> Optional.of(Set.of("password", "sslmode"));
                default -> Optional.empty();
            };
        }
    };

    private final MigratorJobFactory factory = new MigratorJobFactory();

    @ParameterizedTest
    @CsvSource({
        "kustomize, 5.0, 4.5, 5.0.6, , false",
        "legacy, 4.5, 4.0, 4.5.1, , true",
        "helm, 5.3, 4.5, 5.3.12303, , false",
        "bare, 5.1, 4.5, 5.1.9, registry.example.com/migrator@sha256:0a0b, true"
    })
    void takesOverWhatTheInstanceDoes(
            String flavour, String from, String to, String row, String image, boolean skipDriftCheck)
            throws IOException {
        JobRequest request = new JobRequest(
                "sourcegraph",
                "back-to-" + to.replace('.', '-'),
                "0d3f2c1e-0000-4000-8000-000000000001",
                2,
                Minor.parse(from),
                Minor.parse(to),
                template(flavour),
                Optional.ofNullable(image),
                RESOURCES,
                skipDriftCheck,
                Version.parse(row));
        verify(flavour, "downgrade", factory.downgrade(request));
        verify(flavour, "checks", factory.checks(request));
        verify(flavour, "drift", factory.drift(request));
    }

    static Stream<Job> jobs() throws IOException {
        MigratorJobFactory factory = new MigratorJobFactory();
        JobRequest request = request("run", 1, template("kustomize"));
        return Stream.of(factory.downgrade(request), factory.checks(request), factory.drift(request));
    }

    /** What no golden file may ever change. */
    @ParameterizedTest
    @MethodSource("jobs")
    void runsOnceAndIsLeftAlone(Job job) {
        assertThat(job.getSpec().getBackoffLimit()).isZero();
        assertThat(job.getSpec().getActiveDeadlineSeconds()).isNull();
        assertThat(job.getSpec().getTtlSecondsAfterFinished()).isNull();
        assertThat(job.getSpec().getTemplate().getSpec().getRestartPolicy()).isEqualTo("Never");
        assertThat(job.getSpec().getTemplate().getSpec().getAutomountServiceAccountToken())
                .isFalse();
        for (Map<String, String> labels : List.of(
                job.getMetadata().getLabels(),
                job.getSpec().getTemplate().getMetadata().getLabels())) {
            assertThat(labels).doesNotContainKeys("deploy", "app", "app.kubernetes.io/component");
        }
        boolean downgrade = "downgrade".equals(job.getMetadata().getLabels().get(MigratorLabels.JOB));
        // Whoever deletes the resource in the foreground would have the garbage collector kill it.
        assertThat(job.getMetadata().getOwnerReferences()).hasSize(downgrade ? 0 : 1);
        assertThat(job.getMetadata().getOwnerReferences()).allSatisfy(owner -> {
            assertThat(owner.getApiVersion()).isEqualTo("downgrade.sourcegraph.com/v1alpha1");
            assertThat(owner.getKind()).isEqualTo("SourcegraphDowngrade");
            assertThat(owner.getController()).isTrue();
        });
        for (Container container : job.getSpec().getTemplate().getSpec().getContainers()) {
            assertThat(container.getEnv())
                    .extracting(EnvVar::getName)
                    .doesNotHaveDuplicates()
                    .contains("SRC_LOG_LEVEL", "NO_COLOR");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "back-to-4-0",
                "a.b",
                "x1234567890123456789012345678901234567890123456789012345678901234567890"
            })
    void namesAreBoundedAndTheSameEachTime(String run) throws IOException {
        Job first = factory.downgrade(request(run, 1, template("kustomize")));
        Job again = factory.downgrade(request(run, 1, template("kustomize")));
        assertThat(again).isEqualTo(first);
        assertThat(first.getMetadata().getName())
                .hasSizeLessThanOrEqualTo(63)
                .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?")
                .endsWith("-downgrade-1")
                .isEqualTo(factory.name(run, MigratorJobKind.DOWNGRADE, 1));
        assertThat(first.getMetadata().getLabels().values()).allMatch(value -> value.length() <= 63);
    }

    @Test
    void namesOfDifferentRunsNeverMeet() {
        String longName = "x".repeat(80);
        assertThat(Stream.of("a.b", "a-b", longName + "1", longName + "2")
                        .map(run -> factory.name(run, MigratorJobKind.CHECKS, 1)))
                .doesNotHaveDuplicates();
        assertThat(factory.name("a-b", MigratorJobKind.CHECKS, 12)).isEqualTo("a-b-checks-12");
    }

    @Test
    void recognisesItsOwnJobAfterACrash() throws IOException {
        Job wanted = factory.downgrade(request("run", 1, template("kustomize")));
        // What the API server fills in must not matter.
        Job existing = new JobBuilder(wanted)
                .editMetadata()
                .withUid("u")
                .withResourceVersion("5")
                .endMetadata()
                .editSpec()
                .withCompletionMode("NonIndexed")
                .withSuspend(false)
                .endSpec()
                .build();
        assertThat(factory.isSame(wanted, existing)).isTrue();
        assertThat(factory.isOurs(wanted, existing)).isTrue();

        Job otherShape = factory.downgrade(request("run", 1, template("legacy")));
        assertThat(factory.isSame(wanted, otherShape)).isFalse();
        assertThat(factory.isOurs(wanted, otherShape)).isTrue();

        Job otherRun = new JobBuilder(wanted)
                .editMetadata()
                .addToLabels(MigratorLabels.RUN_UID, "another")
                .endMetadata()
                .build();
        assertThat(factory.isSame(wanted, otherRun)).isFalse();
        assertThat(factory.isOurs(wanted, otherRun)).isFalse();

        Job foreign = new JobBuilder()
                .withNewMetadata()
                .withName(wanted.getMetadata().getName())
                .endMetadata()
                .build();
        assertThat(factory.isOurs(wanted, foreign)).isFalse();
        assertThat(factory.isOurs(wanted, factory.downgrade(request("run", 2, template("kustomize")))))
                .isFalse();
    }

    @Test
    void needsAnImage() throws IOException {
        MigratorTemplate bare = template("bare");
        assertThatThrownBy(() -> request("run", 1, bare))
                .hasMessageContaining("no init container \"migrator\"")
                .hasMessageContaining("spec.migrator.image");
    }

    @Test
    void aTemplateShowsNoPassword() throws IOException {
        assertThat(template("legacy").toString())
                .contains("CODEINSIGHTS_PGDATASOURCE")
                .doesNotContain("password");
    }

    @Test
    void aDeploymentWithoutEitherContainerHasNoTemplate() {
        Deployment other = Serialization.unmarshal("""
                kind: Deployment
                apiVersion: apps/v1
                spec: {template: {spec: {containers: [{name: x}]}}}
                """, Deployment.class);
        assertThat(new MigratorTemplateReader(KEYS).read(other)).isEmpty();
    }

    /** The same service account as the frontend's where it is the way into the databases, from a ConfigMap too. */
    @Test
    void findsTheConnectionUpdaterBehindAReference() throws IOException {
        KeyLookup keys = new KeyLookup() {
            @Override
            public Optional<Set<String>> configMap(String name) {
                return name.equals("sourcegraph-frontend-env")
                        ? Optional.of(Set.of("PG_CONNECTION_UPDATER"))
                        : Optional.empty();
            }

            @Override
            public Optional<Set<String>> secret(String name) {
                return Optional.empty();
            }
        };
        assertThat(new MigratorTemplateReader(keys)
                        .read(frontend("kustomize"))
                        .orElseThrow()
                        .usesApiToken())
                .isTrue();
        assertThat(template("kustomize").usesApiToken()).isFalse();
    }

    private static JobRequest request(String run, int attempt, MigratorTemplate template) {
        return new JobRequest(
                "sourcegraph",
                run,
                "uid",
                attempt,
                Minor.of(5, 0),
                Minor.of(4, 5),
                template,
                Optional.empty(),
                RESOURCES,
                false,
                Version.of(5, 0, 6));
    }

    private static MigratorTemplate template(String flavour) throws IOException {
        return new MigratorTemplateReader(KEYS).read(frontend(flavour)).orElseThrow();
    }

    private static Deployment frontend(String flavour) throws IOException {
        try (InputStream yaml = MigratorJobGoldenTest.class.getResourceAsStream(flavour + "/in-frontend.yaml")) {
            return Serialization.unmarshal(yaml, Deployment.class);
        }
    }

    private static void verify(String flavour, String kind, Job job) throws IOException {
        String name = flavour + "/out-" + kind + ".yaml";
        String actual = YAML.writeValueAsString(YAML.readTree(Serialization.asJson(job)));
        if (Boolean.getBoolean("golden.update")) {
            Path file = Path.of("src/test/resources/com/sourcegraph/downgrade/migrator")
                    .resolve(name);
            Files.writeString(file, actual);
            return;
        }
        try (InputStream expected = MigratorJobGoldenTest.class.getResourceAsStream(name)) {
            assertThat(expected).as("golden file " + name).isNotNull();
            assertThat(actual).isEqualTo(new String(expected.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
