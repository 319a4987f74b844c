package com.sourcegraph.downgrade.plan;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What comes next: either more to look at, or what to write into the journal together with one move.
 */
public sealed interface Decision {

    /** Look at these, then decide again; nothing is written. */
    record Look(Set<Need> needs) implements Decision {
        public Look {
            needs = Set.copyOf(needs);
        }
    }

    /** Write these entries, in one request with the move's own. */
    record Go(List<JournalEntry> entries, Move move) implements Decision {
        public Go {
            entries = List.copyOf(entries);
        }

        /** The same with an entry before its own, which may replace it. */
        Go after(JournalEntry first) {
            return new Go(Stream.concat(Stream.of(first), entries.stream()).toList(), move);
        }
    }

    static Decision look(Need... needs) {
        return new Look(Set.of(needs));
    }

    static Decision go(Move move, JournalEntry... entries) {
        return new Go(List.of(entries), move);
    }
}
