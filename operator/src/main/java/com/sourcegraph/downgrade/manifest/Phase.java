package com.sourcegraph.downgrade.manifest;

/** The order in which target objects are applied. A phase begins when everything of the one before is written, databases also restarted. */
public enum Phase {
    /** What workloads refer to: ServiceAccounts, roles, ConfigMaps, Secrets, claims, budgets, policies. */
    SUPPORTING,
    /** Services and workloads of the three databases: their named ports change together. They run before {@link #REST} begins. */
    DATABASES,
    /** Everything else; the frontends first, because every other service asks them for its connections. */
    REST
}
