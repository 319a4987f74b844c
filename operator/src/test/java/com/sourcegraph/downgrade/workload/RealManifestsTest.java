package com.sourcegraph.downgrade.workload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every workload of real releases, against tables that were checked by hand with the source of the services. */
class RealManifestsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "kustomize/4.5.1",
                "kustomize/5.0.6",
                "kustomize/5.3.12303",
                "kustomize/5.9.1590",
                "kustomize/6.0.0",
                "kustomize/6.12.5040",
                "legacy/4.0.1",
                "legacy/4.5.1",
                "legacy/5.0.6"
            })
    void classifies_every_workload_with_its_reason(String release) throws IOException {
        Workloads workloads = Manifests.release(release + ".yaml").read();

        assertThat(table(workloads)).isEqualTo(golden(release));
        assertThat(workloads.databases()).hasSize(3);
        assertThat(workloads.frontend().orElseThrow().ref())
                .isEqualTo(new WorkloadRef("Deployment", "sourcegraph-frontend"));
        assertThat(workloads.all()).noneMatch(w -> w.classification() == Classification.UNKNOWN);
    }

    private static String table(Workloads workloads) {
        return workloads.all().stream()
                .map(workload -> workload.classification() + " " + workload.ref() + ": " + workload.reason() + "\n")
                .collect(Collectors.joining());
    }

    private static String golden(String release) throws IOException {
        String name = release.replace('/', '-') + ".txt";
        try (InputStream text = RealManifestsTest.class.getResourceAsStream("classified/" + name)) {
            assertThat(text).as("golden table %s", name).isNotNull();
            return new String(text.readAllBytes(), UTF_8);
        }
    }
}
