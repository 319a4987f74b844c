package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.database.OutOfBandMigration;
import java.util.ArrayList;
import java.util.List;

/** Says what a plan does that cannot be undone, before it is done. */
final class Irreversible {

    private Irreversible() {}

    static List<String> of(boolean migrator, List<OutOfBandMigration> reversed) {
        List<String> lost = new ArrayList<>();
        if (migrator) {
            lost.add("Down migrations drop tables and columns that only the newer release has, with the data in them");
            reversed.stream()
                    .filter(migration -> !migration.nonDestructive())
                    .map(migration -> "Out-of-band migration " + migration.id() + " (" + migration.component() + ": "
                            + migration.description()
                            + ") is destructive: what it moved may not be readable to the older release")
                    .forEach(lost::add);
        }
        return lost;
    }
}
