package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.manifest.Finding;
import com.sourcegraph.downgrade.manifest.Permission;
import com.sourcegraph.downgrade.manifest.Verdict;
import com.sourcegraph.downgrade.plan.DatabaseFacts;
import com.sourcegraph.downgrade.plan.OperatorPlace;
import com.sourcegraph.downgrade.plan.PlanResolver;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.StrategyChoice;
import com.sourcegraph.downgrade.plan.TargetFacts;
import com.sourcegraph.downgrade.workload.Workloads;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the checks judge.
 *
 * @param situation with workloads, databases and target seen
 * @param operator where the operator itself runs, if it does so in the cluster
 * @param resolver reads releases and strategy from it
 * @param draft the plan as far as it can be told
 * @param verdicts what the API server said to a dry run of each object that would be written
 * @param impersonable whether the operator may act in the service account's name at all
 * @param missing the rights that the service account lacks; not known where it cannot be acted for
 * @param autoUpgradeEnv the value of {@code SRC_AUTOUPGRADE} in the frontend's environment, if it is set
 * @param migratorImage the image that the migrator would run as, for a migrator strategy
 */
public record PreflightInput(
        Situation situation,
        Optional<OperatorPlace> operator,
        PlanResolver resolver,
        Optional<PlanStatus> draft,
        List<Verdict> verdicts,
        boolean impersonable,
        List<Permission> missing,
        Optional<String> autoUpgradeEnv,
        Optional<String> migratorImage) {

    public PreflightInput {
        verdicts = List.copyOf(verdicts);
        missing = List.copyOf(missing);
    }

    Optional<Workloads> workloads() {
        return situation.facts().workloads();
    }

    DatabaseFacts databases() {
        return situation.facts().databases().orElseThrow();
    }

    Optional<DatabaseState> databaseState() {
        return databases() instanceof DatabaseFacts.Seen seen ? Optional.of(seen.state()) : Optional.empty();
    }

    Optional<TargetFacts.Read> target() {
        return situation
                .facts()
                .target()
                .filter(TargetFacts.Read.class::isInstance)
                .map(TargetFacts.Read.class::cast);
    }

    Optional<StrategyChoice> strategy() {
        return resolver.strategy(situation);
    }

    /** What inspection and comparison of the manifests found on a topic. */
    List<Finding> findings(Finding.Topic... topics) {
        List<Finding.Topic> wanted = List.of(topics);
        return target().stream()
                .flatMap(read -> Stream.concat(read.inspection().findings().stream(), read.plan().findings().stream()))
                .filter(finding -> wanted.contains(finding.topic()))
                .distinct()
                .toList();
    }

    String kubectl(String rest) {
        return situation.run().kubectl(rest);
    }

    String namespace() {
        return situation.run().namespace();
    }
}
