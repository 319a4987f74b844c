package com.sourcegraph.downgrade.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sourcegraph.downgrade.redact.SecretText;
import com.sourcegraph.downgrade.release.Schema;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who names the host of a database names the server that the operator talks to. */
class HostileServerTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Set<DatabaseAspect> ALL = EnumSet.allOf(DatabaseAspect.class);
    private static final int HUGE = 64 * 1024 * 1024;

    /** No single wait is long, so only the limit of the whole look ends it; and nothing stays behind. */
    @Test
    @Timeout(60)
    void cutsOffAServerThatDrips() throws IOException {
        DatabaseTimeouts patientButNotForEver = new DatabaseTimeouts(
                Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(1));
        try (HostileServer server = HostileServer.dripping()) {
            DatabaseState state = new DatabaseReader(patientButNotForEver).read(at(server), ALL, NOW);
            assertThat(state.unreachable().get(Schema.FRONTEND))
                    .contains("had not answered everything after 1 s", "frontend (127.0.0.1:")
                    .doesNotContain("very-secret");
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertThat(server.connected()).isZero());
        }
    }

    @Test
    @Timeout(60)
    void takesNoRowThatIsTooLargeForIt() throws IOException {
        DatabaseTimeouts patient = new DatabaseTimeouts(
                Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(10));
        try (HostileServer server = HostileServer.announcing(HUGE)) {
            DatabaseState state = new DatabaseReader(patient).read(at(server), ALL, NOW);
            assertThat(state.unreachable().get(Schema.FRONTEND)).contains("did not answer", "maxResultBuffer");
        }
    }

    private static Map<Schema, DatabaseCredentials> at(HostileServer server) {
        return Map.of(
                Schema.FRONTEND,
                new DatabaseCredentials(
                        Schema.FRONTEND,
                        "127.0.0.1",
                        server.port(),
                        "d",
                        "u",
                        new SecretText("very-secret"),
                        Optional.of("disable")));
    }
}
