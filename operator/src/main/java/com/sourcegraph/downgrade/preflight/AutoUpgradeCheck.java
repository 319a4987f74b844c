package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.database.VersionsRow;
import java.util.Optional;

/** The frontend does not migrate the schemas by itself when it starts. */
final class AutoUpgradeCheck implements Check {

    private static final Found FOUND = new Found("AutoUpgrade");

    @Override
    public CheckStatus judge(PreflightInput input) {
        Optional<String> env = input.autoUpgradeEnv().filter(AutoUpgradeCheck::isOn);
        if (env.isPresent()) {
            return FOUND.failed(
                    "SRC_AUTOUPGRADE is set on the frontend: it would migrate the schemas forward again when it starts",
                    "Remove SRC_AUTOUPGRADE from the frontend, in the target manifests too");
        }
        Optional<VersionsRow> row = input.databaseState().flatMap(DatabaseState::versions);
        if (row.isEmpty()) {
            return FOUND.skipped("The versions row was not read");
        }
        if (row.get().autoUpgrade().orElse(false)) {
            return FOUND.failed(
                    "Automatic upgrades are switched on (column auto_upgrade of table versions)",
                    "Switch them off under Site admin, Updates, or: UPDATE versions SET auto_upgrade = false WHERE service = 'frontend'");
        }
        return FOUND.passed("Automatic upgrades are off");
    }

    private static boolean isOn(String value) {
        return !value.isBlank() && !value.equalsIgnoreCase("false") && !value.equals("0");
    }
}
