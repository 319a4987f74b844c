package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.access.AccessReviewer;
import com.sourcegraph.downgrade.access.ImpersonatingClients;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.manifest.ApplyPlan;
import com.sourcegraph.downgrade.manifest.DryRunJudge;
import com.sourcegraph.downgrade.manifest.Permission;
import com.sourcegraph.downgrade.manifest.RequiredPermissions;
import com.sourcegraph.downgrade.manifest.Verdict;
import com.sourcegraph.downgrade.migrator.MigratorTemplate;
import com.sourcegraph.downgrade.migrator.MigratorTemplateReader;
import com.sourcegraph.downgrade.plan.OperatorPlace;
import com.sourcegraph.downgrade.plan.PlanResolver;
import com.sourcegraph.downgrade.plan.PreflightReport;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.StrategyChoice;
import com.sourcegraph.downgrade.plan.TargetFacts;
import com.sourcegraph.downgrade.preflight.OwnWrites;
import com.sourcegraph.downgrade.preflight.Preflight;
import com.sourcegraph.downgrade.preflight.PreflightInput;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gathers what the checks judge, and lets them. Asks the API server for dry runs and for rights; stores nothing. */
final class PreflightLook {

    private final Optional<OperatorPlace> operator;
    private final ImpersonatingClients writers;
    private final PlanResolver resolver;
    private final Preflight preflight = new Preflight();
    private final AccessReviewer access = new AccessReviewer();
    private final DryRunJudge judge;
    private final RequiredPermissions permissions = new RequiredPermissions();

    /**
     * @param reader reads anew what changed during the checks
     * @param operator where the operator itself runs, if it does so in a cluster
     */
    PreflightLook(
            KubernetesClient reader,
            ImpersonatingClients writers,
            PlanResolver resolver,
            Optional<OperatorPlace> operator) {
        this.operator = operator;
        this.writers = writers;
        this.resolver = resolver;
        judge = new DryRunJudge(reader);
    }

    PreflightReport look(Situation situation, RunMemory memory, Optional<Deployment> frontend) {
        String namespace = situation.run().namespace();
        KubernetesClient writer = writers.of(namespace, situation.spec().serviceAccountName());
        Optional<ApplyPlan> plan = situation
                .facts()
                .target()
                .filter(TargetFacts.Read.class::isInstance)
                .map(target -> ((TargetFacts.Read) target).plan());
        Optional<List<Permission>> asked = missing(situation, writer, plan);
        List<Permission> missing = asked.orElse(List.of());
        List<Verdict> verdicts = new ArrayList<>();
        if (plan.isPresent() && asked.isPresent() && missing.isEmpty()) {
            plan.get().objects().stream()
                    .filter(object -> object.action().writes())
                    .map(object ->
                            judge.judge(writer, namespace, object, plan.get().owner()))
                    .forEach(verdicts::add);
        }
        Optional<String> image = migratorImage(situation, memory, frontend);
        Optional<PlanStatus> draft = resolver.draft(situation, image);
        return preflight.run(new PreflightInput(
                situation,
                operator,
                resolver,
                draft,
                verdicts,
                asked.isPresent(),
                missing,
                memory.autoUpgrade(),
                image));
    }

    /** Empty where the operator may not act in the account's name. */
    private Optional<List<Permission>> missing(Situation situation, KubernetesClient writer, Optional<ApplyPlan> plan) {
        boolean migrator = resolver.strategy(situation)
                .map(StrategyChoice::strategy)
                .filter(Strategy.MIGRATOR::equals)
                .isPresent();
        List<Permission> wanted = new ArrayList<>(OwnWrites.of(migrator));
        plan.ifPresent(apply -> wanted.addAll(permissions.of(apply)));
        Map<AccessReviewer.Right, Permission> rights = new LinkedHashMap<>();
        wanted.forEach(permission -> rights.putIfAbsent(
                new AccessReviewer.Right(permission.verb(), permission.apiGroup(), permission.resource()), permission));
        try {
            return Optional.of(access.missing(writer, situation.run().namespace(), rights.keySet()).stream()
                    .map(rights::get)
                    .toList());
        } catch (KubernetesClientException e) {
            if (ImpersonatingClients.refused(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Optional<String> migratorImage(
            Situation situation, RunMemory memory, Optional<Deployment> frontend) {
        String asked = situation.spec().migrator().image();
        return asked != null
                ? Optional.of(asked)
                : frontend.flatMap(new MigratorTemplateReader(new KnownKeys(memory.environment()))::read)
                        .flatMap(MigratorTemplate::image);
    }
}
