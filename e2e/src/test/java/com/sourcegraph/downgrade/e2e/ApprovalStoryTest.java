package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The plan is read, approved and carried out with kubectl alone, as the resource tells it. */
@Story
class ApprovalStoryTest {
    private static final String NAMESPACE = "e2e-approval";
    private static final Pattern PROGRESS =
            Pattern.compile("back +5.0.6 +v4.5.1 +Migrating +Migrate +hop 1/2, \\d+/\\d+ ");
    private static final Pattern EVENT =
            Pattern.compile("^ {2}(?:Normal|Warning) +(\\S+) +(\\S+|.* over .*?) +\\S+ {2}");

    private final StoryOperator operator;

    ApprovalStoryTest(StoryOperator operator) {
        this.operator = operator;
    }

    private String kubectl(String... words) {
        String[] all = new String[words.length + 1];
        System.arraycopy(words, 0, all, 0, words.length);
        all[words.length] = "--namespace=" + NAMESPACE;
        return operator.cluster().kubectl(all);
    }

    @Test
    void theApprovedPlanIsCarriedOut() {
        try (SampleRun run = new SampleRun(operator.cluster(), NAMESPACE)) {
            // Slow enough to be looked at.
            run.migratorFaults("slow:3000");
            Untouched untouched = new Untouched(operator, run.instance(), "back");
            run.start("approval: Manual");
            SourcegraphDowngrade asked = run.await(
                    "the question for approval",
                    resource -> resource.getStatus().nextAction().contains("approvedPlan"));
            String digest = kubectl("get", "sgd/back", "-o=jsonpath={.status.plan.digest}");
            assertThat(digest).startsWith("sha256:");
            assertThat(kubectl("get", "sgd")).containsPattern("back +5.0.6 +v4.5.1 +AwaitingApproval +Approval ");

            assertThat(operator.cluster()
                            .kubectlFails(
                                    "",
                                    "patch",
                                    "sgd/back",
                                    "--type=merge",
                                    "--patch={\"spec\":{\"approvedPlan\":\"yes\"}}",
                                    "--namespace=" + NAMESPACE))
                    .contains("spec.approvedPlan must be the digest from status.plan.digest");
            String other = "sha256:" + "0".repeat(64);
            kubectl("patch", "sgd/back", "--type=merge", "--patch={\"spec\":{\"approvedPlan\":\"" + other + "\"}}");
            SourcegraphDowngrade refused = run.awaitStall("ApprovedPlanDiffers");
            assertThat(SampleRun.condition(refused, "Stalled").getMessage()).contains(other, digest);
            assertThat(refused.getStatus().nextAction()).contains(digest);
            assertThat(asked.getStatus().nextAction()).contains(digest);
            // Neither before a plan is approved nor for another one.
            untouched.assertStill();
            run.patchAsTold(refused);

            String shown = Awaitility.await("the migrator's progress")
                    .atMost(InstalledInstance.PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> kubectl("get", "sgd"), text -> PROGRESS.matcher(text)
                            .find());
            assertThat(shown).containsPattern("NAME +FROM +TO +PHASE +STEP +PROGRESS +AGE");
            assertThat(kubectl("get", "sgd", "-o=wide"))
                    .containsPattern("AGE +REASON +MESSAGE")
                    .contains("Progressing");
            kubectl("wait", "sgdowngrade/back", "--for=condition=Complete", "--timeout=5m");

            run.assertEndsAsUndisturbed();
            assertThat(kubectl("get", "sgd")).containsPattern("back +5.0.6 +v4.5.1 +Complete ");
            assertThat(events(kubectl("describe", "sgdowngrade", "back")))
                    .as("one event for each transition")
                    .containsExactlyInAnyOrder(
                            "Accepted",
                            "PreflightStarted",
                            "PlanResolved",
                            "PreflightDone",
                            "ApprovalStarted",
                            "ApprovalPending",
                            "ApprovedPlanDiffers",
                            "Resumed",
                            "ApprovalDone",
                            "QuiesceStarted",
                            "QuiesceDone",
                            "MigrateStarted",
                            "PointOfNoReturn",
                            "MigrateDone",
                            "VerifySchemaStarted",
                            "VerifySchemaDone",
                            "ApplyManifestsStarted",
                            "ApplyManifestsDone",
                            "RolloutStarted",
                            "RolloutDone",
                            "VerifyStarted",
                            "VerifyDone",
                            "Complete");
            assertThat(operator.log(NAMESPACE)).noneMatch(line -> line.contains(" ERROR "));
        }
    }

    /** The reasons in what kubectl describes, each as often as it was told. */
    private static List<String> events(String described) {
        return described
                .substring(described.indexOf("\nEvents:"))
                .lines()
                .map(EVENT::matcher)
                .filter(matcher -> matcher.find())
                .map(matcher -> matcher.group(2).contains("(x") ? matcher.group(1) + " again" : matcher.group(1))
                .toList();
    }
}
