package com.sourcegraph.downgrade.testkit.migrator;

import java.sql.SQLException;
import java.util.List;

/** One command of the migrator. */
interface MigratorCommand {
    /**
     * @param arguments those after the command's name
     * @throws MigratorError ends the process with exit code 1
     */
    void run(List<String> arguments) throws SQLException;
}
