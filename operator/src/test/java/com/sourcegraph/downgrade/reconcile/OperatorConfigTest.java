package com.sourcegraph.downgrade.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sourcegraph.downgrade.plan.OperatorPlace;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorConfigTest {
    @Test
    void withoutVariablesItWatchesEverythingWithoutElection() {
        OperatorConfig config = OperatorConfig.fromEnv(Map.of());

        assertThat(config.namespaces()).isEmpty();
        assertThat(config.leaderElection()).isFalse();
        assertThat(config.httpPort()).isEqualTo(8080);
        assertThat(config.podNamespace()).isEmpty();
        assertThat(config.place()).isEmpty();
        assertThat(config.leaseName()).isEqualTo("sourcegraph-downgrade-operator");
    }

    @Test
    void readsEveryVariable() {
        OperatorConfig config = OperatorConfig.fromEnv(Map.of(
                "WATCH_NAMESPACES", " one, two ,,one",
                "POD_NAMESPACE", "operators",
                "POD_NAME", "sg-downgrade-7c9b5d9f6-x2x4z",
                "LEADER_ELECTION", "true",
                "HTTP_PORT", "0",
                "LEASE_NAME", "second-operator"));

        assertThat(config.namespaces()).containsExactlyInAnyOrder("one", "two");
        assertThat(config.podNamespace()).contains("operators");
        assertThat(config.leaderElection()).isTrue();
        assertThat(config.httpPort()).isZero();
        assertThat(config.leaseName()).isEqualTo("second-operator");
        assertThat(config.place())
                .contains(new OperatorPlace("operators", new WorkloadRef("Deployment", "sg-downgrade"), true));
    }

    @Test
    void aPodOfAnotherNameIsTakenForTheOneThatTheChartMakes() {
        assertThat(OperatorConfig.fromEnv(Map.of("POD_NAMESPACE", "operators", "POD_NAME", "operator"))
                        .place()
                        .map(OperatorPlace::workload))
                .contains(new WorkloadRef("Deployment", "sourcegraph-downgrade-operator"));
    }

    @ParameterizedTest
    @CsvSource({"'',true", "sourcegraph,false", "'sourcegraph,other',true", "other,true"})
    void watchesOthersUnlessItWatchesExactlyItsOwnNamespace(String watched, boolean others) {
        assertThat(OperatorConfig.fromEnv(Map.of("POD_NAMESPACE", "sourcegraph", "WATCH_NAMESPACES", watched))
                        .place()
                        .map(OperatorPlace::watchesOthers))
                .contains(others);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "", "-1", "65536", "8080 "})
    void aPortThatIsNoneIsRefusedByName(String port) {
        assertThatThrownBy(() -> OperatorConfig.fromEnv(Map.of("HTTP_PORT", port)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("HTTP_PORT must be a port number from 0 to 65535, but is \"" + port + "\"");
    }

    /** The API server would refuse it at every attempt to lead, which looks like a standby. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Operator", "operator-", "a/b", "a..b", "a b"})
    void aLeaseNameThatIsNoneIsRefused(String name) {
        assertThatThrownBy(() -> OperatorConfig.fromEnv(Map.of("LEASE_NAME", name)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("LEASE_NAME must be the name of a Lease, such as sourcegraph-downgrade-operator, but is \""
                        + name + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "1", "TRUE "})
    void aSwitchThatIsNeitherOnNorOffIsRefusedAndNotTakenForOff(String value) {
        assertThatThrownBy(() -> OperatorConfig.fromEnv(Map.of("LEADER_ELECTION", value, "POD_NAMESPACE", "operators")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("LEADER_ELECTION must be true or false, but is \"" + value + "\"");
    }

    @Test
    void electionNeedsToKnowWhereTheLeaseIs() {
        assertThatThrownBy(() -> OperatorConfig.fromEnv(Map.of("LEADER_ELECTION", "true")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("LEADER_ELECTION needs POD_NAMESPACE");
    }
}
