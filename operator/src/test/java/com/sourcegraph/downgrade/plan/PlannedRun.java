package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Approval;
import com.sourcegraph.downgrade.api.ConditionType;
import com.sourcegraph.downgrade.api.Mode;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.status.StatusFactory;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Drives the planner through a model world, turn by turn, as the reconciler drives it through a real one. */
final class PlannedRun {
    private static final int MOST_TURNS = 200;
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    final PlannedWorld world;
    private final PromiseWatch watch;
    private final Planner planner = new Planner();
    private final StatusFactory statuses = new StatusFactory();
    private final Set<Happening> pending = EnumSet.noneOf(Happening.class);
    private Optional<Move> last = Optional.empty();

    PlannedRun(PlannedWorld world) {
        this.world = world;
        watch = new PromiseWatch(world);
    }

    /** A run that begins by itself. */
    static PlannedRun of(String from, String to, Strategy strategy) {
        return of(from, to, strategy, Mode.RUN, Approval.AUTOMATIC);
    }

    static PlannedRun of(String from, String to, Strategy strategy, Mode mode, Approval approval) {
        return new PlannedRun(new PlannedWorld(new WorldCase(from, to, strategy, mode, approval, false, List.of())));
    }

    /** Something happens between two turns, or lies in wait for the next one. */
    void happen(Happening happening) {
        happening.happen(world);
        pending.add(happening);
    }

    /** Turns until then, a bounded number of them. */
    void until(BooleanSupplier reached) {
        until(reached, MOST_TURNS);
    }

    void until(BooleanSupplier reached, int most) {
        for (int turn = 0; turn < most; turn++) {
            turn();
            if (reached.getAsBoolean()) {
                return;
            }
        }
        throw new AssertionError("Not reached; the run stands at " + last + " with " + world.status);
    }

    SourcegraphDowngradeStatus status() {
        return world.status.orElseThrow();
    }

    /** The reason of condition Ready; empty where there is none yet. */
    String reason() {
        return condition(ConditionType.READY).map(Condition::getReason).orElse("");
    }

    String message(ConditionType type) {
        return condition(type).map(Condition::getMessage).orElse("");
    }

    private Optional<Condition> condition(ConditionType type) {
        return status().conditions().stream()
                .filter(condition -> condition.getType().equals(type.label()))
                .findFirst();
    }

    boolean finished() {
        return new Journal(world.status).finished();
    }

    Optional<Move> last() {
        return last;
    }

    /** One turn; time passes as long as the planner wants to wait. */
    void turn() {
        world.turn();
        Decision.Go go = decide();
        last = Optional.of(go.move());
        if (pending.remove(Happening.CRASH_BEFORE_WRITE) || pending.remove(Happening.WRITE_CONFLICTS)) {
            world.pass(A_MOMENT);
            return;
        }
        write(go);
        if (go.move() instanceof Move.Perform perform) {
            perform(perform);
            world.pass(A_MOMENT);
        } else if (go.move() instanceof Move.Wait wait) {
            world.pass(wait.atMost());
        } else if (go.move() instanceof Move.Stand stand) {
            world.pass(stand.atMost());
        } else {
            world.pass(A_MOMENT);
        }
        if (go.move() instanceof Move.Finish finish) {
            watch.atTheEnd(finish.outcome() == Move.Outcome.COMPLETE);
        }
    }

    private Decision.Go decide() {
        Situation situation = world.situation();
        Decision decision = planner.decide(situation);
        while (decision instanceof Decision.Look look) {
            Facts facts = situation.facts();
            assertThat(look.needs())
                    .as("a look asks for something that was not seen")
                    .anyMatch(need -> !facts.has(need));
            situation = world.look(situation, look.needs());
            decision = planner.decide(situation);
        }
        assertThat(new Planner().decide(situation))
                .as("the same situation, the same decision")
                .isEqualTo(decision);
        return (Decision.Go) decision;
    }

    private void write(Decision.Go go) {
        SourcegraphDowngradeStatus before = world.status.orElse(null);
        SourcegraphDowngradeStatus after = statuses.write(world.situation(), go);
        world.status = Optional.of(after);
        watch.afterWrite(before, after);
    }

    private void perform(Move.Perform perform) {
        if (pending.remove(Happening.CRASH_BEFORE_ACTION) || pending.remove(Happening.ACTION_UNANSWERED)) {
            return;
        }
        if (pending.remove(Happening.ACTION_REFUSED)) {
            Stop stop = new Stop(Reason.APPLY_REFUSED, "The API server refuses", "Grant it: kubectl auth can-i --list");
            write(new Decision.Go(
                    List.of(), new Move.Wait(perform.step(), stop.message(), A_MOMENT, Optional.of(stop))));
            return;
        }
        watch.beforeAction(perform.action());
        world.perform(perform.action());
        pending.remove(Happening.ACTION_DONE_BUT_UNANSWERED);
    }
}
