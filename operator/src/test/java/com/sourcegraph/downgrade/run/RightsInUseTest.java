package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.reconcile.ConnectionFailures;
import com.sourcegraph.downgrade.reconcile.DowngradeOperator;
import com.sourcegraph.downgrade.reconcile.OperatorConfig;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import com.sourcegraph.downgrade.testkit.instance.SampleRelease;
import com.sourcegraph.downgrade.testkit.rights.Right;
import com.sourcegraph.downgrade.testkit.rights.RoleRules;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The roles that are installed beside what recorded runs have used, both ways: nothing is used that is not granted, and
 * nothing is granted that no run uses.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RightsInUseTest {

    private static final String FOR_THE_LEGACY_ROLE =
            "The Role sourcegraph-frontend of legacy manifests grants it, and Kubernetes lets nobody grant what they lack";

    private static final String BEFORE_IT_IS_GIVEN_BACK =
            "Where somebody applied the count server-side, the object is read before the count is given back";

    /**
     * What the operator is granted for what is chance: an object that changed before a write reached it is read again, and so is a
     * Job of which one watch is ahead of another.
     */
    private static final Set<Right> OPERATOR_BY_CHANCE = Set.of(
            new Right("get", "apps", "deployments"),
            new Right("get", "apps", "statefulsets"),
            new Right("get", "apps", "daemonsets"),
            new Right("get", "batch", "jobs"));

    /** What is granted though the runs below do not use it. */
    private static final Map<Right, String> ACCOUNT_EXCEPTIONS = Map.ofEntries(
            Map.entry(new Right("get", "", "endpoints"), FOR_THE_LEGACY_ROLE),
            Map.entry(new Right("list", "", "endpoints"), FOR_THE_LEGACY_ROLE),
            Map.entry(new Right("watch", "", "endpoints"), FOR_THE_LEGACY_ROLE),
            Map.entry(new Right("get", "", "services"), FOR_THE_LEGACY_ROLE),
            Map.entry(new Right("list", "", "services"), FOR_THE_LEGACY_ROLE),
            Map.entry(new Right("watch", "", "services"), FOR_THE_LEGACY_ROLE),
            Map.entry(new Right("list", "apps", "statefulsets"), FOR_THE_LEGACY_ROLE),
            Map.entry(new Right("watch", "apps", "statefulsets"), FOR_THE_LEGACY_ROLE),
            Map.entry(new Right("get", "apps", "deployments"), BEFORE_IT_IS_GIVEN_BACK),
            Map.entry(new Right("get", "apps", "statefulsets"), BEFORE_IT_IS_GIVEN_BACK),
            Map.entry(new Right("get", "batch", "cronjobs"), BEFORE_IT_IS_GIVEN_BACK),
            Map.entry(new Right("get", "batch", "jobs"), BEFORE_IT_IS_GIVEN_BACK),
            Map.entry(
                    new Right("patch", "", "persistentvolumeclaims"),
                    "Where the instance was applied server-side, a claim is created by an apply, which is a patch"));

    private final RecordedRights recorded = new RecordedRights();

    @BeforeAll
    void record() {
        recordAWholeRunWithOneOfEachKind();
        recordADeletionInTheMiddle();
    }

    @Test
    void noRightWasMissing() {
        assertThat(recorded.refused()).isEmpty();
    }

    /** Beside the rights, as the runs are here: they have all that an operator asks, and no other test runs it with every kind. */
    @Test
    void everyRequestIsInTheContract() {
        RequestsInContractTest.assertInContract(recorded.requests());
    }

    @Test
    void theOperatorIsGrantedWhatItUses() {
        Set<Right> granted = RoleRules.read(
                        project("deploy/install.yaml"),
                        "sourcegraph-downgrade-operator",
                        "sourcegraph-downgrade-operator-leader")
                .rights();

        Set<Right> usedOrByChance = new TreeSet<>(recorded.operator());
        usedOrByChance.addAll(OPERATOR_BY_CHANCE);
        assertThat(usedOrByChance).isEqualTo(granted);
    }

    @Test
    void theInstancesAccountIsGrantedWhatIsDoneInItsName() {
        Set<Right> granted = RoleRules.read(project("examples/instance-rbac.yaml"), "sourcegraph-downgrade")
                .rights();
        Set<Right> usedOrExcepted = new TreeSet<>(recorded.account());
        usedOrExcepted.addAll(ACCOUNT_EXCEPTIONS.keySet());

        assertThat(usedOrExcepted).isEqualTo(granted);
        assertThat(recorded.account())
                .as("exceptions that are none")
                .doesNotContainAnyElementsOf(ACCOUNT_EXCEPTIONS.keySet());
    }

    private void recordAWholeRunWithOneOfEachKind() {
        try (DowngradeWorld world =
                new DowngradeWorld("5.0.6", oneOfEachKind("5.0.6", "qdrant"), oneOfEachKind("4.5.1", "minio"))) {
            ReindexJob.start(world);
            world.startOperator();
            world.applyMigrator("back");
            assertThat(world.awaitEnd("back").getStatus().phase())
                    .as(Serialization.asYaml(world.get("back").getStatus()))
                    .isEqualTo(Phase.COMPLETE);
            world.awaitLetGo("back");
            world.patch("back", "{\"spec\":{\"ttlSecondsAfterFinished\":0}}");
            world.awaitGone("back");
            world.stopOperator();
            lead(world);
            recorded.add(requests(world));
        }
    }

    private void recordADeletionInTheMiddle() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.when(StepName.MIGRATE, () -> world.delete("back"));
            world.startOperator();
            world.applyMigrator("back");
            world.awaitGone("back");
            recorded.add(requests(world));
        }
    }

    /** An operator that takes the lease, keeps it and gives it back. */
    private static void lead(DowngradeWorld world) {
        try (KubernetesClient own = world.cluster().clientAs(DowngradeWorld.OPERATOR);
                DowngradeOperator operator = new DowngradeOperator(
                        own,
                        new OperatorConfig(Set.of(), Optional.of(world.namespace()), "operator-0", true, 0),
                        Clock.systemUTC(),
                        new ConnectionFailures(Clock.systemUTC()),
                        () -> {})) {
            operator.start();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> requests(world).stream()
                                    .filter(request -> request.resource().equals("leases") && request.isWrite())
                                    .count()
                            >= 3);
        }
    }

    private static List<RequestRecord> requests(DowngradeWorld world) {
        return world.cluster().requests().matching(request -> request.user().equals(DowngradeWorld.OPERATOR));
    }

    /** @param own the component that no other release here has */
    private static ReleaseManifests oneOfEachKind(String release, String own) {
        List<JsonNode> objects =
                new ArrayList<>(SampleRelease.of(release).full().objects());
        try (InputStream more = RightsInUseTest.class.getResourceAsStream("one-of-each-kind.yaml")) {
            String yaml = new String(more.readAllBytes(), StandardCharsets.UTF_8);
            objects.addAll(ReleaseManifests.parse(yaml.replace("NAME", own).replace("RELEASE", release))
                    .objects());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ReleaseManifests(objects);
    }

    private static Path project(String file) {
        Path here = Path.of(file);
        return Files.exists(here) ? here : Path.of("..").resolve(file);
    }
}
