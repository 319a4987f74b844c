package com.sourcegraph.downgrade.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.instance.RealReleases;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import com.sourcegraph.downgrade.testkit.instance.SampleRelease;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** An instance in a namespace of its own, installed as its owner would: by {@code kubectl apply}. */
final class InstalledInstance implements AutoCloseable {

    /** Generous: pods take seconds, on a busy machine a minute. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final String INTERNAL_SERVICE = """
            apiVersion: v1
            kind: Service
            metadata:
              name: sourcegraph-frontend-internal
              namespace: sourcegraph
              labels: {deploy: sourcegraph, app: sourcegraph-frontend}
            spec:
              ports: [{name: http-internal, port: 80, targetPort: http-internal}]
              selector: {app: sourcegraph-frontend}
            """;

    private final GivenCluster cluster;
    private final String namespace;

    private InstalledInstance(GivenCluster cluster, String namespace) {
        this.cluster = cluster;
        this.namespace = namespace;
    }

    /** Installs and waits until every pod is ready. The namespace's account may be impersonated from then on. */
    static InstalledInstance install(GivenCluster cluster, String namespace, ReleaseManifests manifests) {
        InstalledInstance instance = new InstalledInstance(cluster, namespace);
        // A story's namespace is new already, and holds a role of the stories' operator.
        if (!StoryOperator.NAMESPACES.contains(namespace)) {
            cluster.newNamespace(namespace);
        }
        try {
            instance.apply(manifests);
            instance.bindAccount();
            instance.awaitReady();
            return instance;
        } catch (RuntimeException | AssertionError e) {
            instance.close();
            throw e;
        }
    }

    /** Manifests of a real release; the test is skipped, loudly, where they are not at hand. */
    static ReleaseManifests real(String flavour, String release) {
        Optional<ReleaseManifests> found = new RealReleases().find(flavour, release);
        if (found.isEmpty()) {
            System.err.println("SKIPPED: the manifests of " + flavour + " " + release + " are not at hand");
        }
        Assumptions.assumeTrue(found.isPresent(), "the manifests of " + flavour + " " + release + " are not at hand");
        return found.get();
    }

    /** A quick instance: eight workloads. */
    static ReleaseManifests sample(String release) {
        List<JsonNode> objects =
                new ArrayList<>(SampleRelease.of(release).small().objects());
        objects.addAll(ReleaseManifests.parse(INTERNAL_SERVICE).objects());
        return new ReleaseManifests(objects);
    }

    /**
     * The same manifests for this instance's namespace. The stand-ins have the tags of the real images; their digests too, but only
     * the project's own cluster can be told so.
     */
    ReleaseManifests here(ReleaseManifests manifests) {
        boolean digests = TestCluster.atHand().isPresent();
        List<JsonNode> moved = new ArrayList<>();
        for (JsonNode object : (digests ? manifests : withoutDigests(manifests)).objects()) {
            ObjectNode copy = object.deepCopy();
            if (copy.at("/metadata/namespace").isTextual()) {
                copy.withObject("/metadata").put("namespace", namespace);
            }
            moved.add(copy);
        }
        return new ReleaseManifests(moved);
    }

    private static ReleaseManifests withoutDigests(ReleaseManifests manifests) {
        return ReleaseManifests.parse(manifests.yaml().replaceAll("@sha256:[0-9a-f]{64}", ""));
    }

    String namespace() {
        return namespace;
    }

    GivenCluster cluster() {
        return cluster;
    }

    /**
     * As the owner does it, with {@code kubectl apply}. What belongs to no namespace comes along on the project's own cluster
     * only: elsewhere it may be somebody's, and stays when the namespace goes.
     */
    void apply(ReleaseManifests manifests) {
        boolean whole = TestCluster.atHand().isPresent();
        cluster.kubectlWith(
                here(manifests.without(whole ? new String[] {"PodSecurityPolicy"} : AppliedTarget.NOT_OF_A_RUN))
                        .yaml(),
                "apply",
                "--namespace=" + namespace,
                "--filename=-");
    }

    /** As the owner does it: whoever may create a downgrade gains what this account may do. */
    void bindAccount() {
        try {
            String account = Files.readString(GivenCluster.project().resolve("examples/instance-rbac.yaml"));
            cluster.kubectlWith(
                    account.replace("namespace: sourcegraph", "namespace: " + namespace),
                    "apply",
                    "--namespace=" + namespace,
                    "--filename=-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stores target manifests in a ConfigMap. */
    void store(String name, ReleaseManifests manifests) {
        cluster.kubectlWith(
                here(manifests).yaml(),
                "--namespace=" + namespace,
                "create",
                "configmap",
                name,
                "--from-file=sourcegraph.yaml=/dev/stdin");
    }

    /** Creates a resource with that text as its spec. */
    void downgrade(String name, String spec) {
        cluster.kubectlWith("""
                apiVersion: downgrade.sourcegraph.com/v1alpha1
                kind: SourcegraphDowngrade
                metadata:
                  name: %s
                  namespace: %s
                spec:
                %s
                """.formatted(name, namespace, spec.indent(2).stripTrailing()), "apply", "--filename=-");
    }

    SourcegraphDowngrade get(String name) {
        return cluster.client()
                .resources(SourcegraphDowngrade.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    /** Waits for a state of the resource; where the run ends without it, the failure shows the status. */
    SourcegraphDowngrade await(String name, String what, Predicate<SourcegraphDowngrade> condition) {
        AtomicBoolean came = new AtomicBoolean();
        SourcegraphDowngrade seen = Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> get(name), resource -> {
                    came.set(resource.getStatus() != null && condition.test(resource));
                    // Nothing comes after the end.
                    return came.get()
                            || resource.getStatus() != null
                                    && resource.getStatus().finishedAt() != null;
                });
        if (!came.get()) {
            throw new AssertionError(what + " did not come, and the run has ended:\n" + Serialization.asYaml(seen));
        }
        return seen;
    }

    SourcegraphDowngrade awaitEnd(String name) {
        return await(name, "the end of the run", resource -> has(resource, "Complete") || has(resource, "Failed"));
    }

    static boolean has(SourcegraphDowngrade resource, String condition) {
        return resource.getStatus() != null
                && resource.getStatus().conditions().stream()
                        .anyMatch(found -> found.getType().equals(condition)
                                && found.getStatus().equals("True"));
    }

    void awaitReady() {
        Awaitility.await("every pod is ready")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(this::unready, List::isEmpty);
    }

    /** Pods that should serve and do not. */
    List<String> unready() {
        List<Pod> pods = pods();
        return pods.isEmpty()
                ? List.of("no pods")
                : pods.stream()
                        .filter(pod -> pod.getStatus().getConditions().stream()
                                .noneMatch(condition -> condition.getType().equals("Ready")
                                        && condition.getStatus().equals("True")))
                        .map(pod -> pod.getMetadata().getName())
                        .toList();
    }

    /** The instance's own pods. */
    List<Pod> pods() {
        return cluster.client()
                .pods()
                .inNamespace(namespace)
                .withLabel("deploy", "sourcegraph")
                .list()
                .getItems();
    }

    /** Replicas by workload, such as {@code Deployment/worker}. */
    Map<String, Integer> replicas() {
        Map<String, Integer> replicas = new java.util.TreeMap<>();
        cluster.client()
                .apps()
                .deployments()
                .inNamespace(namespace)
                .list()
                .getItems()
                .forEach(workload -> replicas.put(
                        "Deployment/" + workload.getMetadata().getName(),
                        workload.getSpec().getReplicas()));
        cluster.client()
                .apps()
                .statefulSets()
                .inNamespace(namespace)
                .list()
                .getItems()
                .forEach(workload -> replicas.put(
                        "StatefulSet/" + workload.getMetadata().getName(),
                        workload.getSpec().getReplicas()));
        return replicas;
    }

    /** The version row as it stands. */
    String version() {
        return query(SchemaName.FRONTEND, "SELECT version FROM versions WHERE service = 'frontend'");
    }

    /** Writes the version row as a frontend of that release does. */
    void setVersion(String version) {
        query(SchemaName.FRONTEND, "UPDATE versions SET version = '" + version + "' WHERE service = 'frontend'");
    }

    /** Runs SQL in one of the databases, from outside the cluster; the first column of the first row, empty for none. */
    String query(SchemaName schema, String sql) {
        return new ForwardedDatabases(this).query(schema, sql);
    }

    /**
     * Deletes the resources first: the operator has to let them go while it still has its role in the namespace. One whose run a
     * failed test leaves behind is let go by hand. The pods stop by themselves.
     */
    @Override
    public void close() {
        new Evidence(cluster).ofInstance(namespace);
        // With the definition all resources have gone.
        if (!cluster.kubectl("get", "crd", "--output=name").contains("/sourcegraphdowngrades.")) {
            cluster.kubectl("delete", "namespace", namespace, "--wait=false");
            return;
        }
        cluster.client().resources(SourcegraphDowngrade.class).inNamespace(namespace).list().getItems().stream()
                .filter(resource ->
                        resource.getStatus() == null || resource.getStatus().finishedAt() == null)
                .forEach(this::letGo);
        cluster.kubectl("delete", "sgdowngrades", "--all", "--namespace=" + namespace, "--wait", "--timeout=2m");
        cluster.kubectl("delete", "namespace", namespace, "--wait=false");
    }

    private void letGo(SourcegraphDowngrade resource) {
        cluster.client().resource(resource).delete();
        try {
            cluster.client()
                    .resource(resource)
                    .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }
}
