package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.plan.StrategyChoice;
import com.sourcegraph.downgrade.workload.Classification;
import com.sourcegraph.downgrade.workload.Obstacle;
import com.sourcegraph.downgrade.workload.QuiesceReader;
import com.sourcegraph.downgrade.workload.Workload;
import java.util.ArrayList;
import java.util.List;

/** Every workload is known, or treated as connected; and everything connected can be stopped. */
final class WorkloadsCheck implements Check {

    private static final Found FOUND = new Found("Workloads");

    private final QuiesceReader quiesce = new QuiesceReader();

    @Override
    public CheckStatus judge(PreflightInput input) {
        if (input.workloads().isEmpty()) {
            return FOUND.skipped("The workloads were not read");
        }
        boolean migrator = input.strategy()
                .map(StrategyChoice::strategy)
                .filter(Strategy.MIGRATOR::equals)
                .isPresent();
        // A migrator is in the way also where nothing is stopped: it would change the databases under a release.
        List<Obstacle.NotOurs> held =
                quiesce.read(input.workloads().get(), input.situation().run().uid()).notOurs().stream()
                        .filter(obstacle -> migrator || obstacle.migrator())
                        .toList();
        if (!held.isEmpty()) {
            return FOUND.failed(
                    Found.told(held.stream().map(Obstacle.NotOurs::message).toList()), remedy(held));
        }
        List<Workload> all = input.workloads().get().all();
        List<String> unknown = all.stream()
                .filter(workload -> workload.classification() == Classification.UNKNOWN)
                .map(workload -> workload.ref() + " (" + workload.reason() + ")")
                .toList();
        long connected = all.stream().filter(Workload::connected).count();
        if (migrator && !unknown.isEmpty()) {
            return FOUND.warning(
                    "Treated as connected, because they are not known: " + Found.told(unknown),
                    "If one of them opens no database sessions, say so in spec.quiesce.workloads of a new resource");
        }
        return FOUND.passed(all.size() + " workloads, " + connected + " of them connected to the databases");
    }

    private static String remedy(List<Obstacle.NotOurs> held) {
        List<String> remedies = new ArrayList<>();
        if (held.stream().anyMatch(Obstacle.NotOurs::migrator)) {
            remedies.add("Wait for the end of the migrator; what to do if it does not come is told in docs/stops.md,"
                    + " A migrator that is not this run's");
        }
        if (held.stream().anyMatch(obstacle -> !obstacle.migrator())) {
            remedies.add("Do what the message says; or, where it is sure to open no database session, say in"
                    + " spec.quiesce.workloads of a new resource that it is Independent (of a pod of no workload that"
                    + " cannot be said)");
        }
        return String.join(". ", remedies);
    }
}
