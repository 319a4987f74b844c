package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.plan.DatabaseFacts;
import java.util.List;

/** All three databases answer with the frontend's credentials. */
final class DatabasesCheck implements Check {

    private static final Found FOUND = new Found("Databases");

    @Override
    public CheckStatus judge(PreflightInput input) {
        if (input.databases() instanceof DatabaseFacts.Unknown unknown) {
            return FOUND.failed(unknown.message(), unknown.remedy());
        }
        DatabaseState state = input.databaseState().orElseThrow();
        if (!state.allReachable()) {
            List<String> messages = state.unreachable().entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + entry.getValue())
                    .sorted()
                    .toList();
            return FOUND.failed(
                    "Databases do not answer: " + Found.told(messages),
                    "Check that the databases run and that the operator may reach them: "
                            + input.kubectl("get pods -l deploy=sourcegraph"));
        }
        return FOUND.passed("frontend, codeintel and codeinsights answer");
    }
}
