package com.sourcegraph.downgrade.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What quiescing and restoring write, without controllers that act on it: each test decides who does what. */
class QuiesceAndRestoreTest {
    private static final String RUN = "run-1";
    private static final String WORKER =
            Yaml.deployment("worker", "sourcegraph/worker:5.0.6").replace("  replicas: 1\n", "  replicas: 3\n");
    private static final String CSA = "kubectl-client-side-apply";

    private Api api;
    private KubernetesClient client;
    private Namespace namespace;

    @BeforeEach
    void start() {
        api = new Api();
        client = api.client();
        namespace = new Namespace(client);
    }

    @AfterEach
    void stop() {
        if (api != null) {
            namespace.delete();
            api.close();
        }
    }

    @Test
    void the_count_is_recorded_in_the_very_request_that_scales_to_zero() {
        namespace.create(CSA, WORKER);

        assertThat(quiesce()).isEqualTo(QuiesceOutcome.QUIESCED);

        assertThat(api.patches()).singleElement().satisfies(request -> assertThat(
                        request.uri().getQuery())
                .contains("fieldManager=" + Markers.FIELD_MANAGER));
        assertThat(replicas()).isZero();
        assertThat(annotations()).containsEntry(Markers.ORIGINAL_REPLICAS, "3").containsEntry(Markers.QUIESCED_BY, RUN);
    }

    @Test
    void a_second_pass_writes_nothing_and_keeps_the_record() {
        namespace.create(CSA, WORKER);
        quiesce();
        api.forget();

        assertThat(quiesce()).isEqualTo(QuiesceOutcome.LEFT);

        assertThat(api.patches()).isEmpty();
        assertThat(annotations()).containsEntry(Markers.ORIGINAL_REPLICAS, "3");
    }

    @Test
    void what_somebody_scaled_up_again_goes_down_again_and_back_to_the_first_record() {
        namespace.create(CSA, WORKER);
        quiesce();
        scaleAs("argocd-controller", 7);

        QuiesceState state = new QuiesceReader().read(namespace.read(), RUN);
        assertThat(state.message())
                .isEqualTo("Deployment/worker was scaled up again by argocd-controller and is at 7 replicas");

        quiesce();
        assertThat(replicas()).isZero();
        assertThat(annotations()).containsEntry(Markers.ORIGINAL_REPLICAS, "3");

        restore(RestoreMode.CANCEL);
        assertThat(replicas()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(RestoreMode.class)
    void a_race_is_a_conflict_and_changes_nothing(RestoreMode mode) {
        namespace.create(CSA, WORKER);
        Workload before = worker();
        scaleAs("somebody", 5);

        assertThatThrownBy(() -> new Quiescer().quiesce(client, before, RUN))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(409));
        assertThat(replicas()).isEqualTo(5);

        quiesce();
        Workload quiesced = worker();
        scaleAs("somebody", 6);
        assertThatThrownBy(() -> new Restorer().restore(client, quiesced, scope(RUN, mode)))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(409));
        assertThat(replicas()).isEqualTo(6);
    }

    @Test
    void what_was_at_zero_before_is_left_alone_and_never_restored() {
        namespace.create(CSA, WORKER.replace("replicas: 3", "replicas: 0"));
        api.forget();

        assertThat(quiesce()).isEqualTo(QuiesceOutcome.LEFT);
        assertThat(restore(RestoreMode.CANCEL)).isEqualTo(RestoreOutcome.LEFT);
        assertThat(restore(RestoreMode.ROLLOUT)).isEqualTo(RestoreOutcome.LEFT);

        assertThat(api.patches()).isEmpty();
        assertThat(replicas()).isZero();
    }

    @Test
    void what_is_not_connected_is_refused() {
        namespace.create(CSA, Yaml.deployment("pgsql", "postgres:12"));
        api.forget();
        Workload database = namespace.read("Deployment", "pgsql");

        assertThatThrownBy(() -> new Quiescer().quiesce(client, database, RUN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Deployment/pgsql is not connected");
        assertThat(api.patches()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {CSA, "helm", "kubectl-edit"})
    void an_owner_by_updates_has_the_field_again_after_one_request(String owner) {
        namespace.create(owner, WORKER);
        List<FieldOwner> before = worker().fieldOwners();
        quiesce();
        api.forget();

        assertThat(restore(RestoreMode.CANCEL)).isEqualTo(RestoreOutcome.RESTORED);

        assertThat(api.patches()).hasSize(1);
        assertThat(replicas()).isEqualTo(3);
        assertThat(worker().fieldOwners())
                .extracting(FieldOwner::manager)
                .containsExactlyElementsOf(
                        before.stream().map(FieldOwner::manager).toList());
        assertNothingOfOursIsLeft();
    }

    @Test
    void while_quiesced_an_owner_by_server_side_apply_meets_a_conflict_and_after_the_restore_none() {
        namespace.apply("helm", WORKER);
        quiesce();
        assertThatThrownBy(() -> namespace.apply("helm", WORKER))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(409));

        restore(RestoreMode.CANCEL);

        assertThat(replicas()).isEqualTo(3);
        assertThat(worker().fieldOwners()).singleElement().satisfies(owner -> {
            assertThat(owner.manager()).isEqualTo("helm");
            assertThat(owner.applies()).isTrue();
        });
        assertNothingOfOursIsLeft();
        namespace.apply("helm", WORKER.replace("replicas: 3", "replicas: 4"));
        assertThat(replicas()).isEqualTo(4);
    }

    @Test
    void an_owners_next_apply_meets_no_conflict_where_nobody_owned_the_count() {
        namespace.apply("helm", WORKER.replace("  replicas: 3\n", ""));
        quiesce();
        restore(RestoreMode.CANCEL);

        assertThat(replicas()).isEqualTo(1);
        assertThat(worker().fieldOwners()).isEmpty();
        assertNothingOfOursIsLeft();
        namespace.apply("helm", WORKER);
        assertThat(replicas()).isEqualTo(3);
    }

    @Test
    void in_a_rollout_the_count_is_never_given_to_an_applier_whose_manifests_may_not_name_it() {
        namespace.apply("helm", WORKER);
        quiesce();
        restore(RestoreMode.ROLLOUT);

        assertThat(worker().fieldOwners()).isEmpty();
        assertNothingOfOursIsLeft();
        namespace.apply("helm", WORKER.replace("  replicas: 3\n", ""));
        assertThat(replicas()).isEqualTo(3);
    }

    @Test
    void a_restore_that_was_cut_off_between_its_two_writes_goes_on() {
        namespace.apply("helm", WORKER);
        quiesce();
        Workload quiesced = worker();
        // The state after the first of the two requests, as a crash would leave it.
        patch(
                "{\"metadata\":{\"annotations\":{\"" + Markers.QUIESCED_BY + "\":null,\"" + Markers.ORIGINAL_REPLICAS
                        + "\":null}},\"spec\":{\"replicas\":3}}",
                Markers.FIELD_MANAGER);
        assertThat(quiesced.recordedFieldOwners()).isPresent();
        assertThat(Restorer.pending(worker(), scope(RUN, RestoreMode.CANCEL))).isTrue();

        assertThat(restore(RestoreMode.CANCEL)).isEqualTo(RestoreOutcome.RESTORED);

        assertThat(Restorer.pending(worker(), scope(RUN, RestoreMode.CANCEL))).isFalse();
        assertThat(worker().fieldOwners()).extracting(FieldOwner::manager).containsExactly("helm");
        assertNothingOfOursIsLeft();
    }

    @ParameterizedTest
    @EnumSource(RestoreMode.class)
    void what_something_else_brought_back_keeps_its_count_and_loses_the_record(RestoreMode mode) {
        namespace.create(CSA, WORKER);
        quiesce();
        scaleAs("kubectl", 1);

        assertThat(restore(mode)).isEqualTo(RestoreOutcome.RELEASED);

        assertThat(replicas()).isEqualTo(1);
        assertNothingOfOursIsLeft();
        assertThat(restore(mode)).isEqualTo(RestoreOutcome.LEFT);
    }

    @ParameterizedTest
    @EnumSource(RestoreMode.class)
    void another_runs_workload_is_not_restored(RestoreMode mode) {
        namespace.create(CSA, WORKER);
        quiesce();
        api.forget();

        assertThat(Restorer.pending(worker(), scope("run-2", mode))).isFalse();
        assertThat(new Restorer().restore(client, worker(), scope("run-2", mode)))
                .isEqualTo(RestoreOutcome.LEFT);
        assertThat(api.patches()).isEmpty();
    }

    @Test
    void a_rollout_brings_back_what_a_run_had_stopped_that_has_gone_and_a_cancel_does_not() {
        namespace.create(CSA, WORKER);
        namespace.create(CSA, QuiesceReaderTest.autoscaler(0, ""));
        new Quiescer().quiesce(client, worker(), "gone");

        assertThat(new Restorer().restore(client, worker(), scope(RUN, RestoreMode.CANCEL)))
                .isEqualTo(RestoreOutcome.LEFT);
        assertThat(Restorer.pending(worker(), scope(RUN, RestoreMode.ROLLOUT))).isTrue();
        assertThat(new Restorer().restore(client, worker(), scope(RUN, RestoreMode.ROLLOUT)))
                .isEqualTo(RestoreOutcome.RESTORED);

        assertThat(replicas()).isEqualTo(3);
        assertThat(autoscaler().getSpec().getBehavior()).isNull();
        assertNothingOfOursIsLeft();
    }

    @Test
    void a_later_run_takes_over_what_an_earlier_one_left_at_zero_and_its_rollout_brings_it_back() {
        namespace.create(CSA, WORKER);
        quiesce();

        assertThat(new Quiescer().quiesce(client, worker(), "run-2")).isEqualTo(QuiesceOutcome.QUIESCED);
        assertThat(new QuiesceReader().read(namespace.read(), "run-2").toQuiesce())
                .isEmpty();
        new Restorer().restore(client, worker(), scope("run-2", RestoreMode.ROLLOUT));

        assertThat(replicas()).isEqualTo(3);
        assertNothingOfOursIsLeft();
    }

    /** The earlier run may have migrated: what is at zero is then newer than the schema. */
    @Test
    void a_cancel_leaves_at_zero_what_was_taken_over_and_a_third_run_can_take_it_over_again() {
        namespace.create(CSA, WORKER);
        quiesce();
        Map<String, String> before = annotations();
        new Quiescer().quiesce(client, worker(), "run-2");
        assertThat(worker().takenOverFrom()).hasValue(RUN);

        assertThat(Restorer.leaves(worker(), scope("run-2", RestoreMode.CANCEL)))
                .isTrue();
        assertThat(new Restorer().restore(client, worker(), scope("run-2", RestoreMode.CANCEL)))
                .isEqualTo(RestoreOutcome.RETURNED);

        assertThat(replicas()).isZero();
        assertThat(annotations()).isEqualTo(before);
        assertThat(Restorer.pending(worker(), scope("run-2", RestoreMode.CANCEL)))
                .isFalse();
        new Quiescer().quiesce(client, worker(), "run-3");
        new Restorer().restore(client, worker(), scope("run-3", RestoreMode.ROLLOUT));
        assertThat(replicas()).isEqualTo(3);
        assertNothingOfOursIsLeft();
    }

    @Test
    void of_several_takeovers_a_cancel_takes_back_the_last() {
        namespace.create(CSA, WORKER);
        quiesce();
        new Quiescer().quiesce(client, worker(), "run-2");
        new Quiescer().quiesce(client, worker(), "run-3");

        new Restorer().restore(client, worker(), scope("run-3", RestoreMode.CANCEL));

        assertThat(replicas()).isZero();
        assertThat(annotations())
                .containsEntry(Markers.QUIESCED_BY, "run-2")
                .containsEntry(Markers.ORIGINAL_REPLICAS, "3")
                .doesNotContainKey(Markers.TAKEN_OVER_FROM);
    }

    @Test
    void what_was_taken_over_and_brought_back_meanwhile_goes_down_again_and_stays_so_after_a_cancel() {
        namespace.create(CSA, WORKER);
        quiesce();
        new Quiescer().quiesce(client, worker(), "run-2");
        scaleAs("argocd-controller", 7);
        new Quiescer().quiesce(client, worker(), "run-2");

        new Restorer().restore(client, worker(), scope("run-2", RestoreMode.CANCEL));

        assertThat(replicas()).isZero();
        assertThat(annotations()).containsEntry(Markers.QUIESCED_BY, RUN).containsEntry(Markers.ORIGINAL_REPLICAS, "3");
    }

    @Test
    void what_was_up_before_a_run_comes_back_after_its_cancel_whatever_earlier_runs_had_noted() {
        namespace.create(CSA, WORKER);
        quiesce();
        new Quiescer().quiesce(client, worker(), "run-2");
        scaleAs("kubectl", 5);
        new Quiescer().quiesce(client, worker(), "run-3");

        new Restorer().restore(client, worker(), scope("run-3", RestoreMode.CANCEL));

        assertThat(replicas()).isEqualTo(5);
        assertNothingOfOursIsLeft();
    }

    @Test
    void a_cron_job_that_was_taken_over_stays_suspended_after_a_cancel() {
        namespace.create(
                CSA,
                Yaml.cronJob("reports", "sourcegraph/worker:5.0.6")
                        .replace("          containers", "          restartPolicy: Never\n          containers"));
        new Quiescer().quiesce(client, namespace.read("CronJob", "reports"), RUN);
        new Quiescer().quiesce(client, namespace.read("CronJob", "reports"), "run-2");

        new Restorer().restore(client, namespace.read("CronJob", "reports"), scope("run-2", RestoreMode.CANCEL));

        assertThat(namespace.read("CronJob", "reports").suspended()).isTrue();
        assertThat(namespace.read("CronJob", "reports").quiescedBy()).hasValue(RUN);
    }

    @Test
    void a_cancel_that_was_cut_off_between_workload_and_autoscaler_goes_on_and_leaves_both_stopped() {
        namespace.create(CSA, WORKER);
        namespace.create(CSA, QuiesceReaderTest.autoscaler(0, ""));
        quiesce();
        Map<String, String> before = annotations();
        Object paused = autoscaler().getSpec();
        Map<String, String> marks = autoscaler().getMetadata().getAnnotations();
        new Quiescer().quiesce(client, worker(), "run-2");
        // The state after the first of the two requests, as a crash would leave it.
        patch(
                "{\"metadata\":{\"annotations\":{\"" + Markers.QUIESCED_BY + "\":\"" + RUN + "\",\""
                        + Markers.TAKEN_OVER_FROM + "\":null}}}",
                Markers.FIELD_MANAGER);
        assertThat(Restorer.pending(worker(), scope("run-2", RestoreMode.CANCEL)))
                .isTrue();

        new Restorer().restore(client, worker(), scope("run-2", RestoreMode.CANCEL));

        assertThat(Restorer.pending(worker(), scope("run-2", RestoreMode.CANCEL)))
                .isFalse();
        assertThat(replicas()).isZero();
        assertThat(annotations()).isEqualTo(before);
        assertThat(autoscaler().getSpec()).isEqualTo(paused);
        assertThat(autoscaler().getMetadata().getAnnotations()).isEqualTo(marks);
    }

    @Test
    void an_autoscaler_that_was_taken_over_stays_paused_after_a_cancel() {
        namespace.create(CSA, WORKER);
        namespace.create(CSA, QuiesceReaderTest.autoscaler(0, "  behavior: {scaleUp: {selectPolicy: Min}}\n"));
        Object before = autoscaler().getSpec();
        quiesce();
        Object paused = autoscaler().getSpec();
        Map<String, String> marks = autoscaler().getMetadata().getAnnotations();
        new Quiescer().quiesce(client, worker(), "run-2");

        new Restorer().restore(client, worker(), scope("run-2", RestoreMode.CANCEL));

        assertThat(autoscaler().getSpec()).isEqualTo(paused);
        assertThat(autoscaler().getMetadata().getAnnotations()).isEqualTo(marks);
        assertThat(Restorer.pending(worker(), scope("run-2", RestoreMode.CANCEL)))
                .isFalse();
        new Quiescer().quiesce(client, worker(), "run-3");
        new Restorer().restore(client, worker(), scope("run-3", RestoreMode.ROLLOUT));
        assertThat(autoscaler().getSpec()).isEqualTo(before);
        assertThat(Optional.ofNullable(autoscaler().getMetadata().getAnnotations())
                        .orElse(Map.of()))
                .isEmpty();
    }

    @Test
    void a_record_that_an_earlier_run_left_on_a_running_workload_is_replaced() {
        namespace.create(CSA, WORKER);
        quiesce();
        scaleAs("kubectl", 5);

        new Quiescer().quiesce(client, worker(), "run-2");

        assertThat(annotations())
                .containsEntry(Markers.ORIGINAL_REPLICAS, "5")
                .containsEntry(Markers.QUIESCED_BY, "run-2");
    }

    @Test
    void a_record_that_somebody_took_away_is_restored_to_one() {
        namespace.create(CSA, WORKER);
        quiesce();
        patch("{\"metadata\":{\"annotations\":{\"" + Markers.ORIGINAL_REPLICAS + "\":null}}}", "somebody");

        restore(RestoreMode.CANCEL);

        assertThat(replicas()).isEqualTo(1);
    }

    @Test
    void stateful_sets_are_quiesced_and_restored_too() {
        namespace.create(
                CSA,
                Yaml.workload(
                                "StatefulSet",
                                "gitserver",
                                "app: gitserver, deploy: sourcegraph",
                                "sourcegraph/gitserver:5.0.6")
                        .replace("selector", "serviceName: gitserver\n  selector"));
        new Quiescer().quiesce(client, namespace.read("StatefulSet", "gitserver"), RUN);
        assertThat(namespace.read("StatefulSet", "gitserver").replicas()).hasValue(0);

        new Restorer().restore(client, namespace.read("StatefulSet", "gitserver"), scope(RUN, RestoreMode.CANCEL));
        assertThat(namespace.read("StatefulSet", "gitserver").replicas()).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, true"})
    void a_cron_job_that_its_owner_had_suspended_stays_suspended(boolean before, boolean after) {
        namespace.create(
                CSA,
                Yaml.cronJob("reports", "sourcegraph/worker:5.0.6")
                        .replace("  schedule", "  suspend: " + before + "\n  schedule")
                        .replace("          containers", "          restartPolicy: Never\n          containers"));

        new Quiescer().quiesce(client, namespace.read("CronJob", "reports"), RUN);
        // A second pass must not take our own suspension for the owner's.
        new Quiescer().quiesce(client, namespace.read("CronJob", "reports"), RUN);
        assertThat(namespace.read("CronJob", "reports").suspended()).isTrue();

        new Restorer().restore(client, namespace.read("CronJob", "reports"), scope(RUN, RestoreMode.CANCEL));
        assertThat(namespace.read("CronJob", "reports").suspended()).isEqualTo(after);
    }

    @Test
    void a_standalone_job_is_suspended_and_resumed_but_a_migrator_is_left_to_its_end() {
        String never = "      restartPolicy: Never\n      containers";
        namespace.create(
                CSA,
                Yaml.job("reindex", "", "deploy: sourcegraph", "sourcegraph/worker:5.0.6")
                        .replace("      containers", never));
        namespace.create(
                CSA,
                Yaml.job("migrator", "", "deploy: sourcegraph", "sourcegraph/migrator:5.0.6")
                        .replace("      containers", never));

        new Quiescer().quiesce(client, namespace.read("Job", "reindex"), RUN);
        assertThat(namespace.read("Job", "reindex").suspended()).isTrue();
        assertThat(new Quiescer().quiesce(client, namespace.read("Job", "migrator"), RUN))
                .isEqualTo(QuiesceOutcome.NOT_OURS);
        assertThat(namespace.read("Job", "migrator").suspended()).isFalse();

        new Restorer().restore(client, namespace.read("Job", "reindex"), scope(RUN, RestoreMode.CANCEL));
        assertThat(namespace.read("Job", "reindex").suspended()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  behavior: {scaleUp: {selectPolicy: Min, stabilizationWindowSeconds: 7, policies:"
                        + " [{type: Pods, value: 2, periodSeconds: 60}]}}\n"
            })
    void an_autoscaler_that_can_scale_from_zero_is_paused_and_put_back_as_it_was(String behavior) {
        namespace.create(CSA, WORKER);
        namespace.create(CSA, QuiesceReaderTest.autoscaler(0, behavior));
        Object before = autoscaler().getSpec();

        quiesce();
        assertThat(autoscaler().getSpec().getBehavior().getScaleUp().getSelectPolicy())
                .isEqualTo("Disabled");
        assertThat(new QuiesceReader().read(namespace.read(), RUN).toQuiesce()).isEmpty();
        quiesce();

        restore(RestoreMode.CANCEL);
        assertThat(autoscaler().getSpec()).isEqualTo(before);
        assertThat(Optional.ofNullable(autoscaler().getMetadata().getAnnotations())
                        .orElse(Map.of()))
                .isEmpty();
        assertThat(replicas()).isEqualTo(3);
    }

    @Test
    void an_autoscaler_that_cannot_scale_from_zero_is_left() {
        namespace.create(CSA, WORKER);
        namespace.create(CSA, QuiesceReaderTest.autoscaler(1, ""));
        String before = autoscaler().getMetadata().getResourceVersion();

        quiesce();
        restore(RestoreMode.CANCEL);

        assertThat(autoscaler().getMetadata().getResourceVersion()).isEqualTo(before);
    }

    private QuiesceOutcome quiesce() {
        return new Quiescer().quiesce(client, worker(), RUN);
    }

    private RestoreOutcome restore(RestoreMode mode) {
        return new Restorer().restore(client, worker(), scope(RUN, mode));
    }

    /** Of the runs of these tests all exist, but for the one that a test says has gone. */
    private static RestoreScope scope(String run, RestoreMode mode) {
        return new RestoreScope(mode, run, Set.of(RUN, "run-2", "run-3"));
    }

    private Workload worker() {
        return namespace.read("Deployment", "worker");
    }

    private int replicas() {
        return worker().replicas().getAsInt();
    }

    private HasMetadata object() {
        return client.apps()
                .deployments()
                .inNamespace(namespace.name())
                .withName("worker")
                .get();
    }

    private Map<String, String> annotations() {
        return Optional.ofNullable(object().getMetadata().getAnnotations()).orElse(Map.of());
    }

    private HorizontalPodAutoscaler autoscaler() {
        return client.autoscaling()
                .v2()
                .horizontalPodAutoscalers()
                .inNamespace(namespace.name())
                .withName("hpa")
                .get();
    }

    private void scaleAs(String manager, int replicas) {
        patch("{\"spec\":{\"replicas\":" + replicas + "}}", manager);
    }

    private void patch(String body, String manager) {
        client.apps()
                .deployments()
                .inNamespace(namespace.name())
                .withName("worker")
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON_MERGE)
                                .withFieldManager(manager)
                                .build(),
                        body);
    }

    private void assertNothingOfOursIsLeft() {
        assertThat(annotations().keySet()).noneMatch(key -> key.startsWith("downgrade.sourcegraph.com/"));
        assertThat(object().getMetadata().getManagedFields())
                .noneMatch(entry -> Markers.FIELD_MANAGER.equals(entry.getManager()));
    }
}
