package com.sourcegraph.downgrade.status;

import com.sourcegraph.downgrade.api.Manifests;
import com.sourcegraph.downgrade.api.Mode;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.api.SourceRef;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.plan.Decision;
import com.sourcegraph.downgrade.plan.Facts;
import com.sourcegraph.downgrade.plan.Journal;
import com.sourcegraph.downgrade.plan.JournalEntry;
import com.sourcegraph.downgrade.plan.Move;
import com.sourcegraph.downgrade.plan.Queue;
import com.sourcegraph.downgrade.plan.Run;
import com.sourcegraph.downgrade.plan.Situation;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A run's moments, one after the other, each written into the status by the factory. */
final class Moments {
    static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    private final StatusFactory factory = new StatusFactory();
    private Instant now = START;
    private long generation = 1;
    private boolean cancel;
    private Optional<SourcegraphDowngradeStatus> status = Optional.empty();

    Moments later(Duration time) {
        now = now.plus(time);
        return this;
    }

    Moments edited() {
        generation++;
        return this;
    }

    Moments cancelled() {
        cancel = true;
        return edited();
    }

    Moments accepted() {
        return write(new Move.Note(), new JournalEntry.Accepted());
    }

    Moments planned(Strategy strategy) {
        return write(new Move.Note(), new JournalEntry.Planned(plan("sha256:" + "1".repeat(64), strategy)));
    }

    Moments write(Move move, JournalEntry... entries) {
        status = Optional.of(factory.write(situation(), (Decision.Go) Decision.go(move, entries)));
        return this;
    }

    SourcegraphDowngradeStatus status() {
        return status.orElseThrow();
    }

    Condition condition(String type) {
        return status().conditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No condition " + type + " among " + status().conditions()));
    }

    /** {@code Ready=False/Reason} and so on, in the order in which they are written. */
    List<String> conditions() {
        return status().conditions().stream()
                .map(condition -> condition.getType() + "=" + condition.getStatus() + "/" + condition.getReason())
                .toList();
    }

    private Situation situation() {
        return new Situation(
                new Run("sourcegraph", "back-to-4-4", "uid", generation, "sha256:spec", START, false),
                spec(cancel),
                new Journal(status),
                Facts.of(new Queue(Optional.empty(), Set.of("uid"))),
                now);
    }

    private static SourcegraphDowngradeSpec spec(boolean cancel) {
        return new SourcegraphDowngradeSpec(
                "4.4.2",
                null,
                null,
                Mode.RUN,
                null,
                null,
                null,
                cancel,
                null,
                new Manifests(new SourceRef("older", null), null),
                null,
                null,
                null,
                null,
                null);
    }

    static PlanStatus plan(String digest, Strategy strategy) {
        return new PlanStatus(
                digest,
                START.toString(),
                "5.0.6",
                "4.4.2",
                strategy,
                "8 minors lie between 5.0 and 4.4",
                "Kustomize",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
