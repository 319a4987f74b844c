package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.testkit.rights.Right;
import com.sourcegraph.downgrade.testkit.rights.RoleRules;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What the API server noted down during all tests before this one beside what the roles grant, both ways. The instances here do
 * not have every kind that a role is for; the recorded run in memory has, and compares exactly.
 */
@EndToEnd
@Order(Integer.MAX_VALUE)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RightsInUseTest {

    /** Namespaces of the tests without which too little is used to compare. */
    private static final Set<String> NEEDED = Set.of("e2e-kustomize", "e2e-legacy", "e2e-rollback");

    /** In a role that stays: a test holds its run by that for a while. */
    private static final String TAKEN_AWAY = "patch deployments.apps in namespace " + ReplicasTest.HELD + " ";

    /** Read one by one only where the target alone has it, or where it has no label: so in memory, not in the releases here. */
    private static final String[] NOT_NEEDED_HERE_BY_THE_OPERATOR = {
        "get cronjobs.batch",
        // After a write that met a conflict, and of a Job of which one watch is ahead of another: chance.
        "get deployments.apps",
        "get jobs.batch",
        "get daemonsets.apps",
        "get statefulsets.apps",
        "get horizontalpodautoscalers.autoscaling",
        "get ingresses.networking.k8s.io",
        "get,list networkpolicies.networking.k8s.io",
        "get poddisruptionbudgets.policy",
        "get roles.rbac.authorization.k8s.io",
        "get rolebindings.rbac.authorization.k8s.io",
        "get serviceaccounts",
        // No credentials or manifests in Secrets here.
        "get secrets",
        // After a conflict with the finalizer, of a resource with ttlSecondsAfterFinished, of one deleted in the
        // middle.
        "get,delete sourcegraphdowngrades.downgrade.sourcegraph.com",
        "get namespaces",
        // To give the lease back, where the role outlives the pod.
        "update leases.coordination.k8s.io",
    };

    /** Kinds that the releases here do not have, or have alike; and what is granted only to be granted on. */
    private static final String[] NOT_NEEDED_HERE_BY_THE_ACCOUNT = {
        "create,update,patch,delete ingresses.networking.k8s.io",
        "create,update,patch,delete poddisruptionbudgets.policy",
        "create,update,patch,delete roles.rbac.authorization.k8s.io",
        "create,update,patch,delete rolebindings.rbac.authorization.k8s.io",
        "create,update,patch,delete serviceaccounts",
        "create,update,patch networkpolicies.networking.k8s.io",
        "create,update,patch horizontalpodautoscalers.autoscaling",
        "get,create,update,patch cronjobs.batch",
        "create,update,patch secrets",
        "create,delete daemonsets.apps",
        "create,delete statefulsets.apps",
        "delete deployments.apps",
        "delete services",
        "delete configmaps",
        "patch persistentvolumeclaims",
        // Of a workload whose count somebody applied server-side, before that is given back.
        "get deployments.apps",
        "get,update,delete jobs.batch",
        "get,list,watch endpoints",
        "get,list,watch services",
        "get,list,watch statefulsets.apps",
    };

    private AuditLog log;

    @BeforeAll
    void read() {
        if (AuditLog.file().isEmpty()) {
            skip("give the API server's audit log with -De2e.audit=FILE");
        }
        log = AuditLog.read(
                AuditLog.file().get(),
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime()));
        log.refused().stream()
                .distinct()
                .forEach(refused -> System.err.println("Refused for want of a right: " + refused));
    }

    private static void skip(String why) {
        System.err.println("SKIPPED: the rights in use were not compared with those granted; " + why);
        Assumptions.abort(why);
    }

    @Test
    void theOperatorIsGrantedWhatItUses() {
        compare(
                log.operator(),
                RoleRules.read(
                                GivenCluster.project().resolve("deploy/install.yaml"),
                                "sourcegraph-downgrade-operator",
                                "sourcegraph-downgrade-operator-leader")
                        .rights(),
                NOT_NEEDED_HERE_BY_THE_OPERATOR);
    }

    /** What succeeded was granted; so only what was refused can tell of a right that is missing. */
    @Test
    void nothingIsRefusedToTheOperator() {
        assertThat(log.refusedToTheOperator()).isEmpty();
        skipUnlessAllRan();
    }

    @Test
    void nothingIsRefusedInTheNameOfAnInstancesAccount() {
        assertThat(log.refusedToTheAccount())
                .filteredOn(refused -> !refused.startsWith(TAKEN_AWAY))
                .isEmpty();
        skipUnlessAllRan();
    }

    @Test
    void theInstancesAccountIsGrantedWhatIsDoneInItsName() {
        compare(
                log.account(),
                RoleRules.read(GivenCluster.project().resolve("examples/instance-rbac.yaml"), "sourcegraph-downgrade")
                        .rights(),
                NOT_NEEDED_HERE_BY_THE_ACCOUNT);
    }

    private void skipUnlessAllRan() {
        if (!log.namespaces().containsAll(NEEDED)) {
            skip("not all of the tests ran that use them");
        }
    }

    private void compare(Set<Right> used, Set<Right> granted, String... notNeededHere) {
        assertThat(granted).as("granted").containsAll(used);
        skipUnlessAllRan();
        Set<Right> unused = new TreeSet<>(granted);
        unused.removeAll(used);
        Set<Right> excepted = Arrays.stream(notNeededHere).flatMap(Right::parse).collect(Collectors.toSet());
        assertThat(excepted).as("rights that nothing here uses").containsAll(unused);
        assertThat(granted).as("what nothing here needs").containsAll(excepted);
    }
}
