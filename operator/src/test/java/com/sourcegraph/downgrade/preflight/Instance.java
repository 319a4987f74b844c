package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.Manifests;
import com.sourcegraph.downgrade.api.SourceRef;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.database.MigrationLog;
import com.sourcegraph.downgrade.database.OutOfBandMigration;
import com.sourcegraph.downgrade.database.SchemaState;
import com.sourcegraph.downgrade.database.VersionsLookup;
import com.sourcegraph.downgrade.database.VersionsRow;
import com.sourcegraph.downgrade.manifest.ApplyPlan;
import com.sourcegraph.downgrade.manifest.Finding;
import com.sourcegraph.downgrade.manifest.Flavour;
import com.sourcegraph.downgrade.manifest.Inspection;
import com.sourcegraph.downgrade.manifest.InstanceOwner;
import com.sourcegraph.downgrade.manifest.ManifestBundle;
import com.sourcegraph.downgrade.manifest.ManifestSource;
import com.sourcegraph.downgrade.manifest.Permission;
import com.sourcegraph.downgrade.manifest.Verdict;
import com.sourcegraph.downgrade.plan.DatabaseFacts;
import com.sourcegraph.downgrade.plan.Facts;
import com.sourcegraph.downgrade.plan.Journal;
import com.sourcegraph.downgrade.plan.OperatorPlace;
import com.sourcegraph.downgrade.plan.PlanResolver;
import com.sourcegraph.downgrade.plan.Queue;
import com.sourcegraph.downgrade.plan.Run;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.TargetFacts;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.ReleaseLine;
import com.sourcegraph.downgrade.release.Schema;
import com.sourcegraph.downgrade.release.Version;
import com.sourcegraph.downgrade.workload.Classification;
import com.sourcegraph.downgrade.workload.PodRef;
import com.sourcegraph.downgrade.workload.RolloutState;
import com.sourcegraph.downgrade.workload.Workload;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import com.sourcegraph.downgrade.workload.Workloads;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A sound instance at 4.5.1 with the manifests of 4.0.1 beside it; a case spoils one thing of it. */
final class Instance {
    static final Instant NOW = Instant.parse("2026-01-01T10:00:00Z");

    String to = "4.0.1";
    String from;
    Optional<OperatorPlace> operator = Optional.empty();
    Strategy strategy = Strategy.AUTO;
    Optional<Workloads> workloads;
    Optional<DatabaseFacts> unknownDatabases = Optional.empty();
    final Map<Schema, SchemaState> schemas = new EnumMap<>(Schema.class);
    VersionsLookup lookup = VersionsLookup.FOUND;
    Optional<VersionsRow> row = row("4.5.1");
    final List<OutOfBandMigration> outOfBand = new ArrayList<>();
    Optional<TargetFacts> unreadableTarget = Optional.empty();
    boolean targetRead = true;
    Optional<Version> targetRelease = Optional.of(Version.parse("4.0.1"));
    final List<Finding> findings = new ArrayList<>();
    final List<Verdict> verdicts = new ArrayList<>();
    boolean impersonable = true;
    final List<Permission> missing = new ArrayList<>();
    Optional<String> autoUpgrade = Optional.empty();
    Optional<String> migratorImage = Optional.of("index.docker.io/sourcegraph/migrator:4.5.1");

    Instance() {
        for (Schema schema : Schema.values()) {
            schemas.put(schema, schema(true, List.of(), List.of(), List.of()));
        }
        workloads(
                workload("Deployment", "sourcegraph-frontend", Classification.DIRECT, 2, "sourcegraph/frontend:4.5.1"),
                workload("StatefulSet", "pgsql", Classification.DATABASE, 1, "sourcegraph/postgres-12-alpine:4.5.1"));
    }

    void workloads(Workload... all) {
        workloads = Optional.of(new Workloads(List.of(all)));
    }

    static Optional<VersionsRow> row(String version) {
        return Optional.of(new VersionsRow(version, Optional.empty(), Optional.of(false)));
    }

    static SchemaState schema(
            boolean logs, List<MigrationLog> failed, List<MigrationLog> pending, List<MigrationLog> interrupted) {
        return new SchemaState.Reachable(120_022, logs, failed, pending, interrupted, 100, List.of(), Optional.empty());
    }

    static List<MigrationLog> logs(Schema schema, long... versions) {
        List<MigrationLog> logs = new ArrayList<>();
        for (long version : versions) {
            logs.add(new MigrationLog(
                    schema, version, true, Optional.of(false), NOW, Optional.of(NOW), Optional.of("syntax error")));
        }
        return logs;
    }

    static OutOfBandMigration migration(int id, String introduced, double progress, boolean nonDestructive) {
        return new OutOfBandMigration(
                id,
                "team",
                "frontend-db.users",
                "moves users",
                progress,
                nonDestructive,
                false,
                Minor.parse(introduced),
                Optional.empty());
    }

    /** Whose controller deletes its claims when it is scaled down. */
    static Workload losing(String name) {
        return workload("StatefulSet", name, Classification.DIRECT, 1, "example.com/metabase:1", true);
    }

    static Workload workload(String kind, String name, Classification classification, int replicas, String image) {
        return workload(kind, name, classification, replicas, image, false);
    }

    private static Workload workload(
            String kind, String name, Classification classification, int replicas, String image, boolean losing) {
        boolean scalable = !kind.equals("DaemonSet");
        return new Workload(
                "sourcegraph",
                new WorkloadRef(kind, name),
                classification,
                "PGHOST in its environment",
                scalable ? OptionalInt.of(replicas) : OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                Optional.empty(),
                List.of(new PodRef(name + "-0", "Running", Optional.empty(), Optional.of(NOW), Optional.empty(), true)),
                List.of(),
                new RolloutState.Complete(),
                Map.of(),
                Optional.of(name),
                List.of(image),
                kind.equals("Job") && image.contains("/migrator:"),
                losing,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                "1");
    }

    PreflightInput input() {
        PlanResolver resolver = new PlanResolver(ReleaseLine.known());
        Facts facts = Facts.of(new Queue(Optional.empty(), Set.of("uid")));
        if (workloads.isPresent()) {
            facts = facts.withWorkloads(workloads.get());
        }
        facts = facts.withDatabases(unknownDatabases.orElseGet(
                () -> new DatabaseFacts.Seen(new DatabaseState(schemas, lookup, row, outOfBand, NOW), 0)));
        if (unreadableTarget.isPresent() || targetRead) {
            facts = facts.withTarget(unreadableTarget.orElseGet(this::target));
        }
        Situation situation = new Situation(
                new Run("sourcegraph", "back-to-4-0", "uid", 1, "sha256:spec", NOW, false),
                new SourcegraphDowngradeSpec(
                        to,
                        from,
                        strategy,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        new Manifests(new SourceRef("older", null), null),
                        null,
                        null,
                        null,
                        null,
                        null),
                new Journal(Optional.empty()),
                facts,
                NOW);
        return new PreflightInput(
                situation,
                operator,
                resolver,
                resolver.draft(situation, migratorImage),
                verdicts,
                impersonable,
                missing,
                autoUpgrade,
                migratorImage);
    }

    private TargetFacts target() {
        return new TargetFacts.Read(
                new ManifestBundle(
                        new ManifestSource(ManifestSource.Kind.CONFIG_MAP, "older", List.of()),
                        List.of(),
                        "sha256:" + "0".repeat(64)),
                new Inspection(Flavour.KUSTOMIZE, targetRelease, List.of(), List.of(), findings),
                new ApplyPlan(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        new InstanceOwner("kubectl", InstanceOwner.Style.CLIENT_SIDE_APPLY, Map.of(), Map.of())),
                true);
    }
}
