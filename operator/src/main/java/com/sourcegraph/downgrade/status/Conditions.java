package com.sourcegraph.downgrade.status;

import com.sourcegraph.downgrade.api.ConditionType;
import com.sourcegraph.downgrade.api.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sets conditions; the time of a transition stays when the status stays. */
final class Conditions {

    private final List<Condition> before;
    private final List<Condition> after = new ArrayList<>();
    private final long generation;
    private final Instant now;

    Conditions(List<Condition> before, long generation, Instant now) {
        this.before = before;
        this.generation = generation;
        this.now = now;
    }

    Conditions set(ConditionType type, boolean value, Reason reason, String message) {
        String status = value ? "True" : "False";
        Optional<Condition> known = before.stream()
                .filter(condition -> condition.getType().equals(type.label()))
                .filter(condition -> condition.getStatus().equals(status))
                .findFirst();
        after.add(new ConditionBuilder()
                .withType(type.label())
                .withStatus(status)
                .withReason(reason.label())
                .withMessage(Bounds.message(message))
                .withObservedGeneration(generation)
                .withLastTransitionTime(known.map(Condition::getLastTransitionTime)
                        .orElse(now.truncatedTo(ChronoUnit.SECONDS).toString()))
                .build());
        return this;
    }

    List<Condition> all() {
        return List.copyOf(after);
    }
}
