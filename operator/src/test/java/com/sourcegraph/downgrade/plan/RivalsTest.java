package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeStatus;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RivalsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T10:00:00Z");

    @Test
    void aTimeThatSomebodyHasMadeIllegibleOrThatIsToComeIsNoRival() throws Exception {
        SourcegraphDowngradeStatus status = new ObjectMapper().readValue("""
                {"workloads": [
                  {"kind": "Deployment", "name": "worker", "broughtBackBy": "gitops", "broughtBackAt": "yesterday"},
                  {"kind": "Deployment", "name": "searcher", "broughtBackBy": "gitops", "broughtBackAt": ""},
                  {"kind": "Deployment", "name": "repo-updater", "broughtBackBy": "gitops", "broughtBackAt": "2026-01-01T10:00:05Z"},
                  {"kind": "Deployment", "name": "symbols", "broughtBackBy": "gitops", "broughtBackAt": "2026-01-01T09:59:55Z"}]}
                """, SourcegraphDowngradeStatus.class);
        Situation situation = new Situation(
                new Run("sourcegraph", "back-to-4-0", "uid", 1, "sha256:spec", NOW, false),
                null,
                new Journal(Optional.of(status)),
                Facts.of(new Queue(Optional.empty(), Set.of("uid"))),
                NOW);

        assertThat(Rivals.of(situation).all()).extracting(Rival::workload).containsExactly("Deployment/symbols");
    }
}
