package com.sourcegraph.downgrade.workload;

/** What identifies the frontend besides its image. */
final class Frontends {
    static final String APP = "sourcegraph-frontend";

    private Frontends() {}
}
