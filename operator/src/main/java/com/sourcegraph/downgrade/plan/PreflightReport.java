package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.CheckResult;
import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.PlanStatus;
import java.util.List;
import java.util.Optional;

/**
 * What preflight found.
 *
 * @param checks every check
 * @param plan the plan as far as it could be resolved; complete, with its digest, only if no check failed
 */
public record PreflightReport(List<CheckStatus> checks, Optional<PlanStatus> plan) {

    public PreflightReport {
        checks = List.copyOf(checks);
    }

    /** The checks that keep the run from acting. */
    public List<CheckStatus> failed() {
        return checks.stream()
                .filter(check -> check.result() == CheckResult.FAILED)
                .toList();
    }

    /** The plan, if the run may go on with it. */
    public Optional<PlanStatus> passed() {
        return failed().isEmpty() ? plan.filter(resolved -> resolved.digest() != null) : Optional.empty();
    }
}
