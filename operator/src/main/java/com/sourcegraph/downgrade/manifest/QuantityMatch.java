package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares quantities by what they mean: a manifest may say {@code 1000m}, {@code 0.5} or the number 1, and the API server keeps
 * {@code "1"}, {@code "500m"} and {@code "1"}. Where they stand is told by the field around them, because resources have any name and
 * because the same words elsewhere, in a ConfigMap, are a text. Pure.
 */
final class QuantityMatch {

    /** Maps from resources to quantities: of containers, claims, ResourceQuotas and LimitRanges. */
    private static final Set<String> MAPS = Set.of(
            "limits",
            "requests",
            "hard",
            "capacity",
            "overhead",
            "default",
            "defaultRequest",
            "max",
            "min",
            "maxLimitRequestRatio");

    /** Single ones, by the object around them. */
    private static final Map<String, Set<String>> FIELDS = Map.of(
            "emptyDir", Set.of("sizeLimit"),
            "resourceFieldRef", Set.of("divisor"),
            "target", Set.of("value", "averageValue"));

    /** @param parent the name of the object that the field is in */
    boolean same(String parent, String field, JsonNode target, JsonNode live) {
        boolean quantity =
                MAPS.contains(parent) || FIELDS.getOrDefault(parent, Set.of()).contains(field);
        if (!quantity || !live.isTextual() || target.isContainerNode()) {
            return false;
        }
        Optional<BigDecimal> wanted = QuantityText.amount(target.asText());
        Optional<BigDecimal> has = QuantityText.amount(live.asText());
        return wanted.isPresent() && has.isPresent() && wanted.get().compareTo(has.get()) == 0;
    }
}
