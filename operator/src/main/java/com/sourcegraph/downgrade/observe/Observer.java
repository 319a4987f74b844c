package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.access.ImpersonatingClients;
import com.sourcegraph.downgrade.api.WorkloadOverride;
import com.sourcegraph.downgrade.database.DatabaseReader;
import com.sourcegraph.downgrade.database.DatabaseTimeouts;
import com.sourcegraph.downgrade.database.EnvironmentReader;
import com.sourcegraph.downgrade.database.MigrationCounter;
import com.sourcegraph.downgrade.history.RunHistory;
import com.sourcegraph.downgrade.history.RunHistoryStore;
import com.sourcegraph.downgrade.manifest.LivePicture;
import com.sourcegraph.downgrade.migrator.KeyLookup;
import com.sourcegraph.downgrade.plan.Facts;
import com.sourcegraph.downgrade.plan.JobResult;
import com.sourcegraph.downgrade.plan.Need;
import com.sourcegraph.downgrade.plan.OperatorPlace;
import com.sourcegraph.downgrade.plan.PlanResolver;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.TargetFacts;
import com.sourcegraph.downgrade.release.ReleaseLine;
import com.sourcegraph.downgrade.workload.NamespaceObjects;
import com.sourcegraph.downgrade.workload.OwnWork;
import com.sourcegraph.downgrade.workload.WorkloadReader;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import com.sourcegraph.downgrade.workload.Workloads;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Looks at what the planner asks for, and at what that needs in turn. */
public final class Observer implements AutoCloseable {

    private final KubernetesClient client;
    private final NamespaceWatches watches;
    private final RunMemories memories;
    private final Optional<OperatorPlace> operator;
    private final WorkloadReader workloads = new WorkloadReader();
    private final RunHistoryStore history = new RunHistoryStore();
    private final DatabaseLook databases;
    private final JobLook jobs;
    private final TargetLook target;
    private final PreflightLook preflight;

    /**
     * @param client with the operator's own rights
     * @param operator where the operator itself runs, if it does so in a cluster
     * @param progressed called with a run's uid when its migrator has printed something new
     */
    public Observer(
            KubernetesClient client,
            NamespaceWatches watches,
            ImpersonatingClients writers,
            Optional<OperatorPlace> operator,
            Consumer<String> progressed) {
        this.client = client;
        this.watches = watches;
        this.operator = operator;
        memories = new RunMemories(client);
        EnvironmentReader environments = new EnvironmentReader(client);
        databases = new DatabaseLook(
                environments,
                new DatabaseReader(DatabaseTimeouts.standard()),
                new MigrationCounter(DatabaseTimeouts.standard()));
        jobs = new JobLook(client, progressed);
        target = new TargetLook(client, operator);
        preflight = new PreflightLook(client, writers, new PlanResolver(ReleaseLine.known()), operator);
    }

    /** The situation with everything seen that was asked for. */
    public Situation look(Situation situation, Set<Need> needs) {
        if (needs.contains(Need.PREFLIGHT)) {
            memory(situation).environment().forget();
            memory(situation).forgetDatabases();
        }
        Situation seen = situation;
        for (Need need : inOrder(needs, memory(situation).passwords().isPresent())) {
            if (!seen.facts().has(need)) {
                seen = seen.with(see(seen, need));
            }
        }
        return seen;
    }

    /** The target manifests and what lives in their place, with what was left open meanwhile asked for. */
    public TargetFacts target(Situation situation) {
        NamespaceObjects watched =
                watches.objects(situation.run().namespace(), situation.run().uid());
        return target.look(situation, memory(situation).target(), key -> watched.has(key.kind(), key.name()));
    }

    /** The record of runs as it was just written; empty where it is not known how it is now. */
    public void wrote(Situation situation, Optional<RunHistory> written) {
        written.ifPresentOrElse(memory(situation)::remember, memory(situation)::forgetHistory);
    }

    /** Which keys the sources of the workloads' environments have. */
    public KeyLookup keys(Situation situation) {
        return new KnownKeys(memory(situation).environment());
    }

    /** What is known of the objects in the place of the target; empty before the first look. */
    public Optional<LivePicture> picture(Situation situation) {
        return memory(situation).target().picture();
    }

    /** The frontend's Deployment as it lives. */
    public Optional<Deployment> frontend(Situation situation) {
        Optional<Workloads> seen = situation.facts().workloads();
        return seen.flatMap(Workloads::frontend)
                .map(frontend -> frontend.ref().name())
                .flatMap(name ->
                        watches
                                .objects(
                                        situation.run().namespace(),
                                        situation.run().uid())
                                .deployments()
                                .stream()
                                .filter(deployment ->
                                        deployment.getMetadata().getName().equals(name))
                                .findFirst());
    }

    /** Nothing more is needed for this run. */
    public void forget(String namespace, String runUid) {
        memories.forget(runUid);
        watches.release(namespace, runUid);
    }

    private Facts see(Situation situation, Need need) {
        RunMemory memory = memory(situation);
        Facts facts = situation.facts();
        return switch (need) {
            case WORKLOADS ->
                facts.withWorkloads(workloads(
                        situation,
                        memory,
                        watches.objects(
                                situation.run().namespace(), situation.run().uid())));
            case WORKLOADS_NOW -> now(situation, memory);
            case DATABASES -> facts.withDatabases(databases.look(situation, memory, frontend(situation)));
            case JOBS -> {
                databases.knowPasswords(situation, memory, frontend(situation));
                yield jobs.look(
                        situation,
                        memory,
                        watches.objects(
                                situation.run().namespace(), situation.run().uid()));
            }
            case JOB_RESULT ->
                facts.withJobResult(jobs.result(situation, memory)
                        .orElse(new JobResult("", Optional.empty(), Map.of(), List.of(), List.of())));
            case TARGET -> facts.withTarget(target(situation));
            case TARGET_NOW -> facts.withTarget(target.now(situation, memory.target()));
            case HISTORY -> facts.withHistory(history(situation, memory));
            case PREFLIGHT -> {
                Situation fresh = situation.with(facts.withTarget(target.now(situation, memory.target())));
                yield fresh.facts().withPreflight(preflight.look(fresh, memory, frontend(fresh)));
            }
        };
    }

    /** With the Jobs and pods in the same answers: no migrator is started beside one that the watch does not show. */
    private Facts now(Situation situation, RunMemory memory) {
        NamespaceObjects objects = watches.objectsNow(
                situation.run().namespace(), situation.run().uid(), (version, kind, items) -> memory.target()
                        .picture()
                        .ifPresent(picture -> picture.listed(version, kind, items)));
        Facts seen = situation.facts().withWorkloadsNow(workloads(situation, memory, objects));
        return seen.has(Need.JOBS) ? jobs.look(situation.with(seen), memory, objects) : seen;
    }

    /** A record that nobody holds stands too: whoever takes hold on a late one is refused. */
    private RunHistory history(Situation situation, RunMemory memory) {
        if (memory.history().isEmpty()) {
            RunHistory read = history.read(client, situation.run().namespace());
            if (read.holder().isPresent()) {
                return read;
            }
            memory.remember(read);
        }
        return memory.history().get();
    }

    private Workloads workloads(Situation situation, RunMemory memory, NamespaceObjects objects) {
        Map<WorkloadRef, Boolean> overrides = situation.spec().quiesce().workloads().stream()
                .collect(Collectors.toMap(
                        override -> new WorkloadRef(WorkloadKinds.name(override.kind()), override.name()),
                        override -> override.treatAs() == WorkloadOverride.Treatment.CONNECTED,
                        (first, second) -> second));
        return workloads.read(
                situation.run().namespace(),
                objects,
                memory.environment(),
                overrides,
                new OwnWork(
                        operator.filter(place -> place.holds(situation.run())).map(OperatorPlace::workload),
                        situation.run().uid()));
    }

    /**
     * Each need after what it builds on.
     *
     * @param passwordsKnown false makes a look at Jobs need the frontend, whose environment leads to the passwords that are
     *     masked in what the migrator prints
     */
    private static List<Need> inOrder(Set<Need> asked, boolean passwordsKnown) {
        Set<Need> all = EnumSet.copyOf(asked);
        if (all.contains(Need.PREFLIGHT)) {
            all.addAll(Set.of(Need.WORKLOADS, Need.DATABASES));
        }
        if (all.contains(Need.DATABASES)) {
            all.add(Need.WORKLOADS);
        }
        if (all.contains(Need.JOB_RESULT)) {
            all.add(Need.JOBS);
        }
        if (all.contains(Need.JOBS) && !passwordsKnown) {
            all.add(Need.WORKLOADS);
        }
        return List.of(
                        Need.WORKLOADS,
                        Need.WORKLOADS_NOW,
                        Need.DATABASES,
                        Need.JOBS,
                        Need.JOB_RESULT,
                        Need.TARGET,
                        Need.TARGET_NOW,
                        Need.HISTORY,
                        Need.PREFLIGHT)
                .stream()
                .filter(all::contains)
                .toList();
    }

    private RunMemory memory(Situation situation) {
        return memories.of(situation.run().namespace(), situation.run().uid());
    }

    @Override
    public void close() {
        memories.close();
        watches.close();
    }
}
