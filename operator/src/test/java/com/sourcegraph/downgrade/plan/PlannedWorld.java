package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Approval;
import com.sourcegraph.downgrade.api.Mode;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.Recovery;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.history.RunHistory;
import com.sourcegraph.downgrade.history.RunRecord;
import com.sourcegraph.downgrade.manifest.Permission;
import com.sourcegraph.downgrade.manifest.Phase;
import com.sourcegraph.downgrade.migrator.FailureClass;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import com.sourcegraph.downgrade.migrator.MigratorPhase;
import com.sourcegraph.downgrade.migrator.MigratorProgress;
import com.sourcegraph.downgrade.preflight.Preflight;
import com.sourcegraph.downgrade.preflight.PreflightInput;
import com.sourcegraph.downgrade.release.ReleaseLine;
import com.sourcegraph.downgrade.release.Version;
import com.sourcegraph.downgrade.workload.Classification;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import com.sourcegraph.downgrade.workload.Workloads;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** An instance, its databases, its Jobs and the resource, as a model: what the planner may look at and act on. */
final class PlannedWorld {
    static final String UID = "run-uid";
    private static final String OTHER_UID = "other-uid";
    private static final int JOB_SECONDS = 40;

    final WorldCase scenario;
    final ModelDatabases databases;
    final ModelManifests manifests;
    final List<ModelWorkload> workloads;
    final List<ModelJob> jobs = new ArrayList<>();

    Instant now = Instant.parse("2026-01-01T10:00:00Z");
    SourcegraphDowngradeSpec spec;
    boolean deleting;
    Optional<SourcegraphDowngradeStatus> status = Optional.empty();
    long generation = 1;

    /** Bumped by every write to the resource, as its resource version is. */
    long version = 1;

    RunHistory history = RunHistory.empty();
    boolean otherHolds;
    boolean otherAhead;
    boolean jobsStart = true;
    boolean permitted = true;
    Optional<FailureClass> nextJobFails = Optional.empty();
    boolean nextJobInterrupts;
    /** Pods of a downgrade whose Job is gone. */
    final List<LingeringPod> lingering = new ArrayList<>();

    boolean driftBefore;
    boolean driftAfter;
    boolean watchLags;
    private Workloads watched;
    private Workloads upToDate;

    private final PlanResolver resolver = new PlanResolver(ReleaseLine.known());
    private final Preflight preflight = new Preflight();

    PlannedWorld(WorldCase scenario) {
        this.scenario = scenario;
        spec = scenario.spec();
        databases =
                new ModelDatabases(scenario.from(), Version.parse(scenario.to()).toMinor());
        databases.dataMoved = scenario.dataMoved();
        manifests = new ModelManifests(Version.parse(scenario.to()));
        workloads = List.of(
                new ModelWorkload("Deployment", "sourcegraph-frontend", Classification.DIRECT, 2, image("frontend")),
                new ModelWorkload("StatefulSet", "gitserver", Classification.INDIRECT, 1, image("gitserver")),
                new ModelWorkload("Deployment", "unknown", Classification.UNKNOWN, 3, "example.com/unknown:1"),
                new ModelWorkload("CronJob", "nightly", Classification.DIRECT, 1, image("worker")),
                new ModelWorkload("Deployment", "redis", Classification.INDEPENDENT, 1, "redis:6"),
                new ModelWorkload(
                        "StatefulSet", "pgsql", Classification.DATABASE, 1, "sourcegraph/postgres-12-alpine:1"));
        upToDate = workloadsNow();
        watched = upToDate;
    }

    private String image(String component) {
        return "index.docker.io/sourcegraph/" + component + ":" + scenario.from();
    }

    Situation situation() {
        Set<String> live = otherHolds ? Set.of(UID, OTHER_UID) : Set.of(UID);
        return new Situation(
                new Run("ns", "back", UID, generation, "sha256:spec", Instant.parse("2026-01-01T09:59:00Z"), deleting),
                spec,
                new Journal(status),
                Facts.of(new Queue(otherAhead ? Optional.of("other") : Optional.empty(), live)),
                now);
    }

    void edit(UnaryOperator<SourcegraphDowngradeSpec> change) {
        spec = change.apply(spec);
        generation++;
        version++;
    }

    void approve(String digest) {
        edit(was -> SpecEdits.with(was, digest, was.suspend(), was.cancel(), was.recovery()));
    }

    void suspend(boolean on) {
        edit(was -> SpecEdits.with(was, was.approvedPlan(), on, was.cancel(), was.recovery()));
    }

    void cancel() {
        edit(was -> SpecEdits.with(was, was.approvedPlan(), was.suspend(), true, was.recovery()));
    }

    void recover(Recovery recovery) {
        edit(was -> SpecEdits.with(was, was.approvedPlan(), was.suspend(), was.cancel(), recovery));
    }

    void delete() {
        deleting = true;
        version++;
    }

    void otherTakesHold() {
        if (history.holder().isEmpty()) {
            otherHolds = true;
            history = new RunHistory(
                    Optional.of(new RunRecord("other", OTHER_UID, "d", "5.0.6", "4.5.1", now.toString(), null, null)),
                    history.runs(),
                    Optional.of("1"));
        }
    }

    void otherLetsGo() {
        if (otherHolds) {
            otherHolds = false;
            List<RunRecord> runs = new ArrayList<>(history.runs());
            runs.add(history.holder().orElseThrow().ended(now.toString(), RunRecord.CANCELLED));
            history = new RunHistory(Optional.empty(), runs, Optional.of("2"));
        }
    }

    Optional<String> plannedManifests() {
        return new Journal(status).plan().map(PlanStatus::manifestsDigest);
    }

    boolean manifestsAsPlanned() {
        return manifests.readable
                && plannedManifests().filter(manifests.digest()::equals).isPresent();
    }

    boolean anyPodConnected() {
        return workloads.stream().anyMatch(workload -> workload.connected() && !workload.stopped(now));
    }

    Optional<ModelJob> running() {
        return jobs.stream().filter(job -> !job.ended(now)).findFirst();
    }

    boolean asBefore() {
        return workloads.stream().allMatch(ModelWorkload::asBefore);
    }

    /** A turn begins: what a watch that lags will show is what was there a turn ago. */
    void turn() {
        watched = upToDate;
        upToDate = workloadsNow();
    }

    /** Lets time pass: Jobs end and leave what they leave, services start and write their release. */
    void pass(java.time.Duration time) {
        Instant before = now;
        now = now.plus(time);
        for (ModelJob job : List.copyOf(jobs)) {
            if (jobsStart && job.ended(now) && !job.ended(before) && job.kind() == MigratorJobKind.DOWNGRADE) {
                downgradeEnded(job);
            } else if (!jobsStart && !job.ended(before)) {
                jobs.set(
                        jobs.indexOf(job),
                        new ModelJob(
                                job.kind(),
                                job.attempt(),
                                job.started(),
                                now.plusSeconds(JOB_SECONDS),
                                job.failure(),
                                job.drift()));
            }
        }
        ModelWorkload frontend = workloads.get(0);
        boolean older = !frontend.image.endsWith(":" + scenario.from());
        // A frontend that starts writes its own release into the row if the schema is that of the next minor at most.
        if (older && frontend.rolledOut(now)) {
            databases.row = scenario.to();
        }
    }

    private void downgradeEnded(ModelJob job) {
        if (job.failure().isEmpty()) {
            databases.row = Version.parse(scenario.to()).toMinor().firstPatch().toString();
            databases.reverted += 10;
            databases.dataMoved = false;
        } else {
            databases.reverted += 3;
            databases.interrupted |= nextJobInterrupts;
            nextJobInterrupts = false;
        }
    }

    Situation look(Situation situation, Set<Need> asked) {
        Set<Need> needs = EnumSet.copyOf(asked);
        if (needs.contains(Need.PREFLIGHT)) {
            needs.addAll(List.of(Need.WORKLOADS, Need.DATABASES, Need.TARGET));
        }
        if (needs.contains(Need.DATABASES)) {
            needs.add(Need.WORKLOADS);
        }
        if (needs.contains(Need.JOB_RESULT)) {
            needs.add(Need.JOBS);
        }
        Situation seen = situation;
        for (Need need : List.of(
                Need.WORKLOADS,
                Need.WORKLOADS_NOW,
                Need.DATABASES,
                Need.JOBS,
                Need.JOB_RESULT,
                Need.TARGET,
                Need.TARGET_NOW,
                Need.HISTORY,
                Need.PREFLIGHT)) {
            if (needs.contains(need) && !seen.facts().has(need)) {
                seen = seen.with(see(seen, need));
            }
        }
        return seen;
    }

    private Facts see(Situation situation, Need need) {
        Facts facts = situation.facts();
        return switch (need) {
            case WORKLOADS -> facts.withWorkloads(watchLags ? watched : workloadsNow());
            case WORKLOADS_NOW -> facts.withWorkloadsNow(workloadsNow());
            case DATABASES -> facts.withDatabases(databases.seen(applications(), now));
            case JOBS ->
                facts.withJobs(
                        jobs.stream()
                                .map(job -> job.seen(now, jobsStart || job.ended(now)))
                                .toList(),
                        running()
                                .filter(job -> job.kind() == MigratorJobKind.DOWNGRADE && jobsStart)
                                .map(job -> working()),
                        lingering);
            case JOB_RESULT ->
                facts.withJobResult(jobs.stream()
                        .filter(job -> job.ended(now))
                        .max(Comparator.comparing((ModelJob job) -> job.kind().ordinal())
                                .thenComparing(ModelJob::attempt))
                        .map(job -> job.result(Version.parse(scenario.to()).toMinor()))
                        .orElse(new JobResult("", Optional.empty(), Map.of(), List.of(), List.of())));
            case TARGET -> facts.withTarget(manifests.seen());
            case TARGET_NOW ->
                facts.withTarget(
                        manifests.seen() instanceof TargetFacts.Read read ? read.asOf(true) : manifests.seen());
            case HISTORY -> facts.withHistory(history);
            case PREFLIGHT -> {
                Optional<String> image = Optional.of(image("migrator"));
                yield facts.withPreflight(preflight.run(new PreflightInput(
                        situation,
                        Optional.empty(),
                        resolver,
                        resolver.draft(situation, image),
                        List.of(),
                        true,
                        permitted ? List.of() : List.of(new Permission("patch", "apps", "deployments", "scaling")),
                        Optional.empty(),
                        image)));
            }
        };
    }

    /** What the log of a migrator at work tells. */
    private static MigratorProgress working() {
        MigratorProgress none = MigratorProgress.none();
        return new MigratorProgress(
                MigratorPhase.SCHEMA_MIGRATIONS,
                none.migratorVersion(),
                1,
                1,
                none.plan(),
                none.schema(),
                none.migrations(),
                none.outOfBand(),
                none.warnings(),
                none.drifted(),
                none.lastError(),
                none.privileged());
    }

    private Workloads workloadsNow() {
        return new Workloads(
                workloads.stream().map(workload -> workload.seen(now)).toList());
    }

    private List<String> applications() {
        List<String> names = new ArrayList<>();
        workloads.stream()
                .filter(workload -> workload.connected() && workload.podsUp(now))
                .forEach(workload -> names.add("frontend"));
        running()
                .filter(job -> job.kind() == MigratorJobKind.DOWNGRADE && jobsStart)
                .ifPresent(job -> names.add("migrator"));
        return names;
    }

    void perform(Action action) {
        if (action instanceof Action.ClaimInstance claim) {
            history = new RunHistory(Optional.of(claim.run()), history.runs(), Optional.of("1"));
        } else if (action instanceof Action.ReleaseInstance release) {
            List<RunRecord> runs = new ArrayList<>(history.runs());
            runs.add(release.run());
            history = new RunHistory(Optional.empty(), runs, Optional.of("2"));
        } else if (action instanceof Action.StartChecks start) {
            start(MigratorJobKind.CHECKS, start.attempt(), driftBefore);
        } else if (action instanceof Action.StartDowngrade start) {
            start(MigratorJobKind.DOWNGRADE, start.attempt(), false);
        } else if (action instanceof Action.StartDrift start) {
            start(MigratorJobKind.DRIFT, start.attempt(), driftAfter);
        } else if (action instanceof Action.QuiesceWorkloads quiesce) {
            each(quiesce.workloads(), workload -> workload.quiesce(UID, now));
        } else if (action instanceof Action.RestoreWorkloads restore) {
            each(restore.workloads(), workload -> workload.restore(restore.scope(), now));
        } else if (action instanceof Action.ApplyObjects apply) {
            apply(apply.withRest());
        } else if (action instanceof Action.PruneObjects) {
            manifests.pruned |= manifestsAsPlanned();
        }
    }

    private void start(MigratorJobKind kind, int attempt, boolean drift) {
        boolean exists = jobs.stream().anyMatch(job -> job.kind() == kind && job.attempt() == attempt);
        if (!exists) {
            jobs.add(new ModelJob(kind, attempt, now, now.plusSeconds(JOB_SECONDS), nextJobFails, drift));
            nextJobFails = Optional.empty();
        }
    }

    private void apply(boolean withRest) {
        if (!manifestsAsPlanned()) {
            return;
        }
        if (!manifests.applied.contains(Phase.DATABASES)) {
            workloads.stream().filter(ModelWorkload::database).forEach(database -> database.roll(now));
        }
        manifests.applied.addAll(withRest ? Set.of(Phase.values()) : Set.of(Phase.SUPPORTING, Phase.DATABASES));
        if (withRest) {
            workloads.stream()
                    .filter(workload -> workload.image.endsWith(":" + scenario.from()))
                    .forEach(workload ->
                            workload.apply(workload.image.replace(":" + scenario.from(), ":" + scenario.to()), now));
        }
    }

    private void each(List<WorkloadRef> refs, java.util.function.Consumer<ModelWorkload> change) {
        workloads.stream().filter(workload -> refs.contains(workload.ref)).forEach(change);
    }

    boolean asksForApproval() {
        return spec.approval() == Approval.MANUAL || spec.approvedPlan() != null;
    }

    boolean plansOnly() {
        return spec.mode() == Mode.PLAN;
    }

    boolean usesMigrator() {
        return status.map(SourcegraphDowngradeStatus::plan)
                .filter(plan -> plan.strategy() == Strategy.MIGRATOR)
                .isPresent();
    }
}
