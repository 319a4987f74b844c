package com.sourcegraph.downgrade.migrator;

import java.util.ArrayList;
import java.util.List;

/** What the migrator's {@code drift} command found in one schema. */
public sealed interface DriftResult {
    /** The schema is as its description says. */
    record None() implements DriftResult {}

    /**
     * The schema differs.
     *
     * @param problems one line each, such as {@code Missing index "t"."i"}; redacted
     * @param more how many there were beyond those listed
     */
    record Found(List<String> problems, int more) implements DriftResult {
        public Found {
            problems = List.copyOf(problems);
        }
    }

    /** It could not be told. @param reason for people, redacted */
    record Undetermined(String reason) implements DriftResult {}

    /** {@code None}, {@code Found} or {@code Undetermined}. */
    default String id() {
        return getClass().getSimpleName();
    }

    /**
     * What of this drift was not there before: only that counts against a run. Where a list had to be cut, or the look
     * before came to nothing, no comparison is possible and the answer is {@link Undetermined}.
     */
    default DriftResult newSince(DriftResult before) {
        if (!(this instanceof Found now)) {
            return this;
        }
        if (before instanceof Undetermined unknown) {
            return new Undetermined("There is drift in " + (now.problems().size() + now.more())
                    + " places, and whether it was there before is unknown: " + unknown.reason());
        }
        List<String> added = new ArrayList<>(now.problems());
        if (before instanceof Found then) {
            // One by one: the same line may stand for two objects of one name.
            then.problems().forEach(added::remove);
            if (then.more() > 0 && !added.isEmpty()) {
                return new Undetermined("There was drift in " + (then.problems().size() + then.more())
                        + " places before, too many to tell whether that in " + added.size() + " places is new");
            }
            if (added.isEmpty() && now.more() > then.more()) {
                return new Undetermined("There is drift in " + (now.problems().size() + now.more())
                        + " places, in more than before, but too many to say where");
            }
            return added.isEmpty() ? new None() : new Found(added, Math.max(0, now.more() - then.more()));
        }
        return now;
    }
}
