package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.database.DatabaseAspect;
import com.sourcegraph.downgrade.database.DatabaseEnvironment;
import com.sourcegraph.downgrade.database.DatabaseReader;
import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.database.EnvironmentReader;
import com.sourcegraph.downgrade.database.MigrationCounter;
import com.sourcegraph.downgrade.database.ResolvedDatabases;
import com.sourcegraph.downgrade.database.ResolvedEnvironment;
import com.sourcegraph.downgrade.database.RevertCount;
import com.sourcegraph.downgrade.plan.DatabaseFacts;
import com.sourcegraph.downgrade.plan.Situation;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.EnumSet;
import java.util.Optional;

/** Looks into the three databases with the frontend's own credentials. */
final class DatabaseLook {

    private final EnvironmentReader environments;
    private final DatabaseReader reader;
    private final MigrationCounter counter;

    DatabaseLook(EnvironmentReader environments, DatabaseReader reader, MigrationCounter counter) {
        this.environments = environments;
        this.reader = reader;
        this.counter = counter;
    }

    DatabaseFacts look(Situation situation, RunMemory memory, Optional<Deployment> frontend) {
        Optional<ResolvedDatabases> known = memory.databases();
        if (known.isEmpty()) {
            if (frontend.isEmpty()) {
                return new DatabaseFacts.Unknown(
                        "There is no frontend whose environment leads to the databases.",
                        "Look for it: " + situation.run().kubectl("get deployments"));
            }
            ResolvedEnvironment environment = environment(situation, frontend.get());
            ResolvedDatabases resolved = resolve(situation, memory, environment);
            if (!resolved.complete()) {
                return incomplete(environment, resolved);
            }
            known = Optional.of(resolved);
        }
        DatabaseState state =
                reader.read(known.get().credentials(), EnumSet.allOf(DatabaseAspect.class), situation.now());
        if (!state.allReachable()) {
            memory.forgetDatabases();
        }
        return new DatabaseFacts.Seen(state, reverted(situation, known.get(), state));
    }

    /**
     * Makes the databases' passwords known, so that whatever is read of the migrator can be redacted, without a
     * connection. After a restart of the operator the migrator's log may be read before the databases are.
     */
    void knowPasswords(Situation situation, RunMemory memory, Optional<Deployment> frontend) {
        if (memory.passwords().isEmpty() && frontend.isPresent()) {
            resolve(situation, memory, environment(situation, frontend.get()));
        }
    }

    private ResolvedEnvironment environment(Situation situation, Deployment frontend) {
        return environments.read(
                situation.run().namespace(), frontend.getSpec().getTemplate().getSpec());
    }

    private static ResolvedDatabases resolve(Situation situation, RunMemory memory, ResolvedEnvironment environment) {
        ResolvedDatabases resolved = new DatabaseEnvironment(situation.run().namespace()).resolve(environment);
        if (resolved.complete()) {
            memory.remember(resolved, autoUpgrade(environment));
        }
        return resolved;
    }

    /** One that cannot be used is set to something: that is no reason to take it for switched off. */
    private static Optional<String> autoUpgrade(ResolvedEnvironment environment) {
        return Optional.ofNullable(environment.variables().get("SRC_AUTOUPGRADE"))
                .or(() -> Optional.ofNullable(environment.unusable().get("SRC_AUTOUPGRADE")));
    }

    private int reverted(Situation situation, ResolvedDatabases databases, DatabaseState state) {
        if (!state.allReachable()) {
            return 0;
        }
        return situation
                .journal()
                .pointOfNoReturn()
                .map(since -> counter.revertedSince(databases.credentials(), since).values().stream()
                        .mapToInt(RevertCount::reverted)
                        .sum())
                .orElse(0);
    }

    private static DatabaseFacts incomplete(ResolvedEnvironment environment, ResolvedDatabases resolved) {
        String missing = environment.missing().isEmpty() ? "" : " " + String.join(". ", environment.missing()) + ".";
        return new DatabaseFacts.Unknown(
                "The frontend's environment does not lead to all three databases: "
                        + String.join("; ", resolved.problems()) + "." + missing,
                "Make the operator's role able to read what it names, or set the variables on the frontend.");
    }
}
