package com.sourcegraph.downgrade.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and writes the record of runs: the ConfigMap {@value #NAME} of the instance's namespace. */
public final class RunHistoryStore {

    /** The ConfigMap that holds the record. */
    public static final String NAME = "sourcegraph-downgrade-history";

    private static final String HOLDER = "holder.json";
    private static final String RUNS = "runs.json";

    private final RecordRules rules = new RecordRules();
    private final ObjectMapper json = JsonMapper.builder().build();

    /**
     * Reads the record.
     *
     * @throws CorruptHistoryException where the ConfigMap holds something else: rather ask a person than run twice
     */
    public RunHistory read(KubernetesClient client, String namespace) {
        ConfigMap map =
                client.configMaps().inNamespace(namespace).withName(NAME).get();
        if (map == null) {
            return RunHistory.empty();
        }
        Map<String, String> data = map.getData() == null ? Map.of() : map.getData();
        try {
            String text = data.getOrDefault(HOLDER, "");
            boolean held = !text.isBlank();
            RunRecord holder = held ? json.readValue(text, RunRecord.class) : null;
            List<RunRecord> runs =
                    json.readValue(data.getOrDefault(RUNS, "[]"), new TypeReference<List<RunRecord>>() {});
            Optional<String> wrong =
                    (held ? rules.holder(holder) : Optional.<String>empty()).or(() -> rules.ended(runs));
            if (wrong.isPresent()) {
                throw new CorruptHistoryException(namespace, wrong.get());
            }
            return new RunHistory(
                    Optional.ofNullable(holder),
                    runs,
                    Optional.of(map.getMetadata().getResourceVersion()));
        } catch (JsonProcessingException e) {
            throw new CorruptHistoryException(namespace, e);
        }
    }

    /**
     * Takes hold of the instance for a run.
     *
     * @return the record as it is stored now
     * @throws io.fabric8.kubernetes.client.KubernetesClientException 409 where someone else wrote in between
     */
    public RunHistory claim(KubernetesClient writer, String namespace, RunHistory read, RunRecord run) {
        return write(writer, namespace, read.claimedBy(run));
    }

    /**
     * Lets go of the instance and keeps the run as ended.
     *
     * @return the record as it is stored now
     * @throws io.fabric8.kubernetes.client.KubernetesClientException 409 where someone else wrote in between
     */
    public RunHistory release(KubernetesClient writer, String namespace, RunHistory read, RunRecord ended) {
        return write(writer, namespace, read.released(ended));
    }

    private RunHistory write(KubernetesClient writer, String namespace, RunHistory history) {
        ConfigMap map = new ConfigMapBuilder()
                .withNewMetadata()
                .withName(NAME)
                .withNamespace(namespace)
                .addToLabels("app.kubernetes.io/managed-by", "sourcegraph-downgrade-operator")
                .withResourceVersion(history.resourceVersion().orElse(null))
                .endMetadata()
                .addToData(HOLDER, history.holder().map(this::text).orElse(""))
                .addToData(RUNS, text(history.runs()))
                .build();
        ConfigMap stored = history.resourceVersion().isPresent()
                ? writer.resource(map).update()
                : writer.resource(map).create();
        return new RunHistory(
                history.holder(),
                history.runs(),
                Optional.of(stored.getMetadata().getResourceVersion()));
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The record of runs cannot be written as JSON", e);
        }
    }
}
