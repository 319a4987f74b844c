package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Somebody's report is connected to a database from a pod that is no part of the instance. */
@Story
class ForeignSessionStoryTest {
    private static final String NAMESPACE = "e2e-session";

    /** Logs in as a client called {@code nightly-report} does, and stays. */
    private static final String CLIENT = """
            use IO::Socket::INET;
            my $db = IO::Socket::INET->new(PeerAddr => "pgsql", PeerPort => 5432) or die "pgsql: $!";
            my $hello = join("\\0", "user", "sg", "database", "sg", "application_name", "nightly-report", "", "");
            syswrite $db, pack("NN", 8 + length $hello, 196608) . $hello;
            $| = 1;
            $SIG{TERM} = sub { exit 0 };
            while (sysread($db, my $answer, 8192)) { print "connected\\n" }
            """;

    private final StoryOperator operator;

    ForeignSessionStoryTest(StoryOperator operator) {
        this.operator = operator;
    }

    @Test
    void theMigratorWaitsUntilItIsGone() {
        try (SampleRun run = new SampleRun(operator.cluster(), NAMESPACE)) {
            String address = connect();
            run.start("deadlines: {quiesce: 60s}");

            SourcegraphDowngrade waiting =
                    run.await("it waits for the session", resource -> SampleRun.condition(resource, "Ready")
                            .getMessage()
                            .contains("nightly-report"));
            assertThat(SampleRun.condition(waiting, "Ready").getMessage())
                    .startsWith("Waits until these database sessions are gone: ")
                    .contains("frontend: nightly-report from " + address + " (pid ");
            assertThat(SampleRun.condition(waiting, "Reconciling").getStatus()).isEqualTo("True");
            run.assertServicesAtZero();

            SourcegraphDowngrade stuck = run.awaitStall("StepDeadlineExceeded");
            assertThat(SampleRun.condition(stuck, "Stalled").getMessage())
                    .contains("Quiesce", "nightly-report from " + address);
            assertThat(WholeDowngradeTest.downgradeJobs(run.instance()))
                    .as("migrators while it is connected")
                    .isEmpty();

            operator.cluster().kubectl("delete", "pod/report", "--namespace=" + NAMESPACE, "--wait");

            run.assertEndsAsUndisturbed();
            assertThat(operator.log(NAMESPACE)).noneMatch(line -> line.contains(" ERROR "));
        }
    }

    /** The pod's address, once it is connected. */
    private String connect() {
        operator.cluster()
                .kubectlWith("""
                apiVersion: v1
                kind: Pod
                metadata: {name: report, namespace: %s}
                spec:
                  terminationGracePeriodSeconds: 2
                  containers:
                  - name: report
                    image: example.com/report:1
                    imagePullPolicy: IfNotPresent
                    command: [perl, -e]
                    args:
                    - |
                %s
                """.formatted(NAMESPACE, CLIENT.indent(6).stripTrailing()), "apply", "--filename=-");
        operator.cluster()
                .kubectl("wait", "pod/report", "--for=condition=Ready", "--timeout=2m", "--namespace=" + NAMESPACE);
        Awaitility.await("the report is connected")
                .atMost(Duration.ofMinutes(1))
                .until(() -> operator.cluster()
                        .kubectl("logs", "pod/report", "--namespace=" + NAMESPACE)
                        .contains("connected"));
        return operator.cluster()
                .kubectl("get", "pod/report", "-o=jsonpath={.status.podIP}", "--namespace=" + NAMESPACE);
    }
}
