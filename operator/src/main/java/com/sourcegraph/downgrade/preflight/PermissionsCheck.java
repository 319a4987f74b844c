package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.manifest.Permission;
import com.sourcegraph.downgrade.manifest.Verdict;
import java.util.List;
import java.util.stream.Stream;

/** The service account may do every write to come. */
final class PermissionsCheck implements Check {

    private static final Found FOUND = new Found("Permissions");

    @Override
    public CheckStatus judge(PreflightInput input) {
        String account = input.situation().spec().serviceAccountName();
        if (!input.impersonable()) {
            return FOUND.failed(
                    "The operator may not act as service account " + account + " of namespace " + input.namespace()
                            + ", in whose name it has to write there",
                    "Have whoever installed the operator add " + account
                            + " to impersonate.serviceAccountNames (helm upgrade, --reuse-values): the run goes on by itself."
                            + " Or create the resource anew with a spec.serviceAccountName that is among them");
        }
        List<String> missing = Stream.concat(
                        input.missing().stream(),
                        input.verdicts().stream()
                                .filter(Verdict.Forbidden.class::isInstance)
                                .map(verdict -> ((Verdict.Forbidden) verdict).missing()))
                .map(PermissionsCheck::words)
                .distinct()
                .toList();
        if (!missing.isEmpty()) {
            return FOUND.failed(
                    "Service account " + account + " of namespace " + input.namespace() + " may not: "
                            + Found.told(missing),
                    "Create and bind it as examples/instance-rbac.yaml shows, then look: kubectl auth can-i --list -n "
                            + input.namespace() + " --as=system:serviceaccount:" + input.namespace() + ":" + account);
        }
        return FOUND.passed("Service account " + account + " may do every write to come");
    }

    private static String words(Permission permission) {
        String resource = permission.apiGroup().isEmpty()
                ? permission.resource()
                : permission.resource() + "." + permission.apiGroup();
        return permission.verb() + " " + resource + " (for " + permission.why() + ")";
    }
}
