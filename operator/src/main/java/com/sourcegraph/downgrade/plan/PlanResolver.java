package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.ObjectCounts;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.database.OutOfBandMigration;
import com.sourcegraph.downgrade.manifest.Action;
import com.sourcegraph.downgrade.manifest.ApplyPlan;
import com.sourcegraph.downgrade.manifest.Finding;
import com.sourcegraph.downgrade.manifest.Flavour;
import com.sourcegraph.downgrade.release.Component;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.ReleaseLine;
import com.sourcegraph.downgrade.release.Version;
import com.sourcegraph.downgrade.workload.Workload;
import com.sourcegraph.downgrade.workload.Workloads;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Resolves the plan from what was seen. Pure; what is missing is empty, and the checks say why. */
public final class PlanResolver {

    private final StrategyChooser strategies;
    private final PlanDigest digest = new PlanDigest();

    public PlanResolver(ReleaseLine line) {
        strategies = new StrategyChooser(line);
    }

    /** The release that the instance runs: the versions row, else the frontend's image. */
    public Optional<Version> from(Situation situation) {
        Facts facts = situation.facts();
        Optional<Version> row = databases(facts).flatMap(SchemaRule::row);
        return migratedBefore(situation) ? imageRelease(facts) : row.or(() -> imageRelease(facts));
    }

    /**
     * Whether an earlier life of the run, or an earlier run that somebody forced away, has taken the schemas to the target
     * and left the newer services held at zero: there is only the rest to do.
     */
    public boolean migratedBefore(Situation situation) {
        Facts facts = situation.facts();
        Minor to = Version.parse(situation.spec().to()).toMinor();
        boolean held = facts.workloads()
                .flatMap(Workloads::frontend)
                .filter(frontend -> !frontend.up() && frontend.quiescedBy().isPresent())
                .isPresent();
        return held
                && imageRelease(facts)
                        .map(Version::toMinor)
                        .filter(to::isBefore)
                        .isPresent()
                && databases(facts)
                        .filter(state -> SchemaRule.problems(state, to).isEmpty())
                        .isPresent();
    }

    /** The release of the live frontend's image; empty where that tells none, as one under another basename. */
    public Optional<Version> imageRelease(Facts facts) {
        return facts.workloads().flatMap(Workloads::frontend).stream()
                .flatMap(frontend -> frontend.imagesOf(Component.FRONTEND).stream())
                .flatMap(image -> image.version().stream())
                .findFirst();
    }

    /** The release that the target manifests are of. */
    public Optional<Version> manifestsRelease(Facts facts) {
        return target(facts).flatMap(read -> read.inspection().release());
    }

    /** The strategy, once the releases on both sides are known. */
    public Optional<StrategyChoice> strategy(Situation situation) {
        Facts facts = situation.facts();
        return from(situation)
                .map(from -> strategies.choose(
                        situation.spec().strategy(),
                        from,
                        Version.parse(situation.spec().to()),
                        databases(facts).map(DatabaseState::outOfBand).orElse(List.of())));
    }

    /** The plan without a digest, as far as it can be told. */
    public Optional<PlanStatus> draft(Situation situation, Optional<String> migratorImage) {
        Facts facts = situation.facts();
        Optional<Version> from = from(situation);
        Optional<StrategyChoice> choice = strategy(situation);
        if (from.isEmpty() || choice.isEmpty()) {
            return Optional.empty();
        }
        boolean migrator = choice.get().strategy() == Strategy.MIGRATOR;
        Version to =
                manifestsRelease(facts).orElse(Version.parse(situation.spec().to()));
        Optional<TargetFacts.Read> target = target(facts);
        Optional<ApplyPlan> apply = target.map(TargetFacts.Read::plan);
        List<OutOfBandMigration> reversed =
                migrator ? reversed(facts, from.get().toMinor(), to.toMinor()) : List.of();
        return Optional.of(new PlanStatus(
                null,
                situation.now().toString(),
                from.get().toString(),
                to.toString(),
                choice.get().strategy(),
                choice.get().reason(),
                target.map(read -> flavour(read.inspection().flavour())).orElse(null),
                migrator ? migratorImage.orElse(null) : null,
                List.of(),
                reversed.stream().map(OutOfBandMigration::id).toList(),
                target.map(read -> read.bundle().digest()).orElse(null),
                apply.map(PlanResolver::counts).orElse(null),
                apply.map(plan -> plan.removals().stream()
                                .map(removal -> removal.key().toString())
                                .sorted()
                                .toList())
                        .orElse(List.of()),
                migrator ? connected(facts) : List.of(),
                Irreversible.of(migrator, reversed),
                warnings(situation, apply, target, reversed, to.toMinor())));
    }

    /** The plan with its digest: what may be acted on. */
    public PlanStatus sign(PlanStatus draft) {
        return digest.sign(draft);
    }

    private static List<String> connected(Facts facts) {
        return facts.workloads().map(Workloads::connected).orElse(List.of()).stream()
                .map(workload -> workload.ref().toString())
                .sorted()
                .toList();
    }

    private static List<OutOfBandMigration> reversed(Facts facts, Minor from, Minor to) {
        return databases(facts).map(DatabaseState::outOfBand).orElse(List.of()).stream()
                .filter(migration -> migration.reversedBy(from, to))
                .sorted(java.util.Comparator.comparingInt(OutOfBandMigration::id))
                .toList();
    }

    private static ObjectCounts counts(ApplyPlan plan) {
        return new ObjectCounts(
                count(plan, Action.CREATE),
                count(plan, Action.UPDATE),
                count(plan, Action.SWAP_KIND, Action.RECREATE),
                count(plan, Action.UNCHANGED),
                count(plan, Action.KEEP),
                count(plan, Action.SKIP_CLUSTER_SCOPED, Action.SKIP_UNSERVED));
    }

    private static int count(ApplyPlan plan, Action... actions) {
        List<Action> wanted = List.of(actions);
        return (int) plan.objects().stream()
                .filter(object -> wanted.contains(object.action()))
                .count();
    }

    private static List<String> warnings(
            Situation situation,
            Optional<ApplyPlan> apply,
            Optional<TargetFacts.Read> target,
            List<OutOfBandMigration> reversed,
            Minor to) {
        List<String> warnings = new ArrayList<>();
        Stream.concat(
                        apply.stream().flatMap(plan -> plan.findings().stream()),
                        target.stream().flatMap(read -> read.inspection().findings().stream()))
                .filter(finding -> finding.severity() == Finding.Severity.WARNING)
                .map(Finding::message)
                .distinct()
                .forEach(warnings::add);
        reversed.stream()
                .filter(migration -> migration.introduced().equals(to))
                .map(migration -> "Out-of-band migration " + migration.id() + " came with " + to
                        + ", which still wants it, but the migrator reverses it and leaves it marked as reversed; run it forward again after the downgrade (docs/stops.md, After the run): migrator run-out-of-band-migrations --id "
                        + migration.id())
                .forEach(warnings::add);
        situation.facts().workloads().map(Workloads::all).orElse(List.of()).stream()
                .filter(workload -> workload.autoscaler().isPresent())
                .map(Workload::ref)
                .map(ref -> ref
                        + " is scaled by a HorizontalPodAutoscaler; it comes back with the replicas of the manifests")
                .forEach(warnings::add);
        return warnings;
    }

    private static String flavour(Flavour flavour) {
        String name = flavour.name().toLowerCase(Locale.ROOT);
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    static Optional<DatabaseState> databases(Facts facts) {
        return facts.databases().filter(DatabaseFacts.Seen.class::isInstance).map(seen -> ((DatabaseFacts.Seen) seen)
                .state());
    }

    static Optional<TargetFacts.Read> target(Facts facts) {
        return facts.target().filter(TargetFacts.Read.class::isInstance).map(TargetFacts.Read.class::cast);
    }
}
