package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.database.Session;
import com.sourcegraph.downgrade.release.Schema;

/** A session and the database that it is in. */
record OpenSession(Schema schema, Session session) {

    /** For people: {@code frontend: gitserver from 10.2.0.7 (pid 4711, idle)}. */
    String describe() {
        return schema + ": " + session.describe();
    }
}
