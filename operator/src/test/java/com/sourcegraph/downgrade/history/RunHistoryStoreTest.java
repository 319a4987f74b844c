package com.sourcegraph.downgrade.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** The record on an API server: who comes late writes nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunHistoryStoreTest {
    private static final RunRecord BEGUN =
            new RunRecord("back", "first", "d1", "4.5.1", "4.0.1", "2026-01-01T10:00:00Z", null, null);
    private static final RunRecord OTHER =
            new RunRecord("other", "second", "d2", "4.5.1", "4.4.2", "2026-01-01T10:00:01Z", null, null);

    private final RunHistoryStore store = new RunHistoryStore();
    private InMemoryCluster cluster;
    private KubernetesClient client;
    private String namespace;

    @BeforeAll
    void start() {
        cluster = InMemoryCluster.start();
        client = cluster.client();
    }

    @AfterAll
    void stop() {
        client.close();
        cluster.close();
    }

    @BeforeEach
    void makeNamespace(TestInfo test) {
        namespace = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
    }

    @Test
    void aNamespaceInWhichNothingHasRunHasAnEmptyRecord() {
        assertThat(store.read(client, namespace)).isEqualTo(RunHistory.empty());
    }

    @Test
    void whatWasWrittenIsReadBack() {
        store.claim(client, namespace, store.read(client, namespace), BEGUN);
        RunHistory claimed = store.read(client, namespace);
        assertThat(claimed.holder()).contains(BEGUN);
        assertThat(claimed.runs()).isEmpty();

        RunRecord ended = BEGUN.ended("2026-01-01T11:00:00Z", RunRecord.COMPLETE);
        store.release(client, namespace, claimed, ended);

        RunHistory released = store.read(client, namespace);
        assertThat(released.holder()).isEmpty();
        assertThat(released.runs()).containsExactly(ended);
    }

    @Test
    void ofTwoThatClaimAtOnceOneIsRefused() {
        RunHistory seenByBoth = store.read(client, namespace);
        store.claim(client, namespace, seenByBoth, BEGUN);

        conflicts(() -> store.claim(client, namespace, seenByBoth, OTHER));
        assertThat(store.read(client, namespace).holder()).contains(BEGUN);
    }

    @Test
    void ofTwoThatClaimAfterAnotherOneIsRefused() {
        store.claim(client, namespace, store.read(client, namespace), BEGUN);
        store.release(
                client,
                namespace,
                store.read(client, namespace),
                BEGUN.ended("2026-01-01T11:00:00Z", RunRecord.CANCELLED));
        RunHistory seenByBoth = store.read(client, namespace);
        store.claim(client, namespace, seenByBoth, OTHER);

        conflicts(() -> store.claim(client, namespace, seenByBoth, BEGUN));
        assertThat(store.read(client, namespace).holder()).contains(OTHER);
    }

    @Test
    void aRecordThatCannotBeReadIsNotTakenForAnEmptyOne() {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(RunHistoryStore.NAME)
                        .endMetadata()
                        .addToData("runs.json", "not json")
                        .build())
                .create();

        assertThatThrownBy(() -> store.read(client, namespace))
                .isInstanceOf(CorruptHistoryException.class)
                .hasMessageContaining("kubectl -n " + namespace + " delete configmap sourcegraph-downgrade-history");
    }

    @Test
    void theLargestRecordFitsIntoAConfigMap() {
        RunRecord longest = new RunRecord(
                "n".repeat(63),
                "u".repeat(36),
                "sha256:" + "d".repeat(64),
                "5.11.123456789",
                "5.10.123456789",
                "2026-01-01T10:00:00Z",
                "2026-01-01T11:00:00Z",
                RunRecord.CANCELLED);
        RunHistory full =
                new RunHistory(Optional.empty(), Collections.nCopies(RunHistory.LIMIT, longest), Optional.empty());

        store.claim(client, namespace, full, BEGUN);

        RunHistory read = store.read(client, namespace);
        assertThat(read.runs()).hasSize(RunHistory.LIMIT);
        assertThat(client.configMaps()
                        .inNamespace(namespace)
                        .withName(RunHistoryStore.NAME)
                        .get()
                        .getData()
                        .values())
                .as("far below the mebibyte that a ConfigMap may have")
                .allSatisfy(text -> assertThat(text.length()).isLessThan(64 * 1024));
        assertThat(List.copyOf(read.runs())).containsOnly(longest);
    }

    private static void conflicts(org.assertj.core.api.ThrowableAssert.ThrowingCallable claim) {
        assertThatThrownBy(claim).isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                .isEqualTo(409));
    }
}
