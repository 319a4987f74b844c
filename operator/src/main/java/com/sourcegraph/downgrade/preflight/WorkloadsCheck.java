package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.plan.StrategyChoice;
import com.sourcegraph.downgrade.workload.Classification;
import com.sourcegraph.downgrade.workload.QuiesceReader;
import com.sourcegraph.downgrade.workload.QuiesceState;
import com.sourcegraph.downgrade.workload.Workload;
import java.util.List;
import java.util.Optional;

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
        Optional<QuiesceState> state = Optional.of(
                quiesce.read(input.workloads().get(), input.situation().run().uid()));
        if (migrator && !state.get().notOurs().isEmpty()) {
            return FOUND.failed(
                    Found.told(state.get().notOurs().stream()
                            .map(obstacle -> obstacle.message())
                            .toList()),
                    "Do what the message says; or, where it is sure to open no database session, say in"
                            + " spec.quiesce.workloads of a new resource that it is Independent");
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
}
