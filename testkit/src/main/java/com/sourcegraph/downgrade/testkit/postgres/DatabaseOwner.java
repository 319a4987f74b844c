package com.sourcegraph.downgrade.testkit.postgres;

/** What the role may do that an instance connects as. It owns its database and everything in it, extensions aside. */
public enum DatabaseOwner {
    /** Everything: the role of a built-in database image. */
    SUPERUSER,
    /** Nothing beyond its own database: the role that a managed database gives out. It can neither make nor drop extensions. */
    ORDINARY
}
