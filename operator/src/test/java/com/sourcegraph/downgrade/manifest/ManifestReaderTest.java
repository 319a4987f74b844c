package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {

    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata:
              name: symbols
            spec: {ports: [{port: 3184}]}
            """;
    private static final String CONFIG_MAP = """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: prometheus
            data: {a: b}
            """;

    @Test
    void readsEveryDocumentAndSkipsEmptyOnes() {
        ManifestBundle bundle =
                RealManifests.bundle("---\n# only a comment\n---\n" + SERVICE + "---\n\n---\n" + CONFIG_MAP);

        assertThat(bundle.objects())
                .extracting(TargetObject::key)
                .extracting(Object::toString)
                .containsExactly("Service/symbols", "ConfigMap/prometheus");
        assertThat(bundle.objects().get(1).origin()).isEqualTo(new Origin("manifests.yaml", 4, 12));
    }

    @Test
    void flattensLists() {
        ManifestBundle bundle = RealManifests.bundle("""
                apiVersion: v1
                kind: List
                items:
                - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
                - {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
                """);

        assertThat(bundle.objects()).extracting(TargetObject::name).containsExactly("a", "b");
    }

    @Test
    void readsGzipAndPlainKeysInTheOrderOfTheirNames() throws IOException {
        TreeMap<String, byte[]> data = new TreeMap<>();
        data.put("2.yaml", SERVICE.getBytes(StandardCharsets.UTF_8));
        data.put("1.yaml.gz", gzip(CONFIG_MAP.getBytes(StandardCharsets.UTF_8)));

        ManifestBundle bundle = bundle(new ManifestReader().parse(RealManifests.SOURCE, data));

        assertThat(bundle.objects()).extracting(TargetObject::name).containsExactly("prometheus", "symbols");
    }

    @Test
    void readsTheNamedKeysOnlyAndSaysWhichOnesThereAre() {
        TreeMap<String, byte[]> data = new TreeMap<>();
        data.put("a", SERVICE.getBytes(StandardCharsets.UTF_8));
        data.put("b", "not: an object".getBytes(StandardCharsets.UTF_8));
        ManifestReader reader = new ManifestReader();

        assertThat(bundle(reader.parse(source("a"), data)).objects()).hasSize(1);
        assertThat(problems(reader.parse(source("c"), data)))
                .containsExactly("ConfigMap/target-manifests: It has no key \"c\". It has: a, b.");
    }

    @Test
    void theDigestIsOfTheContentAndNotOfItsText() throws IOException {
        String digest = RealManifests.bundle(SERVICE + "---\n" + CONFIG_MAP).digest();

        assertThat(digest).matches("sha256:[0-9a-f]{64}");
        assertThat(RealManifests.bundle("# other order\n" + CONFIG_MAP + "---\n" + SERVICE)
                        .digest())
                .isEqualTo(digest);
        assertThat(RealManifests.bundle(SERVICE + "---\n" + CONFIG_MAP.replace("a: b", "a: c"))
                        .digest())
                .isNotEqualTo(digest);
    }

    @Test
    void refusesWhatUnpacksWithoutEnd() throws IOException {
        TreeMap<String, byte[]> data = new TreeMap<>();
        data.put("bomb", gzip(new byte[3 * 1024 * 1024]));

        ManifestReading reading = new ManifestReader(2 * 1024 * 1024).parse(RealManifests.SOURCE, data);

        assertThat(problems(reading)).singleElement().asString().contains("key \"bomb\"", "more than 2 MiB");
    }

    @Test
    void theBoundIsForAllKeysTogether() {
        TreeMap<String, byte[]> data = new TreeMap<>();
        String large = CONFIG_MAP + "#" + "x".repeat(700_000);
        data.put("a", large.getBytes(StandardCharsets.UTF_8));
        data.put("b", large.replace("prometheus", "other").getBytes(StandardCharsets.UTF_8));

        assertThat(new ManifestReader(1024 * 1024).parse(RealManifests.SOURCE, data))
                .isInstanceOf(ManifestReading.Unreadable.class);
    }

    /** What a key took counts although it was refused: many bad keys are no way around the bound. */
    @Test
    void aKeyThatIsRefusedCountsToo() throws IOException {
        TreeMap<String, byte[]> data = new TreeMap<>();
        byte[] noText = new byte[700_000];
        noText[0] = (byte) 0xff;
        data.put("a", gzip(noText));
        data.put("b", (CONFIG_MAP + "#" + "x".repeat(700_000)).getBytes(StandardCharsets.UTF_8));

        List<String> problems = problems(new ManifestReader(1024 * 1024).parse(RealManifests.SOURCE, data));

        assertThat(problems).hasSize(2);
        assertThat(problems.get(0)).contains("key \"a\"", "neither UTF-8");
        assertThat(problems.get(1)).contains("key \"b\"", "more than 1 MiB", "one release only");
    }

    @Test
    void eightMebibytesAreTheBound() throws IOException {
        TreeMap<String, byte[]> data = new TreeMap<>();
        data.put("bomb", gzip(new byte[8 * 1024 * 1024 + 1]));

        assertThat(problems(new ManifestReader().parse(RealManifests.SOURCE, data)))
                .singleElement()
                .asString()
                .contains("more than 8 MiB", "less than 0.2 MiB");
    }

    /** A few bytes each, and each an object in memory: 8 MiB of them would be hundreds of MiB. */
    @ParameterizedTest
    @ValueSource(strings = {"{},", "[],", "1,", "{a: },", "{a: [{}]},"})
    void refusesMorePartsThanAnyReleaseHasAndStopsThere(String part) {
        String text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: ["
                + part.repeat(2_000_000 / part.length());

        // Were it read to its end, it would be told that the list is not closed.
        assertThat(problems(RealManifests.read(text)))
                .containsExactly("ConfigMap/target-manifests, key \"manifests.yaml\", document 1 (line 1):"
                        + " With it, the manifests have more than 200000 fields and values; those of a release have"
                        + " less than 10000. Store the manifests of one release only, as `kubectl kustomize` or"
                        + " `helm template` prints them.");
    }

    @Test
    void emptyDocumentsCountToo() {
        assertThat(problems(RealManifests.read("---\n".repeat(250_000))))
                .singleElement()
                .asString()
                .contains("more than 200000 fields and values");
    }

    @Test
    void thePartsOfAllKeysCountTogether() {
        TreeMap<String, byte[]> data = new TreeMap<>();
        for (String key : List.of("a", "b", "c")) {
            data.put(
                    key,
                    ("{apiVersion: v1, kind: ConfigMap, metadata: {name: " + key + "}, x: [" + "{},".repeat(45_000)
                                    + "]}")
                            .getBytes(StandardCharsets.UTF_8));
        }

        assertThat(problems(new ManifestReader().parse(RealManifests.SOURCE, data)))
                .singleElement()
                .asString()
                .contains("key \"c\"", "more than 200000 fields and values");
    }

    @Test
    void refusesMoreObjectsThanAnyReleaseHasAndStopsThere() {
        StringBuilder text = new StringBuilder("{apiVersion: v1, kind: List, items: [");
        for (int i = 0; i <= 2_500; i++) {
            text.append("{apiVersion: v1, kind: ConfigMap, metadata: {name: c")
                    .append(i)
                    .append("}}, ");
        }

        assertThat(problems(RealManifests.read(text.append("]}").toString())))
                .singleElement()
                .asString()
                .contains("more than 2000 objects", "some sixty");
    }

    @Test
    void aHundredProblemsAreEnough() {
        assertThat(problems(RealManifests.read("{a: b}\n---\n".repeat(5_000)))).hasSize(100);
    }

    @Test
    void quotesNoTextWithoutBound() {
        String long300 = "x".repeat(300);
        List<String> problems = problems(RealManifests.read("""
                {apiVersion: %1$s!, kind: Service, metadata: {name: a}}
                ---
                {apiVersion: v1, kind: Service, metadata: {name: %1$s}}
                ---
                {apiVersion: v1, kind: %1$s, metadata: {name: b}}
                ---
                {apiVersion: v1, kind: %1$sList, items: [1]}
                ---
                {apiVersion: v1, kind: Service, metadata: {name: "a\\nb"}}
                ---
                {a: *%1$s}
                """.formatted(long300)));

        assertThat(problems).hasSize(6).allSatisfy(problem -> assertThat(problem)
                .doesNotContain("x".repeat(101))
                .doesNotContain("\n")
                .hasSizeLessThan(350));
    }

    @Test
    void namesSomeOfManyKeys() {
        TreeMap<String, byte[]> data = new TreeMap<>();
        for (int i = 0; i < 500; i++) {
            data.put("key-" + i, new byte[0]);
        }

        assertThat(problems(new ManifestReader().parse(source("c"), data)))
                .singleElement()
                .asString()
                .contains("key-0, ", " and 490 more")
                .hasSizeLessThan(300);
    }

    @Test
    void namesBothPlacesOfADuplicate() {
        assertThat(problems(RealManifests.read(SERVICE + "---\n" + SERVICE)))
                .singleElement()
                .asString()
                .contains("document 2 (line 7)", "Service/symbols is there twice", "document 1 (line 1)");
    }

    @Test
    void collectsEveryProblemWithItsPlace() {
        List<String> problems = problems(RealManifests.read("""
                kind: Service
                metadata: {name: a}
                ---
                apiVersion: v1
                kind: Service
                metadata: {generateName: b-}
                ---
                - just
                - a list
                ---
                apiVersion: ../../v1
                kind: Service
                metadata: {name: c}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: ../../secrets/d}
                """));

        assertThat(problems).hasSize(5);
        assertThat(problems.get(0)).contains("document 1 (line 1)", "no apiVersion");
        assertThat(problems.get(1)).contains("document 2 (line 4)", "no metadata.name");
        assertThat(problems.get(2)).contains("document 3 (line 8)", "no fields");
        assertThat(problems.get(3)).contains("apiVersion \"../../v1\" is none");
        assertThat(problems.get(4)).contains("cannot be the name of an object");
    }

    @Test
    void aMistakeIsToldWithItsLineAndWithoutTheContentAround() {
        List<String> problems = problems(RealManifests.read("""
                apiVersion: v1
                kind: Secret
                metadata: {name: a}
                stringData:
                  password: hunter2
                 broken: true
                """));

        assertThat(problems).singleElement().asString().contains("line 6").doesNotContain("hunter2");
    }

    @Test
    void refusesAliasesMergeKeysAndFieldsThatAreThereTwice() {
        assertThat(problems(RealManifests.read("a: &x [1]\nb: *x\n")))
                .singleElement()
                .asString()
                .contains("alias (*x)");
        assertThat(problems(RealManifests.read("a: {<<: {b: c}}\n")))
                .singleElement()
                .asString()
                .contains("<<");
        assertThat(problems(RealManifests.read("a: b\na: c\n")))
                .singleElement()
                .asString()
                .contains("line 2", "'a'");
    }

    @Test
    void readsScalarsAsKubectlDoes() {
        var content = RealManifests.bundle("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: a}
                mode: 0644
                nothing:
                word: "0644"
                yes: on
                """).objects().get(0).content();

        assertThat(content.path("mode").intValue()).isEqualTo(420);
        assertThat(content.path("nothing").isNull()).isTrue();
        assertThat(content.path("word").textValue()).isEqualTo("0644");
        assertThat(content.path("yes").booleanValue()).isTrue();
    }

    @Test
    void dropsWhatOnlyAServerSets() {
        var content = RealManifests.bundle("""
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: a
                  uid: 1
                  resourceVersion: "2"
                  managedFields: []
                  annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}", mine: "1"}
                status: {}
                """).objects().get(0).content();

        assertThat(content.toString())
                .isEqualTo("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\","
                        + "\"annotations\":{\"mine\":\"1\"}}}");
    }

    @Test
    void aSourceWithoutObjectsIsAProblem() {
        assertThat(problems(RealManifests.read("---\n")))
                .singleElement()
                .asString()
                .contains("no Kubernetes object");
    }

    private static ManifestSource source(String... keys) {
        return new ManifestSource(ManifestSource.Kind.CONFIG_MAP, "target-manifests", List.of(keys));
    }

    private static ManifestBundle bundle(ManifestReading reading) {
        assertThat(reading).isInstanceOf(ManifestReading.Read.class);
        return ((ManifestReading.Read) reading).bundle();
    }

    private static List<String> problems(ManifestReading reading) {
        assertThat(reading).isInstanceOf(ManifestReading.Unreadable.class);
        return ((ManifestReading.Unreadable) reading)
                .problems().stream().map(ManifestProblem::toString).toList();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
