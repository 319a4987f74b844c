package com.sourcegraph.downgrade.redact;

import java.util.Objects;

/** A text that must not be shown: its {@link #toString()} is masked, so a record or log line that holds it is safe. */
public record SecretText(String value) {
    public SecretText {
        Objects.requireNonNull(value, "value");
    }

    public boolean isEmpty() {
        return value.isEmpty();
    }

    @Override
    public String toString() {
        return value.isEmpty() ? "" : Redactor.MASK;
    }
}
