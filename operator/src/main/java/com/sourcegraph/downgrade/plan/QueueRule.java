package com.sourcegraph.downgrade.plan;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;

/** Decides which resource of a namespace comes first: one that has begun to act, else the oldest that wants to. */
public final class QueueRule {

    /**
     * A resource of the namespace.
     *
     * @param planOnly whether it never acts
     * @param idle whether it is held before its first step
     */
    public record Entry(
            String name,
            String uid,
            Instant createdAt,
            boolean finished,
            boolean planOnly,
            boolean idle,
            boolean acted) {}

    private static final Comparator<Entry> ORDER = Comparator.comparing((Entry entry) -> !entry.acted())
            .thenComparing(Entry::createdAt)
            .thenComparing(Entry::name);

    /** The queue as this resource sees it. */
    public Queue queue(Entry self, Collection<Entry> all) {
        Optional<Entry> ahead = self.acted()
                ? Optional.empty()
                : all.stream()
                        .filter(other -> !other.uid().equals(self.uid()))
                        .filter(other -> !other.finished() && !other.planOnly())
                        .filter(other -> other.acted() || !other.idle())
                        .filter(other -> other.acted() || ORDER.compare(other, self) < 0)
                        .min(ORDER);
        return new Queue(ahead.map(Entry::name), all.stream().map(Entry::uid).collect(Collectors.toSet()));
    }
}
