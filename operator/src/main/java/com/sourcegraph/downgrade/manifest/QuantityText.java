package com.sourcegraph.downgrade.manifest;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * A quantity as a text. Whoever writes target manifests chooses it, and a number of millions of digits takes minutes to read. Pure.
 */
final class QuantityText {

    /** No API server keeps one that is longer than a few dozen characters. */
    private static final int LONGEST = 64;

    private QuantityText() {}

    /** How much it is; empty for what is no quantity, which the API server will say in its own words. */
    static Optional<BigDecimal> amount(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(Quantity.parse(text).getNumericalAmount());
        } catch (IllegalArgumentException | ArithmeticException noQuantity) {
            return Optional.empty();
        }
    }
}
