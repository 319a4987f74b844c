package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What people do with kubectl, and what it tells them. One instance serves all: no story here leaves it changed. */
@Story
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KubectlStoriesTest {

    private static final String NAMESPACE = "e2e-kubectl";

    private final StoryOperator operator;
    private final GivenCluster cluster;
    private InstalledInstance instance;

    KubectlStoriesTest(StoryOperator operator) {
        this.operator = operator;
        this.cluster = operator.cluster();
    }

    @BeforeAll
    void install() {
        instance = InstalledInstance.install(cluster, NAMESPACE, InstalledInstance.sample("5.0.6"));
        instance.store("target", InstalledInstance.sample("4.5.1"));
    }

    @AfterAll
    void close() {
        try {
            assertThat(operator.log(NAMESPACE)).noneMatch(line -> line.contains(" ERROR "));
        } finally {
            instance.close();
        }
    }

    private String kubectl(String... words) {
        String[] all = new String[words.length + 1];
        System.arraycopy(words, 0, all, 0, words.length);
        all[words.length] = "--namespace=" + NAMESPACE;
        return cluster.kubectl(all);
    }

    private static final String SPEC = "to: v4.5.1\nstrategy: Migrator\nmanifests: {configMapRef: {name: target}}\n";

    @Test
    void explainTellsEveryField() {
        assertThat(ExplainedFields.of(kubectl("explain", "sgdowngrade", "--recursive")))
                .containsExactlyInAnyOrderElementsOf(ExplainedFields.ofTheDefinition());
        assertThat(kubectl("explain", "sgdowngrade.spec")).containsPattern("\n  to\t<string> -required-");
        assertThat(kubectl("explain", "sgd.spec.deadlines.migrate").replaceAll("\\s+", " "))
                .contains("running the migrator");
    }

    @Test
    void aMistakeIsRefusedWithTheField() {
        String refused = cluster.kubectlFails("""
                apiVersion: downgrade.sourcegraph.com/v1alpha1
                kind: SourcegraphDowngrade
                metadata: {name: wrong, namespace: %s}
                spec: {to: newest, manifests: {configMapRef: {name: target}}}
                """.formatted(NAMESPACE), "apply", "--filename=-");
        assertThat(refused).contains("spec.to");
    }

    @Test
    void modePlanPlansAndTouchesNothing() {
        Untouched untouched = new Untouched(operator, instance, "plan");
        instance.downgrade("plan", SPEC + "mode: Plan");

        kubectl("wait", "sgdowngrade/plan", "--for=condition=Complete", "--timeout=5m");

        assertThat(kubectl("get", "sgdowngrade/plan", "-o=jsonpath={.status.plan.from} {.status.workloads[*].name}"))
                .startsWith("5.0.6 ")
                .contains("sourcegraph-frontend");
        untouched.assertStill();
        kubectl("delete", "sgdowngrade/plan");
    }

    @Test
    void approvalIsWaitedForAndACancelledRunChangesNothing() {
        Untouched untouched = new Untouched(operator, instance, "approved");
        instance.downgrade("approved", SPEC + "approval: Manual");
        instance.await("approved", "the question for approval", resource -> resource.getStatus()
                .nextAction()
                .contains("approvedPlan"));
        assertThat(kubectl("get", "sgdowngrades"))
                .containsPattern("NAME +FROM +TO +PHASE +STEP +PROGRESS +AGE")
                .containsPattern("approved +5.0.6 +v4.5.1 ");
        assertThat(kubectl("describe", "sgdowngrade", "approved")).contains("ApprovalPending", "Events:");

        kubectl("patch", "sgdowngrade/approved", "--type=merge", "--patch={\"spec\":{\"cancel\":true}}");
        kubectl("wait", "sgdowngrade/approved", "--for=condition=Failed", "--timeout=5m");

        assertThat(kubectl("get", "sgd", "approved", "-o=wide")).contains("Cancelled");
        untouched.assertStill();
        instance.awaitReady();
        kubectl("delete", "sgdowngrade/approved");
    }

    @Test
    void aFailedCheckSaysWhatToDoAndGoesOnOnceItIsDone() {
        instance.downgrade(
                "repaired", "to: v4.5.1\nmode: Plan\nstrategy: Migrator\nmanifests: {configMapRef: {name: forgotten}}");
        SourcegraphDowngrade stopped =
                instance.await("repaired", "the failed check", resource -> InstalledInstance.has(resource, "Stalled"));
        assertThat(stopped.getStatus().nextAction()).contains("forgotten");
        assertThat(kubectl("get", "sgd", "repaired", "-o=wide")).contains("forgotten");

        instance.store("forgotten", InstalledInstance.sample("4.5.1"));

        kubectl("wait", "sgdowngrade/repaired", "--for=condition=Complete", "--timeout=5m");
        kubectl("delete", "sgdowngrade/repaired");
        kubectl("delete", "configmap/forgotten");
    }

    /** Another check, of the cluster and not of what was stored: the namespace's owner has forgotten the account's rights. */
    @Test
    void aMissingRightIsNamedAndMadeGood() {
        kubectl("delete", "rolebinding/sourcegraph-downgrade");
        instance.downgrade("forbidden", SPEC + "mode: Plan");
        SourcegraphDowngrade stopped =
                instance.await("forbidden", "the failed check", resource -> InstalledInstance.has(resource, "Stalled"));
        assertThat(SampleRun.condition(stopped, "Stalled").getReason()).isEqualTo("PreflightFailed");
        assertThat(kubectl(
                        "get",
                        "sgd/forbidden",
                        "-o=jsonpath={.status.checks[?(@.name==\"Permissions\")]['result','message','remedy']}"))
                .contains(
                        "Failed", "Service account sourcegraph-downgrade", "may not: ", "examples/instance-rbac.yaml");

        instance.bindAccount();

        kubectl("wait", "sgdowngrade/forbidden", "--for=condition=Complete", "--timeout=5m");
        assertThat(kubectl("get", "sgd/forbidden", "-o=jsonpath={.status.checks[?(@.name==\"Permissions\")].result}"))
                .isEqualTo("Passed");
        kubectl("delete", "sgdowngrade/forbidden");
    }
}
