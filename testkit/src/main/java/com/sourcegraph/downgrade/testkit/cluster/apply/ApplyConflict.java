package com.sourcegraph.downgrade.testkit.cluster.apply;

import java.util.List;

/** A server-side apply without force that would change fields which others manage. */
public final class ApplyConflict extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * One field that another manager manages.
     *
     * @param manager as messages name it: {@code conflict with "x" using apps/v1}
     */
    public record Cause(String manager, String field) {}

    private final transient List<Cause> causes;

    ApplyConflict(List<Cause> causes) {
        super(message(causes));
        this.causes = List.copyOf(causes);
    }

    public List<Cause> causes() {
        return causes;
    }

    private static String message(List<Cause> causes) {
        if (causes.size() == 1) {
            return "Apply failed with 1 conflict: " + causes.get(0).manager() + ": "
                    + causes.get(0).field();
        }
        StringBuilder text = new StringBuilder("Apply failed with " + causes.size() + " conflicts: ");
        String last = null;
        for (Cause cause : causes) {
            if (!cause.manager().equals(last)) {
                text.append(last == null ? "conflicts" : "\nconflicts")
                        .append(cause.manager().substring("conflict".length()))
                        .append(":");
                last = cause.manager();
            }
            text.append("\n- ").append(cause.field());
        }
        return text.toString();
    }
}
