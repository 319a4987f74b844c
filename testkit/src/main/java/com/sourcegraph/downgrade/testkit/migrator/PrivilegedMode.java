package com.sourcegraph.downgrade.testkit.migrator;

/** What to do with migrations that take a superuser. */
enum PrivilegedMode {
    APPLY,
    NOOP,
    REFUSE;

    static PrivilegedMode of(Flags flags) {
        boolean unprivilegedOnly = flags.bool("unprivileged-only");
        boolean noop = flags.bool("noop-privileged");
        if (unprivilegedOnly && noop) {
            throw new UsageError("-unprivileged-only and -noop-privileged are mutually exclusive");
        }
        return noop ? NOOP : unprivilegedOnly ? REFUSE : APPLY;
    }
}
