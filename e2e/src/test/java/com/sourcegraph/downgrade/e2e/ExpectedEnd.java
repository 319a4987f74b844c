package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import com.sourcegraph.downgrade.testkit.postgres.SessionNotes;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where every downgrade ends, whatever has happened to it on the way. Made before it begins. */
final class ExpectedEnd {
    /** The names of the operator's sessions and of the tests' own, as {@link InstalledInstance#query} opens them. */
    private static final String[] LOOKING_ON = {"sourcegraph-downgrade-operator", "e2e"};

    /** Each database has the log of its own schema; all looks around are noted in the frontend's. */
    private static final String REVERTS =
            "SELECT string_agg(DISTINCT version::text, ',') FROM migration_logs WHERE NOT up";

    private static final String LOOKS = "SELECT string_agg(DISTINCT occasion, ',') FROM testkit.session_notes";

    private static final Set<String> WORKLOADS = Set.of("Deployment", "StatefulSet", "DaemonSet", "CronJob");

    private final InstalledInstance instance;
    private final String release;
    private final Map<String, String> workloads;
    private final AppliedTarget target;
    private final KeptData data;

    ExpectedEnd(InstalledInstance instance, ReleaseManifests target, String release) {
        this.instance = instance;
        this.release = release;
        this.workloads = of(target);
        this.target = new AppliedTarget(instance, target);
        this.data = new KeptData(instance);
    }

    /** That of a downgrade by the migrator. */
    void assertReached() {
        assertInstanceIsTarget();
        assertThat(WholeDowngradeTest.downgradeJobs(instance))
                .filteredOn(job -> job.getStatus().getSucceeded() != null
                        && job.getStatus().getSucceeded() > 0)
                .hasSize(1);
        assertNobodyBesideTheMigrator();
    }

    /** What a downgrade by manifests alone reaches too. */
    void assertInstanceIsTarget() {
        assertThat(instance.version()).isEqualTo(release);
        assertThat(workloads())
                .as("the workloads of the target manifests, and no others")
                .isEqualTo(workloads);
        // Also those that are in no target, such as claims that only the newer release has.
        objects()
                .forEach(object -> AppliedTarget.assertNothingOfTheRun(
                        object.getKind() + "/" + object.getMetadata().getName(), object));
        target.assertLives();
        data.assertKept();
    }

    /** As the migrators themselves saw it, at every single revert. */
    private void assertNobodyBesideTheMigrator() {
        assertThat(instance.query(SchemaName.FRONTEND, "SELECT count(*) FROM migration_logs WHERE NOT up"))
                .as("reverts")
                .isNotEqualTo("0");
        assertThat(instance.query(SchemaName.FRONTEND, SessionNotes.missing()))
                .as("reverts at which no migrator has looked around")
                .isEqualTo("null");
        List<String> looks = all(instance.query(SchemaName.FRONTEND, LOOKS));
        for (SchemaName schema : SchemaName.values()) {
            assertThat(all(instance.query(schema, REVERTS)))
                    .as("reverts of " + schema + " at which a migrator has looked around")
                    .allSatisfy(revert -> assertThat(SessionNotes.revert(schema, Integer.parseInt(revert)))
                            .isIn(looks));
        }
        assertThat(instance.query(SchemaName.FRONTEND, SessionNotes.unexpected(LOOKING_ON)))
                .as("sessions beside a migrator at work")
                .isEqualTo("null");
    }

    /** What {@code string_agg} has put together. */
    private static List<String> all(String text) {
        return text.equals("null") ? List.of() : List.of(text.split(","));
    }

    private static Map<String, String> of(ReleaseManifests manifests) {
        return manifests.objects().stream()
                .filter(object -> WORKLOADS.contains(object.path("kind").asText()))
                .collect(Collectors.toMap(
                        ExpectedEnd::name, ExpectedEnd::replicas, (one, other) -> other, TreeMap::new));
    }

    private static String name(JsonNode object) {
        return object.path("kind").asText() + "/" + object.at("/metadata/name").asText();
    }

    /** What Kubernetes makes of none is one. */
    private static String replicas(JsonNode object) {
        return Set.of("Deployment", "StatefulSet").contains(object.path("kind").asText())
                ? object.at("/spec/replicas").asInt(1) + " replicas"
                : "as it is";
    }

    private Map<String, String> workloads() {
        return objects().stream()
                .<JsonNode>map(object -> Serialization.jsonMapper().valueToTree(object))
                .filter(object -> WORKLOADS.contains(object.path("kind").asText()))
                .collect(Collectors.toMap(
                        ExpectedEnd::name, ExpectedEnd::replicas, (one, other) -> other, TreeMap::new));
    }

    /** Of the instance; the operator may be in the same namespace. */
    private List<HasMetadata> objects() {
        KubernetesClient client = instance.cluster().client();
        String namespace = instance.namespace();
        return Stream.<List<? extends HasMetadata>>of(
                        client.apps()
                                .deployments()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.apps()
                                .statefulSets()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.apps().daemonSets().inNamespace(namespace).list().getItems(),
                        client.batch()
                                .v1()
                                .cronjobs()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.autoscaling()
                                .v2()
                                .horizontalPodAutoscalers()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.services().inNamespace(namespace).list().getItems(),
                        client.persistentVolumeClaims()
                                .inNamespace(namespace)
                                .list()
                                .getItems())
                .<HasMetadata>flatMap(List::stream)
                .filter(object -> !object.getMetadata().getName().equals("sourcegraph-downgrade-operator"))
                .toList();
    }
}
