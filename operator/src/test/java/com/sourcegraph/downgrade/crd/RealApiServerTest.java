package com.sourcegraph.downgrade.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a real kube-apiserver says: it accepts the definition (structure, cost of its rules, paths), and judges the corpus
 * with the very messages that are written there.
 */
@Tag("real-apiserver")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealApiServerTest {

    private RealApiServer server;

    @BeforeAll
    void connect() {
        server = RealApiServer.connect();
    }

    @AfterAll
    void leaveNothing() {
        if (server != null) {
            server.close();
        }
    }

    static List<CorpusCase> valid() {
        return CorpusCase.valid();
    }

    static List<CorpusCase> invalid() {
        return CorpusCase.invalid();
    }

    @ParameterizedTest
    @MethodSource
    void valid(CorpusCase accepted) {
        assertThat(server.refusal(accepted)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource
    void invalid(CorpusCase refused) {
        Optional<String> message = server.refusal(refused);

        assertThat(message).as(refused.name()).isPresent();
        refused.assertRefusedAsWritten(message.get());
    }

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(ProjectRoot.resolve(Path.of("examples")))) {
            return files.filter(file -> file.toString().endsWith(".yaml") && !file.endsWith("instance-rbac.yaml"))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void examplesAreAccepted(Path example) {
        assertThat(server.refusal(CorpusCase.read(example))).isEmpty();
    }

    /** The typed model fills in defaults when it reads; writing it back must not look like a change of the spec. */
    @Test
    void whatTheOperatorWritesIsNotTakenForAChangeOfTheSpec() {
        Resource<SourcegraphDowngrade> resource = create("operator-writes");

        resource.edit(read -> {
            read.addFinalizer("downgrade.sourcegraph.com/put-back");
            return read;
        });
        resource.editStatus(read -> {
            read.setStatus(SampleResources.full());
            return read;
        });
        SourcegraphDowngrade written = resource.get();
        assertThat(written.getStatus()).isEqualTo(SampleResources.full());

        resource.editStatus(read -> {
            read.setStatus(SampleResources.empty());
            return read;
        });
        assertThat(resource.get().getStatus()).isEqualTo(SampleResources.empty());

        resource.edit(read -> {
            read.removeFinalizer("downgrade.sourcegraph.com/put-back");
            return read;
        });
        resource.delete();
        resource.waitUntilCondition(gone -> gone == null, 10, TimeUnit.SECONDS);
    }

    /** The journal is written by PUT of the whole typed resource, under an optimistic lock. */
    @Test
    void theJournalIsWrittenByReplacingTheStatusOfWhatWasRead() {
        SourcegraphDowngrade read = create("journal").get();
        String before = read.getMetadata().getResourceVersion();
        read.setStatus(SampleResources.full());

        SourcegraphDowngrade stored =
                server.client().resource(read).lockResourceVersion(before).updateStatus();

        assertThat(stored.getStatus()).isEqualTo(SampleResources.full());
        assertThat(stored.getMetadata().getGeneration())
                .isEqualTo(read.getMetadata().getGeneration());
        assertThatThrownBy(() -> server.client()
                        .resource(read)
                        .lockResourceVersion(before)
                        .updateStatus())
                .isInstanceOfSatisfying(KubernetesClientException.class, refused -> assertThat(refused.getCode())
                        .isEqualTo(409));
        server.client().resource(stored).delete();
    }

    @Test
    void theStatusIsHeldToItsSchemaToo() {
        Resource<SourcegraphDowngrade> resource = create("status-schema");

        assertThatThrownBy(() -> resource.editStatus(read -> {
                    read.setStatus(SampleResources.startedAt("yesterday"));
                    return read;
                }))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(
                        "status.startedAt: Invalid value: \"yesterday\": startedAt in body must be of type date-time");
        assertThatThrownBy(() -> resource.editStatus(read -> {
                    read.setStatus(SampleResources.steps(StepName.MIGRATE, StepName.MIGRATE));
                    return read;
                }))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("status.steps[1]: Duplicate value");

        resource.delete();
    }

    @Test
    void theStatusIsNotWrittenByWhoWritesTheSpec() {
        SourcegraphDowngrade given = SampleResources.resource("no-status", server.namespace());
        given.setStatus(SampleResources.phase(Phase.COMPLETE));

        SourcegraphDowngrade stored = server.client().resource(given).create();

        assertThat(stored.getStatus()).isNull();
        server.client().resource(stored).delete();
    }

    private Resource<SourcegraphDowngrade> create(String name) {
        // As a user writes it, with nothing but what is required: not through the typed model, which adds defaults.
        server.client()
                .raw(
                        "/apis/downgrade.sourcegraph.com/v1alpha1/namespaces/" + server.namespace()
                                + "/sourcegraphdowngrades",
                        "POST",
                        SampleResources.smallest(name));
        return server.client()
                .resources(SourcegraphDowngrade.class)
                .inNamespace(server.namespace())
                .withName(name);
    }
}
