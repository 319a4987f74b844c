package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import com.sourcegraph.downgrade.testkit.contract.ContractShapes;
import com.sourcegraph.downgrade.testkit.instance.SampleRelease;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the operator asks of the in-memory API, a real kube-apiserver has been asked too: each shape of a request in a whole
 * run, and in those that {@link RightsInUseTest} records with every kind and the lease, stands in the contract of the test kit. A new one needs a scenario there, recorded from a real API server.
 */
class RequestsInContractTest {

    @ParameterizedTest
    @CsvSource({"5.3.12303, 4.5.1, Auto", "5.0.6, 4.5.1, Manifests"})
    void everyRequestOfARunIsInTheContract(String from, String to, String strategy) {
        try (DowngradeWorld world = new DowngradeWorld(
                from, SampleRelease.of(from).full(), SampleRelease.of(to).full())) {
            world.startOperator();
            world.apply(
                    "back", "to: v%s\nstrategy: %s\nmanifests: {configMapRef: {name: target}}".formatted(to, strategy));
            world.awaitEnd("back");

            assertInContract(world.cluster().requests().matching(request -> request.user()
                    .equals(DowngradeWorld.OPERATOR)));
        }
    }

    static void assertInContract(List<RequestRecord> requests) {
        TreeMap<String, String> asked = new TreeMap<>();
        requests.forEach(request -> asked.put(request.shape(), request.path()));
        assertThat(asked).hasSizeGreaterThan(20);
        asked.keySet().removeAll(ContractShapes.of(scenarios()));
        assertThat(asked)
                .as("shapes of requests, each with a path, that no scenario in testkit/contract/scenarios has")
                .isEmpty();
    }

    private static Path scenarios() {
        Path folder = Path.of("testkit", "contract", "scenarios");
        return Files.isDirectory(folder) ? folder : Path.of("..").resolve(folder);
    }
}
