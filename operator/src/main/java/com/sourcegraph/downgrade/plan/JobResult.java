package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.migrator.DriftResult;
import com.sourcegraph.downgrade.migrator.MigratorFailure;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.Schema;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a finished migrator Job said.
 *
 * @param job the Job's name
 * @param failure why it failed; empty if it succeeded, and for drift, which is a finding
 * @param drift what each drift container found
 * @param hops the minors that a dry run goes through
 * @param outOfBand the out-of-band migrations that a dry run reverses
 */
public record JobResult(
        String job,
        Optional<MigratorFailure> failure,
        Map<Schema, DriftResult> drift,
        List<Minor> hops,
        List<Integer> outOfBand) {

    public JobResult {
        drift = Map.copyOf(drift);
        hops = List.copyOf(hops);
        outOfBand = List.copyOf(outOfBand);
    }
}
