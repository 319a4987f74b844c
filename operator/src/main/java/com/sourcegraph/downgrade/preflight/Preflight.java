package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckResult;
import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.plan.PreflightReport;
import java.util.List;
import java.util.Optional;

/** Runs every check, in the order in which a person would repair them, and signs the plan if none failed. */
public final class Preflight {

    private final List<Check> checks = List.of(
            new OperatorCheck(),
            new InstanceCheck(),
            new DatabasesCheck(),
            new VersionsCheck(),
            new StrategyCheck(),
            new PostgresCheck(),
            new SchemasCheck(),
            new AutoUpgradeCheck(),
            new OutOfBandCheck(),
            new WorkloadsCheck(),
            new ManifestsCheck(),
            new VolumesCheck(),
            new ObjectsCheck(),
            new PermissionsCheck());

    public PreflightReport run(PreflightInput input) {
        List<CheckStatus> results =
                checks.stream().map(check -> check.judge(input)).toList();
        boolean failed = results.stream().anyMatch(check -> check.result() == CheckResult.FAILED);
        Optional<PlanStatus> plan = failed ? input.draft() : input.draft().map(input.resolver()::sign);
        return new PreflightReport(results, plan);
    }
}
