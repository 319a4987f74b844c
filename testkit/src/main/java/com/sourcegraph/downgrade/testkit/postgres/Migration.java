package com.sourcegraph.downgrade.testkit.postgres;

import java.util.regex.Pattern;

/**
 * One migration of a schema.
 *
 * @param id the id under which {@code migration_logs} knows it; ids grow in the order of application
 * @param since the first release that has it; a patch release may bring one of its own
 */
public record Migration(int id, String name, Release since, String up, String down) {
    /** How the migrator tells migrations that need a superuser. */
    private static final Pattern PRIVILEGED =
            Pattern.compile("(CREATE|COMMENT ON|DROP)\\s+EXTENSION", Pattern.CASE_INSENSITIVE);

    /** Whether it takes a superuser, as the migrator judges: by the text of either direction. */
    public boolean privileged() {
        return PRIVILEGED.matcher(up).find() || PRIVILEGED.matcher(down).find();
    }
}
