package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.manifest.Permission;
import java.util.ArrayList;
import java.util.List;

/** The rights that a run needs besides those for the target manifests. */
public final class OwnWrites {

    private OwnWrites() {}

    public static List<Permission> of(boolean migrator) {
        List<Permission> rights = new ArrayList<>();
        rights.add(new Permission("create", "", "configmaps", "the record of runs"));
        rights.add(new Permission("update", "", "configmaps", "the record of runs"));
        if (migrator) {
            rights.add(new Permission("create", "batch", "jobs", "the migrator"));
            rights.add(new Permission("get", "batch", "jobs", "the migrator"));
            for (String verb : List.of("get", "patch")) {
                rights.add(new Permission(verb, "batch", "cronjobs", "stopping what is connected"));
                rights.add(new Permission(verb, "apps", "deployments", "stopping what is connected"));
                rights.add(new Permission(verb, "apps", "statefulsets", "stopping what is connected"));
            }
            rights.add(new Permission("patch", "autoscaling", "horizontalpodautoscalers", "pausing autoscalers"));
            rights.add(new Permission("patch", "batch", "jobs", "stopping what is connected"));
        }
        return rights;
    }
}
