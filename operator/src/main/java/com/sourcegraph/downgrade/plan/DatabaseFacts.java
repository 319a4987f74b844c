package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.database.DatabaseState;

/** The three databases, or why nothing is known of them. */
public sealed interface DatabaseFacts {

    /**
     * They were asked; each schema says whether its database answered.
     *
     * @param reverted migrations reverted since the point of no return, over all schemas
     */
    record Seen(DatabaseState state, int reverted) implements DatabaseFacts {}

    /** They could not even be asked: no frontend, or no credentials in its environment. */
    record Unknown(String message, String remedy) implements DatabaseFacts {}
}
