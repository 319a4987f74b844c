package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.database.SchemaState;
import com.sourcegraph.downgrade.database.Session;
import com.sourcegraph.downgrade.database.VersionsLookup;
import com.sourcegraph.downgrade.release.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionRuleTest {
    private static final Instant NOW = Instant.parse("2026-01-01T10:00:00Z");

    @ParameterizedTest(name = "{0} from {1} blocks: {2}")
    @CsvSource(nullValues = "-", textBlock = """
                    frontend,                       10.0.0.7,  true
                    frontend,                       127.0.0.1, true
                    frontend,                       -,         true
                    gitserver,                      10.0.0.7,  true
                    worker,                         10.0.0.7,  true
                    migrator,                       10.0.0.7,  false
                    sourcegraph-downgrade-operator, 10.0.0.7,  false
                    psql,                           10.0.0.7,  true
                    psql,                           -,         false
                    psql,                           127.0.0.1, false
                    psql,                           ::1,       false
                    psql,                           fd00::7,   true
                    metabase,                       10.0.0.7,  false
                    """)
    void servicesBlockFromAnywhereAndStrangersFromTheNetwork(String application, String address, boolean blocks) {
        DatabaseState state = state(application, address);

        assertThat(!new SessionRule(List.of("metabase")).blocking(state).isEmpty())
                .isEqualTo(blocks);
    }

    @Test
    void aServiceCannotBeIgnored() {
        assertThat(new SessionRule(List.of("frontend")).blocking(state("frontend", "10.0.0.7")))
                .containsExactly("codeintel: frontend from 10.0.0.7 (pid 42, idle)");
    }

    @Test
    void aClientWithoutANameIsToldSo() {
        assertThat(new SessionRule(List.of()).blocking(state("", "10.0.0.7")))
                .containsExactly("codeintel: a client without a name from 10.0.0.7 (pid 42, idle)");
    }

    @Test
    void anyMigratorCountsAsOneAtWork() {
        assertThat(new SessionRule(List.of("migrator")).migrators(state("migrator", "10.0.0.7")))
                .hasSize(1);
        assertThat(new SessionRule(List.of()).migrators(state("frontend", "10.0.0.7")))
                .isEmpty();
    }

    private static DatabaseState state(String application, String address) {
        Session session =
                new Session(application, Optional.ofNullable(address), Optional.of("idle"), "sg", 42, Optional.of(NOW));
        return new DatabaseState(
                Map.of(
                        Schema.FRONTEND,
                        new SchemaState.Unreachable("refused"),
                        Schema.CODEINTEL,
                        new SchemaState.Reachable(
                                120_022, true, List.of(), List.of(), List.of(), 1, List.of(session), Optional.empty())),
                VersionsLookup.NOT_READ,
                Optional.empty(),
                List.of(),
                NOW);
    }
}
