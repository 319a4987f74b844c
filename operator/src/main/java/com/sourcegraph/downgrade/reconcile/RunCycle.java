package com.sourcegraph.downgrade.reconcile;

import com.sourcegraph.downgrade.access.ImpersonatingClients;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepStatus;
import com.sourcegraph.downgrade.observe.Observer;
import com.sourcegraph.downgrade.plan.DeadlineWatch;
import com.sourcegraph.downgrade.plan.Decision;
import com.sourcegraph.downgrade.plan.JournalEntry;
import com.sourcegraph.downgrade.plan.Move;
import com.sourcegraph.downgrade.plan.Need;
import com.sourcegraph.downgrade.plan.OperatorPlace;
import com.sourcegraph.downgrade.plan.Planner;
import com.sourcegraph.downgrade.plan.Queue;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.Stop;
import com.sourcegraph.downgrade.redact.Redactor;
import com.sourcegraph.downgrade.status.StatusFactory;
import com.sourcegraph.downgrade.status.StatusWriter;
import com.sourcegraph.downgrade.step.ActionContext;
import com.sourcegraph.downgrade.step.ActionExecutor;
import com.sourcegraph.downgrade.step.Effect;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The four moves: observe, decide, one effect, record. Knows nothing of the SDK. */
final class RunCycle {

    /** A planner that asks for the same thing twice would ask for ever; no step needs this many looks. */
    private static final int MOST_LOOKS = 12;

    /** Far more than follow from each other anywhere in the course. */
    private static final int MOST_MOVES = 24;

    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration AFTER_A_RACE = Duration.ofMillis(100);
    private static final Duration REFUSED = Duration.ofSeconds(10);

    private final Observer observer;
    private final Planner planner = new Planner();
    private final StatusFactory statuses = new StatusFactory();
    private final StatusWriter writer;
    private final ActionExecutor executor;
    private final ImpersonatingClients clients;
    private final RunFinalizer finalizer;
    private final ResourceSituations situations;
    private final Optional<OperatorPlace> place;

    RunCycle(
            Observer observer,
            StatusWriter writer,
            ActionExecutor executor,
            ImpersonatingClients clients,
            RunFinalizer finalizer,
            Clock clock,
            Optional<OperatorPlace> place) {
        this.observer = observer;
        this.writer = writer;
        this.executor = executor;
        this.clients = clients;
        this.finalizer = finalizer;
        this.situations = new ResourceSituations(clock);
        this.place = place;
    }

    /**
     * What a turn came to.
     *
     * @param stored the resource as it was stored, if it was
     * @param next when to come back at the latest; empty if nothing is left to do
     * @param end how far the run has ended
     */
    record Turn(Optional<SourcegraphDowngrade> stored, Optional<Duration> next, End end) {

        /** What a balancer answers in the place of the API server looks like it too, so it is looked for again. */
        private static final Duration LOOKED_FOR = Duration.ofSeconds(15);

        /** Of a resource that is there no longer. */
        static final Turn GONE = new Turn(Optional.empty(), Optional.of(LOOKED_FOR), End.GONE);

        static Turn again(Optional<SourcegraphDowngrade> stored, Duration next) {
            return new Turn(stored, Optional.of(next), End.NOT_YET);
        }

        boolean ended() {
            return end != End.NOT_YET;
        }
    }

    /** How far a run has ended. */
    enum End {
        NOT_YET,
        /** Recorded; the resource is held still. */
        RECORDED,
        /** The resource is held no longer, and nothing is left to do. */
        AT_REST,
        /** The same, and the resource's time is up. */
        DUE,
        /** Nobody knows: there is no resource any more. What it has made stays as it is. */
        GONE
    }

    /**
     * Decides until a step begins or there is something to do or to wait for, and writes what has led there in one request: that a step
     * has ended and the next one has begun is one change of the status, not two.
     */
    Turn turn(SourcegraphDowngrade resource, Queue queue) {
        SourcegraphDowngrade decided = resource;
        for (int moves = 0; moves < MOST_MOVES; moves++) {
            Situation situation = situations.of(decided, queue);
            Decision decision = planner.decide(situation);
            for (int looks = 0; decision instanceof Decision.Look look; looks++) {
                if (looks == MOST_LOOKS) {
                    throw new IllegalStateException("The planner asks for " + look.needs() + " again and again");
                }
                if (look.needs().contains(Need.PREFLIGHT) && decided != resource) {
                    // The checks take their time: what has led to them is told first.
                    return store(resource, decided.getStatus());
                }
                situation = observer.look(situation, look.needs());
                decision = planner.decide(situation);
            }
            Decision.Go go = (Decision.Go) decision;
            if (!leadsOn(go)) {
                return carryOut(resource, situation, go);
            }
            decided = with(resource, statuses.write(situation, go));
            if (go.move() instanceof Move.Enter) {
                break;
            }
        }
        return store(resource, decided.getStatus());
    }

    /** Whether the next decision follows at once. The very first sign of a run is not held back for anything. */
    private static boolean leadsOn(Decision.Go go) {
        boolean first = go.entries().stream().anyMatch(JournalEntry.Accepted.class::isInstance);
        return !first
                && (go.move() instanceof Move.Conclude
                        || go.move() instanceof Move.Enter
                        || go.move() instanceof Move.Note);
    }

    private static SourcegraphDowngrade with(SourcegraphDowngrade resource, SourcegraphDowngradeStatus status) {
        SourcegraphDowngrade copy = new SourcegraphDowngrade();
        copy.setMetadata(resource.getMetadata());
        copy.setSpec(resource.getSpec());
        copy.setStatus(status);
        return copy;
    }

    private Turn store(SourcegraphDowngrade resource, SourcegraphDowngradeStatus status) {
        Optional<SourcegraphDowngrade> stored = writer.write(resource, status);
        return Turn.again(stored, stored.isEmpty() ? AFTER_A_RACE : AT_ONCE);
    }

    /** Tells of a turn that fails again and again; nothing else of the journal changes. */
    Optional<SourcegraphDowngrade> tell(SourcegraphDowngrade resource, Queue queue, Exception failure) {
        Situation situation = situations.of(resource, queue);
        Optional<StepName> step = situation.journal().current().map(StepStatus::name);
        if (step.isEmpty() || situation.journal().finished()) {
            return Optional.empty();
        }
        String message = Redactor.none()
                .redact(failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage());
        Stop stop = new Stop(
                Reason.INTERNAL_ERROR,
                "The operator cannot go on: " + message,
                "Repair what it names; the run goes on by itself. More is in the operator's log"
                        + place.map(OperatorPlace::logCommand)
                                .map(command -> ": " + command)
                                .orElse("")
                        + ". What happened here: "
                        + situation
                                .run()
                                .kubectl("describe sgdowngrade "
                                        + situation.run().name()));
        Move wait = new Move.Wait(step.get(), "Tries again after an error", REFUSED, Optional.of(stop));
        return writer.write(resource, statuses.write(situation, new Decision.Go(List.of(), wait)));
    }

    private Turn carryOut(SourcegraphDowngrade resource, Situation situation, Decision.Go go) {
        Move move = go.move();
        if (move instanceof Move.Rest rest) {
            return rest(resource, situation, go, rest);
        }
        if (move instanceof Move.Perform perform) {
            return perform(resource, situation, go, perform);
        }
        Optional<SourcegraphDowngrade> stored = writer.write(resource, statuses.write(situation, go));
        if (stored.isEmpty()) {
            return Turn.again(stored, AFTER_A_RACE);
        }
        if (move instanceof Move.Finish) {
            return new Turn(stored, Optional.of(AT_ONCE), End.RECORDED);
        }
        return new Turn(stored, pause(move), End.NOT_YET);
    }

    private Turn rest(SourcegraphDowngrade resource, Situation situation, Decision.Go go, Move.Rest rest) {
        // What changes in the spec after the end is observed too, or tools that compare generations wait for ever.
        Optional<SourcegraphDowngrade> stored =
                writer.write(resource, statuses.write(situation, go)).flatMap(this::letGo);
        if (stored.isEmpty()) {
            return Turn.again(stored, AFTER_A_RACE);
        }
        boolean due = rest.deleteAfter().filter(Duration::isZero).isPresent();
        return new Turn(stored, due ? Optional.empty() : rest.deleteAfter(), due ? End.DUE : End.AT_REST);
    }

    /** First the Jobs, then the finalizer: who dies in between does both again. */
    private Optional<SourcegraphDowngrade> letGo(SourcegraphDowngrade resource) {
        if (!finalizer.holds(resource)) {
            return Optional.of(resource);
        }
        String namespace = resource.getMetadata().getNamespace();
        executor.handOver(
                clients.of(namespace, resource.getSpec().serviceAccountName()),
                namespace,
                resource.getMetadata().getName(),
                resource.getMetadata().getUid());
        return finalizer.takeOff(resource);
    }

    private Turn perform(SourcegraphDowngrade resource, Situation situation, Decision.Go go, Move.Perform perform) {
        Optional<SourcegraphDowngrade> stored = writer.writeAhead(resource, statuses.write(situation, go));
        if (stored.isEmpty()) {
            return Turn.again(stored, AFTER_A_RACE);
        }
        Effect effect = executor.execute(
                perform.action(),
                new ActionContext(
                        situation,
                        clients.of(situation.run().namespace(), situation.spec().serviceAccountName()),
                        () -> observer.frontend(observer.look(situation, Set.of(Need.WORKLOADS))),
                        observer.keys(situation),
                        written -> observer.wrote(situation, written),
                        () -> observer.target(situation),
                        () -> observer.picture(situation)));
        if (effect instanceof Effect.Again again) {
            return again(stored.get(), situation, perform, again);
        }
        if (effect instanceof Effect.Refused refused) {
            Situation after = situations.of(stored.get(), situation.facts().queue());
            Decision.Go wait = new Decision.Go(
                    List.of(),
                    new Move.Wait(perform.step(), refused.stop().message(), REFUSED, Optional.of(refused.stop())));
            Optional<SourcegraphDowngrade> told = writer.write(stored.get(), statuses.write(after, wait));
            return Turn.again(told.or(() -> stored), REFUSED);
        }
        return Turn.again(stored, AT_ONCE);
    }

    /** Past the step's deadline, what does not answer is told, and asked less often. */
    private Turn again(SourcegraphDowngrade stored, Situation before, Move.Perform perform, Effect.Again effect) {
        Situation after = situations.of(stored, before.facts().queue());
        Optional<Stop> late = DeadlineWatch.overdue(after, perform.step(), effect.message());
        if (late.isEmpty()) {
            return Turn.again(Optional.of(stored), effect.after());
        }
        Decision.Go wait = new Decision.Go(List.of(), new Move.Wait(perform.step(), effect.message(), REFUSED, late));
        Optional<SourcegraphDowngrade> told = writer.write(stored, statuses.write(after, wait));
        return Turn.again(told.or(() -> Optional.of(stored)), REFUSED);
    }

    /** Deletes the run's Jobs with a resource that was deleted in the middle of it. */
    void clean(SourcegraphDowngrade resource) {
        String namespace = resource.getMetadata().getNamespace();
        executor.clean(
                clients.of(namespace, resource.getSpec().serviceAccountName()),
                namespace,
                resource.getMetadata().getName(),
                resource.getMetadata().getUid());
    }

    private static Optional<Duration> pause(Move move) {
        if (move instanceof Move.Wait wait) {
            return Optional.of(wait.atMost());
        }
        if (move instanceof Move.Stand stand) {
            return Optional.of(stand.atMost());
        }
        if (move instanceof Move.Hold) {
            return Optional.empty();
        }
        return Optional.of(AT_ONCE);
    }
}
