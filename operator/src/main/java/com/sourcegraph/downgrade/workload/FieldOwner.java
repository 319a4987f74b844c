package com.sourcegraph.downgrade.workload;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A field manager that owns a field, as {@code metadata.managedFields} has it.
 *
 * @param operation {@code Apply} or {@code Update}
 * @param subresource {@code scale} for who used the scale subresource, empty for the object itself
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record FieldOwner(String manager, String operation, Optional<String> subresource, Optional<Instant> time) {
    public FieldOwner {
        Objects.requireNonNull(manager, "manager");
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(subresource, "subresource");
        Objects.requireNonNull(time, "time");
    }

    /** Whether it owns the field by server-side apply, so that another owner of another value is a conflict to it. */
    public boolean applies() {
        return operation.equals("Apply");
    }
}
