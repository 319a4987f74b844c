package com.sourcegraph.downgrade.step;

import com.sourcegraph.downgrade.api.Migrator;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.database.VersionsRow;
import com.sourcegraph.downgrade.migrator.JobRequest;
import com.sourcegraph.downgrade.migrator.MigratorJobFactory;
import com.sourcegraph.downgrade.migrator.MigratorTemplate;
import com.sourcegraph.downgrade.migrator.MigratorTemplateReader;
import com.sourcegraph.downgrade.plan.DatabaseFacts;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.Stop;
import com.sourcegraph.downgrade.release.Version;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.math.BigDecimal;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes the migrator's Jobs. Their names follow from run and attempt, so that a request repeated after a lost answer finds
 * the Job that it had made.
 */
final class MigratorStart {

    private static final Quantity REQUESTED_MEMORY = new Quantity("50Mi");
    private static final int UNPROCESSABLE = 422;
    private static final Quantity REQUESTED_CPU = new Quantity("100m");

    /** Eight times what was given at first. */
    private static final int MOST_DOUBLINGS = 3;

    /** In what a Job differs from the first of its kind. */
    private record Extras(int doublings, boolean skipDriftCheck) {}

    private final KubernetesClient reader;
    private final MigratorJobFactory factory = new MigratorJobFactory();

    MigratorStart(KubernetesClient reader) {
        this.reader = reader;
    }

    Effect checks(ActionContext context, int attempt) {
        return start(context, attempt, new Extras(0, false), factory::checks);
    }

    Effect downgrade(ActionContext context, int attempt, boolean skipDriftCheck) {
        return start(
                context,
                attempt,
                new Extras(Math.min(attempt - 1, MOST_DOUBLINGS), skipDriftCheck),
                factory::downgrade);
    }

    Effect drift(ActionContext context, int attempt) {
        return start(context, attempt, new Extras(0, false), factory::drift);
    }

    private Effect start(ActionContext context, int attempt, Extras extras, Function<JobRequest, Job> make) {
        Optional<MigratorTemplate> template =
                context.frontend().get().flatMap(new MigratorTemplateReader(context.keys())::read);
        if (template.isEmpty()) {
            return new Effect.Refused(new Stop(
                    Reason.MIGRATOR_CANNOT_START,
                    "There is no frontend in namespace " + context.namespace()
                            + " to take the migrator's environment from",
                    "Bring its Deployment back; the run goes on by itself: "
                            + context.situation().run().kubectl("get deployments")));
        }
        Job job = make.apply(request(context.situation(), template.get(), attempt, extras));
        try {
            context.writer().resource(job).create();
            return new Effect.Done();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return exists(context, job);
            }
            boolean refused = e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST
                    || e.getCode() == UNPROCESSABLE
                    || (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN && !Refusals.lacksRight(e.getMessage()));
            if (!refused) {
                throw e;
            }
            return new Effect.Refused(new Stop(
                    Reason.MIGRATOR_CANNOT_START,
                    "The API server refuses Job " + job.getMetadata().getName() + ": " + e.getMessage(),
                    "Repair what it names; the run goes on by itself: "
                            + context.situation().run().kubectl("get resourcequotas,limitranges")));
        }
    }

    private Effect exists(ActionContext context, Job wanted) {
        Job existing = reader.resource(wanted).get();
        if (existing == null || factory.isOurs(wanted, existing)) {
            return new Effect.Done();
        }
        return new Effect.Refused(new Stop(
                Reason.MIGRATOR_CANNOT_START,
                "Job " + wanted.getMetadata().getName() + " exists and is not of this run",
                "Delete it; the run goes on by itself: "
                        + context.situation()
                                .run()
                                .kubectl("delete job " + wanted.getMetadata().getName())));
    }

    private static JobRequest request(Situation situation, MigratorTemplate template, int attempt, Extras extras) {
        Migrator migrator = situation.spec().migrator();
        return new JobRequest(
                situation.run().namespace(),
                situation.run().name(),
                situation.run().uid(),
                attempt,
                situation.fromMinor(),
                situation.to().toMinor(),
                template,
                // What was approved is what runs.
                Optional.ofNullable(situation.plan().migratorImage()).or(() -> Optional.ofNullable(migrator.image())),
                resources(migrator, extras.doublings()),
                extras.skipDriftCheck(),
                row(situation));
    }

    /** The release that the row says when the Job starts: what drift is compared with. */
    private static Version row(Situation situation) {
        return situation
                .facts()
                .databases()
                .filter(DatabaseFacts.Seen.class::isInstance)
                .flatMap(seen -> ((DatabaseFacts.Seen) seen).state().versions())
                .flatMap(VersionsRow::release)
                .orElseGet(() -> Version.parse(situation.plan().from()));
    }

    /**
     * Every further attempt of the downgrade may use twice the memory: the spec cannot be changed any more, and after the point of no return a
     * migrator that ran out of it would otherwise run out of it for ever. It follows from the attempt's number alone, so that a
     * Job made anew after a crash is the same Job.
     */
    private static Quantity memory(Migrator migrator, int doublings) {
        if (doublings == 0) {
            return new Quantity(migrator.memory());
        }
        Quantity given = new Quantity(migrator.memory());
        BigDecimal more = new BigDecimal(given.getAmount()).multiply(BigDecimal.valueOf(1L << doublings));
        return new Quantity(more.toPlainString(), given.getFormat());
    }

    private static ResourceRequirements resources(Migrator migrator, int doublings) {
        Quantity memory = memory(migrator, doublings);
        Quantity cpu = new Quantity(migrator.cpu());
        return new ResourceRequirementsBuilder()
                .addToRequests("memory", atMost(memory, REQUESTED_MEMORY))
                .addToRequests("cpu", atMost(cpu, REQUESTED_CPU))
                .addToLimits("memory", memory)
                .addToLimits("cpu", cpu)
                .build();
    }

    /** An API server takes no request above its limit. */
    private static Quantity atMost(Quantity limit, Quantity requested) {
        return limit.getNumericalAmount().compareTo(requested.getNumericalAmount()) < 0 ? limit : requested;
    }
}
