package com.sourcegraph.downgrade.reconcile;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.plan.Facts;
import com.sourcegraph.downgrade.plan.Journal;
import com.sourcegraph.downgrade.plan.Queue;
import com.sourcegraph.downgrade.plan.Run;
import com.sourcegraph.downgrade.plan.Situation;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** The situation of a run as its resource tells it: what was asked for and what is recorded. Nothing has been looked at yet. */
final class ResourceSituations {

    private final SpecDigest digest = new SpecDigest();
    private final Clock clock;

    ResourceSituations(Clock clock) {
        this.clock = clock;
    }

    Situation of(SourcegraphDowngrade resource, Queue queue) {
        Run run = new Run(
                resource.getMetadata().getNamespace(),
                resource.getMetadata().getName(),
                resource.getMetadata().getUid(),
                resource.getMetadata().getGeneration() == null
                        ? 0
                        : resource.getMetadata().getGeneration(),
                digest.of(resource.getSpec()),
                Instant.parse(resource.getMetadata().getCreationTimestamp()),
                resource.isMarkedForDeletion());
        return new Situation(
                run,
                resource.getSpec(),
                new Journal(Optional.ofNullable(resource.getStatus())),
                Facts.of(queue),
                clock.instant());
    }
}
