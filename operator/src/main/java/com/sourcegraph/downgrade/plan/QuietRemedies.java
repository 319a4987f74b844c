package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.database.SessionKind;
import com.sourcegraph.downgrade.release.Schema;
import com.sourcegraph.downgrade.workload.Obstacle;
import com.sourcegraph.downgrade.workload.PodRef;
import com.sourcegraph.downgrade.workload.Workload;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says what a person does about each thing that keeps an instance from being quiet: one sentence with one command. */
final class QuietRemedies {

    private static final String BY_ITSELF = "; the run goes on by itself";

    /** Sessions that one command ends; a sentence has to stay one. */
    private static final int SESSIONS = 5;

    /** Whoever brings a workload back. */
    String pause(Situation situation, Rival rival) {
        String who = rival.named()
                ? "Pause " + rival.name() + ", which brings " + rival.workload() + " back,"
                : "Find out what brings " + rival.workload() + " back and pause it";
        return who + " until the run has ended and it names the older release (docs/stops.md, NotQuiet, tells how)"
                + BY_ITSELF
                + ". What was written: "
                + situation
                        .run()
                        .kubectl("get " + rival.workload().toLowerCase(Locale.ROOT) + " -o yaml --show-managed-fields");
    }

    /** What is still up, or has not gone. */
    String stop(Situation situation, Obstacle obstacle) {
        if (obstacle instanceof Obstacle.PodNotGone left) {
            return podGone(situation, left.pod());
        }
        if (obstacle instanceof Obstacle.JobNotEnded left) {
            return "Wait for the end of Job " + left.job() + ", or delete it" + BY_ITSELF + ": "
                    + situation.run().kubectl("describe job " + left.job());
        }
        String what = "Find out why " + obstacle.workload() + " does not stop";
        if (obstacle instanceof Obstacle.NotOurs held) {
            what = held.migrator()
                    ? "Wait for the end of " + held.workload()
                            + ", which runs the migrator; do not interrupt it (docs/stops.md, A migrator that is not this run's)"
                    : "Stop " + held.workload() + " for the time of the run, as the message tells";
        }
        return what + BY_ITSELF + ": " + situation.run().kubectl("describe " + argument(obstacle.workload()));
    }

    private static String podGone(Situation situation, PodRef pod) {
        boolean silent = pod.phase().equals("Unknown")
                || pod.deletionTimestamp()
                        .filter(end -> end.isBefore(situation.now()))
                        .isPresent();
        return silent
                ? "Bring the node of pod " + pod.name() + " back" + BY_ITSELF
                        + ". Only if the node is certainly off: "
                        + situation.run().kubectl("delete pod " + pod.name() + " --force")
                : "Find out why pod " + pod.name() + " does not stop" + BY_ITSELF + " when it is gone: "
                        + situation.run().kubectl("describe pod " + pod.name());
    }

    /** It is not known how to ask the databases. */
    String ask(Situation situation, DatabaseFacts.Unknown unknown) {
        String remedy = unknown.remedy();
        if (remedy.contains("kubectl ")) {
            return remedy;
        }
        return (remedy.endsWith(".") ? remedy.substring(0, remedy.length() - 1) : remedy) + BY_ITSELF + ": "
                + situation
                        .run()
                        .kubectl("describe sgdowngrade " + situation.run().name());
    }

    /** A database that does not answer. */
    String answer(Situation situation) {
        return "Bring the database back, and let the operator reach it" + BY_ITSELF + ": "
                + situation.run().kubectl("get pods,services");
    }

    /**
     * Sessions that are left. A service has no pod any more when its sessions are looked at; its container may have one, on a node that
     * does not answer or after its pod was deleted by force, and PostgreSQL may not have noticed that it is gone.
     */
    String end(Situation situation, List<OpenSession> sessions) {
        OpenSession first = sessions.get(0);
        List<OpenSession> same = sessions.stream()
                .filter(session -> session.schema() == first.schema()
                        && session.session().kind() == first.session().kind())
                .limit(SESSIONS)
                .toList();
        boolean service = first.session().kind() == SessionKind.SERVICE;
        String sure = service
                ? "No pod is left that could hold the sessions of " + names(same)
                        + ": make sure that its container is gone too"
                        + first.session()
                                .clientAddress()
                                .map(address -> " (it was at " + address + ")")
                                .orElse("")
                        + ", then end what is left of it in database " + first.schema()
                : "End that client"
                        + first.session()
                                .clientAddress()
                                .map(address -> " at " + address)
                                .orElse("")
                        + ", or its session in database " + first.schema();
        return sure + " (docs/stops.md, NotQuiet)" + BY_ITSELF + ": " + terminate(situation, first.schema(), same);
    }

    /** A service names its sessions by what they are for: the worker's are also {@code oobmigration}. */
    private static String names(List<OpenSession> sessions) {
        return sessions.stream()
                .map(session -> session.session().applicationName())
                .distinct()
                .sorted()
                .collect(Collectors.joining(" and "));
    }

    /** Pids alone go into the command: a client chooses its other names itself. */
    private static String terminate(Situation situation, Schema schema, List<OpenSession> sessions) {
        String sql = "SELECT "
                + sessions.stream()
                        .map(session ->
                                "pg_terminate_backend(" + session.session().pid() + ")")
                        .collect(Collectors.joining(", "));
        Optional<WorkloadRef> database = situation.facts().workloads().stream()
                .flatMap(workloads -> workloads.databases().stream())
                .filter(workload ->
                        workload.app().filter(schema.databaseWorkload()::equals).isPresent())
                .map(Workload::ref)
                .findFirst();
        return database.map(ref -> situation
                        .run()
                        .kubectl("exec " + argument(ref) + " -- psql -U "
                                + (schema == Schema.CODEINSIGHTS ? "postgres" : "sg") + " -c \"" + sql + "\""))
                .orElseGet(() ->
                        sql + " there. Which pods there are: " + situation.run().kubectl("get pods -o wide"));
    }

    /** As kubectl takes it: {@code deployment/worker}. */
    private static String argument(WorkloadRef ref) {
        return ref.toString().toLowerCase(Locale.ROOT);
    }
}
