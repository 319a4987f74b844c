package com.sourcegraph.downgrade.run;

import com.sourcegraph.downgrade.testkit.cluster.request.AccessPolicy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Everybody may do everything, but for what was taken away. */
final class Rights implements AccessPolicy {

    private final List<Predicate<Attempt>> refused = new CopyOnWriteArrayList<>();

    /** From now on nobody may do that. */
    void take(String verb, String resource) {
        refused.add(attempt -> List.of(verb, "*").contains(attempt.verb())
                && List.of(resource, "*").contains(attempt.resource())
                && !attempt.user().startsWith("system:admin"));
    }

    /** Everything is allowed again. */
    void giveBack() {
        refused.clear();
    }

    @Override
    public boolean allows(Attempt attempt) {
        return refused.stream().noneMatch(rule -> rule.test(attempt));
    }
}
