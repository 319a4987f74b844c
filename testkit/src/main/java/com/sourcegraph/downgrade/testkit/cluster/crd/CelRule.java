package com.sourcegraph.downgrade.testkit.cluster.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sourcegraph.downgrade.testkit.cluster.admission.FieldError;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** One compiled entry of {@code x-kubernetes-validations}. */
final class CelRule {
    private final JsonNode definition;
    private final String valueType;
    private final CelRuntime.Program rule;
    private final CelRuntime.Program message;
    private final boolean transition;

    CelRule(
            JsonNode definition,
            String valueType,
            CelRuntime.Program rule,
            CelRuntime.Program message,
            boolean transition) {
        this.definition = definition;
        this.valueType = valueType;
        this.rule = rule;
        this.message = message;
        this.transition = transition;
    }

    /** Whether the rule compares with the old value and so is judged on updates only. */
    boolean isTransition() {
        return transition;
    }

    private boolean takesOptionalOld() {
        return Nodes.flag(definition, "optionalOldSelf");
    }

    /** What is wrong by this rule; empty where the rule holds or does not apply. */
    Optional<FieldError> judge(Object self, Object oldSelf, String path) {
        if (transition && oldSelf == null && !takesOptionalOld()) {
            return Optional.empty();
        }
        Map<String, Object> variables = new HashMap<>();
        variables.put("self", self);
        if (transition) {
            variables.put("oldSelf", takesOptionalOld() ? Optional.ofNullable(oldSelf) : oldSelf);
        }
        String place = path
                + Optional.ofNullable(Nodes.text(definition, "fieldPath"))
                        .map(below -> path.isEmpty() ? below.replaceFirst("^\\.", "") : below)
                        .orElse("");
        String field = place.isEmpty() ? null : place;
        try {
            if (Boolean.TRUE.equals(rule.eval(variables))) {
                return Optional.empty();
            }
        } catch (CelEvaluationException e) {
            return Optional.of(FieldError.invalidWord(
                    field,
                    valueType,
                    e.getMessage().replaceFirst("^evaluation error( at [^:]*)?: ", "") + " evaluating rule: "
                            + Optional.ofNullable(Nodes.text(definition, "message"))
                                    .orElse(Nodes.text(definition, "rule"))));
        }
        return Optional.of(refusal(field, message(variables)));
    }

    private FieldError refusal(String field, String why) {
        return switch (String.valueOf(Nodes.text(definition, "reason"))) {
            case "FieldValueForbidden" -> FieldError.forbidden(field, why);
            case "FieldValueRequired" -> FieldError.required(field, why);
            case "FieldValueDuplicate" -> FieldError.duplicate(field, TextNode.valueOf(valueType));
            default -> FieldError.invalidWord(field, valueType, why);
        };
    }

    private String message(Map<String, Object> variables) {
        if (message != null) {
            try {
                return String.valueOf(message.eval(variables)).trim();
            } catch (CelEvaluationException e) {
                // As the server does: fall back to the fixed message.
                return fixedMessage();
            }
        }
        return fixedMessage();
    }

    private String fixedMessage() {
        String fixed = Nodes.text(definition, "message");
        return fixed != null
                ? fixed.trim()
                : "failed rule: " + Nodes.text(definition, "rule").trim();
    }
}
