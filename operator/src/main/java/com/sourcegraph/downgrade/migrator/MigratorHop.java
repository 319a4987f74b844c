package com.sourcegraph.downgrade.migrator;

import com.sourcegraph.downgrade.release.Minor;
import java.util.List;

/**
 * One step of the migrator's own plan: schema migrations down to a minor, then out-of-band migrations in reverse.
 *
 * @param number counted from 1
 * @param outOfBand ids; empty where there are none
 */
public record MigratorHop(int number, Minor to, List<Integer> outOfBand) {
    public MigratorHop {
        outOfBand = List.copyOf(outOfBand);
    }
}
