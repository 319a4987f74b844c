package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A downgrade by the migrator of a sample instance that something disturbs. Whatever that is, it has to end where an
 * undisturbed one does.
 */
final class SampleRun implements AutoCloseable {
    static final String NAME = "back";

    private static final Pattern PATCH = Pattern.compile("kubectl -n \\S+ patch [^']*'[^']*'");

    private static final String SPEC = "to: v4.5.1\nstrategy: Migrator\nmanifests: {configMapRef: {name: target}}\n";

    private final InstalledInstance instance;
    private final Map<String, Integer> replicas;
    private final MigratorPods migrators;
    private final ConnectedPods pods;
    private final ExpectedEnd end;

    /** Installs the instance, and stores the manifests to go back to. */
    SampleRun(GivenCluster cluster, String namespace) {
        this(cluster, namespace, InstalledInstance.sample("5.0.6"));
    }

    SampleRun(GivenCluster cluster, String namespace, ReleaseManifests manifests) {
        instance = InstalledInstance.install(cluster, namespace, manifests);
        replicas = instance.replicas();
        ReleaseManifests target = InstalledInstance.sample("4.5.1");
        end = new ExpectedEnd(instance, target, "4.5.1");
        instance.store("target", target);
        pods = new ConnectedPods(instance);
        migrators = new MigratorPods(cluster, namespace);
    }

    InstalledInstance instance() {
        return instance;
    }

    /** How the migrator's stand-in is to fail from its next start on; empty for not at all. */
    void migratorFaults(String faults) {
        instance.cluster()
                .kubectl(
                        "patch",
                        "configmap/sourcegraph-frontend-env",
                        "--namespace=" + instance.namespace(),
                        "--type=merge",
                        "--patch={\"data\":{\"MIGRATOR_FAULTS\":\"" + faults + "\"}}");
    }

    /** @param more what the spec has beside the smallest one */
    void start(String... more) {
        instance.downgrade(NAME, SPEC + String.join("\n", more));
    }

    void suspend(boolean suspended) {
        instance.cluster()
                .kubectl(
                        "patch",
                        "sgdowngrade/" + NAME,
                        "--namespace=" + instance.namespace(),
                        "--type=merge",
                        "--patch={\"spec\":{\"suspend\":" + suspended + "}}");
    }

    SourcegraphDowngrade await(String what, Predicate<SourcegraphDowngrade> condition) {
        return instance.await(NAME, what, condition);
    }

    SourcegraphDowngrade awaitStep(StepName step) {
        return await(step + " runs", resource -> resource.getStatus().steps().stream()
                .anyMatch(found -> found.name() == step && found.state() == StepState.RUNNING));
    }

    /** Waits until the run stands for that reason. */
    SourcegraphDowngrade awaitStall(String reason) {
        return await(
                "a stop with reason " + reason,
                resource -> InstalledInstance.has(resource, "Stalled")
                        && condition(resource, "Stalled").getReason().equals(reason));
    }

    static Condition condition(SourcegraphDowngrade resource, String type) {
        return resource.getStatus().conditions().stream()
                .filter(found -> found.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    /** Waits until a migrator has reverted something, and is in the middle of its work. */
    Pod awaitMigrating() {
        AtomicReference<Pod> migrating = new AtomicReference<>();
        await("the migrator's first revert", resource -> {
            migrators.running().stream().filter(this::hasApplied).findFirst().ifPresent(migrating::set);
            return migrating.get() != null;
        });
        return migrating.get();
    }

    /** Not yet, where its log cannot be read at this moment. */
    private boolean hasApplied(Pod pod) {
        try {
            return log(pod).contains("\"Applying migration\"");
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    String log(Pod pod) {
        return instance.cluster().client().pods().resource(pod).getLog();
    }

    MigratorPods migrators() {
        return migrators;
    }

    /** Does what a person does whom the resource tells to patch it: the command in its next action, as it stands there. */
    void patchAsTold(SourcegraphDowngrade stopped) {
        Matcher command = PATCH.matcher(stopped.getStatus().nextAction());
        assertThat(command.find())
                .as("a command that patches in: " + stopped.getStatus().nextAction())
                .isTrue();
        instance.cluster().shell(command.group());
    }

    /** Services of the instance that have pods wanted; a stop of the migrator must leave none. */
    void assertServicesAtZero() {
        assertThat(instance.replicas())
                .containsEntry("Deployment/sourcegraph-frontend", 0)
                .containsEntry("Deployment/worker", 0)
                .containsEntry("StatefulSet/gitserver", 0);
    }

    /** Waits for the end, which has to be that of a run that nothing has disturbed. */
    SourcegraphDowngrade assertEndsAsUndisturbed() {
        SourcegraphDowngrade ended = instance.awaitEnd(NAME);
        assertThat(ended.getStatus().phase())
                .as(Serialization.asYaml(ended.getStatus()))
                .isEqualTo(Phase.COMPLETE);
        // There may be an operator beside them; that there is nothing else is told by the expected end.
        assertThat(instance.replicas()).containsAllEntriesOf(replicas);
        end.assertReached();
        assertThat(pods.besideAMigrator())
                .as("services at work beside a migrator")
                .isEqualTo(List.of());
        assertThat(migrators.together())
                .as("migrators at work at the same time")
                .isEqualTo(List.of());
        instance.awaitReady();
        return ended;
    }

    @Override
    public void close() {
        pods.close();
        migrators.close();
        instance.close();
    }
}
