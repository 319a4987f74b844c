package com.sourcegraph.downgrade.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real instances, quiesced and put back: every object is then as it was, down to who owns which field. */
class RealInstanceTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RUN = "run-1";

    private Api api;
    private Namespace namespace;

    @BeforeEach
    void start() {
        api = new Api();
        namespace = new Namespace(api.client());
    }

    @AfterEach
    void stop() {
        if (api != null) {
            namespace.delete();
            api.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "kustomize/5.0.6.yaml, kubectl-client-side-apply, false, 7, 7",
        "kustomize/5.0.6.yaml, kustomize-controller, true, 7, 14",
        "legacy/4.5.1.yaml, kubectl-client-side-apply, false, 7, 7",
        "legacy/4.5.1.yaml, helm, true, 7, 14"
    })
    void called_off_everything_is_as_it_was(
            String release, String manager, boolean serverSide, int quiesceWrites, int restoreWrites) {
        namespace.install(Manifests.release(release), manager, serverSide);
        Map<WorkloadRef, String> before = state();
        List<WorkloadRef> connected =
                namespace.read().connected().stream().map(Workload::ref).toList();

        api.forget();
        namespace.read().connected().forEach(workload -> new Quiescer().quiesce(api.client(), workload, RUN));
        assertThat(api.patches()).hasSize(quiesceWrites);

        Workloads quiesced = namespace.read();
        assertThat(quiesced.connected()).extracting(Workload::ref).isEqualTo(connected);
        assertThat(quiesced.connected())
                .allSatisfy(workload -> assertThat(workload.replicas()).hasValue(0));
        assertThat(quiesced.databases())
                .allSatisfy(workload -> assertThat(workload.replicas()).hasValue(1));
        assertThat(new QuiesceReader().read(quiesced, RUN).toQuiesce()).isEmpty();
        Map<WorkloadRef, String> others = state();
        others.keySet().removeAll(connected);
        assertThat(before).containsAllEntriesOf(others);

        api.forget();
        quiesced.connected().forEach(workload -> new Restorer()
                .restore(api.client(), workload, new RestoreScope(RestoreMode.CANCEL, RUN, Set.of(RUN))));
        assertThat(api.patches()).hasSize(restoreWrites);
        assertThat(state()).isEqualTo(before);
    }

    /** The objects without what every write changes: resourceVersion, generation and the times of managed fields. */
    private Map<WorkloadRef, String> state() {
        Map<WorkloadRef, String> state = new TreeMap<>();
        NamespaceObjects objects = namespace.objects();
        Stream.<List<? extends HasMetadata>>of(objects.deployments(), objects.statefulSets(), objects.daemonSets())
                .flatMap(List::stream)
                .forEach(object -> {
                    ObjectNode tree = JSON.valueToTree(object);
                    ObjectNode metadata = (ObjectNode) tree.get("metadata");
                    metadata.remove(List.of("resourceVersion", "generation"));
                    metadata.get("managedFields").forEach(entry -> ((ObjectNode) entry).remove("time"));
                    if (metadata.path("annotations").isEmpty()) {
                        metadata.remove("annotations");
                    }
                    tree.remove("status");
                    state.put(
                            new WorkloadRef(
                                    object.getKind(), object.getMetadata().getName()),
                            tree.toPrettyString());
                });
        return state;
    }
}
