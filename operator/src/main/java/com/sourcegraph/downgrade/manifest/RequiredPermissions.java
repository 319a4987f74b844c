package com.sourcegraph.downgrade.manifest;

import java.util.List;

/** The rights that a plan's writes need. Pure: someone else asks whether they are granted. */
public final class RequiredPermissions {

    /** Each right once, in a stable order. */
    public List<Permission> of(ApplyPlan plan) {
        throw new UnsupportedOperationException();
    }
}
