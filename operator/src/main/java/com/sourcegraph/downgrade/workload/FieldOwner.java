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
    /** Who is told where an object does not tell who wrote it. */
    public static final String NAMELESS = "something that leaves no name";

    /** Who is told where the name is not one to be repeated. */
    public static final String UNSHOWN = "a field manager whose name is not shown here";

    public FieldOwner {
        Objects.requireNonNull(manager, "manager");
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(subresource, "subresource");
        Objects.requireNonNull(time, "time");
    }

    /** The name for people. */
    public String shown() {
        return manager.isBlank() ? NAMELESS : PlainWord.of(manager).orElse(UNSHOWN);
    }

    /** Whether it owns the field by server-side apply, so that another owner of another value is a conflict to it. */
    public boolean applies() {
        return operation.equals("Apply");
    }
}
