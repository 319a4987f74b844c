package com.sourcegraph.downgrade.testkit.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sourcegraph.downgrade.testkit.cluster.api.ApiServer;
import com.sourcegraph.downgrade.testkit.cluster.api.ClusterApi;
import com.sourcegraph.downgrade.testkit.cluster.api.HttpTransport;
import com.sourcegraph.downgrade.testkit.cluster.api.RoleBasedAccess;
import com.sourcegraph.downgrade.testkit.cluster.api.WriteOptions;
import com.sourcegraph.downgrade.testkit.cluster.controller.ControllerKind;
import com.sourcegraph.downgrade.testkit.cluster.controller.ControllerManager;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.pod.Kubelet;
import com.sourcegraph.downgrade.testkit.cluster.request.AccessPolicy;
import com.sourcegraph.downgrade.testkit.cluster.request.Faults;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestHook;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestLog;
import com.sourcegraph.downgrade.testkit.cluster.store.ObjectStore;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import com.sourcegraph.downgrade.testkit.container.Programs;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Kubernetes cluster in this process: a real API over HTTP on a free port of the loopback address, the controllers that
 * a Sourcegraph instance needs, and pods whose containers run {@link com.sourcegraph.downgrade.testkit.container.Program
 * programs}. The package documentation says what of Kubernetes it has.
 *
 * <p>It knows nothing but its own memory; closing it stops every container, watch and thread.
 */
public final class InMemoryCluster implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Learns the classes of Kubernetes by reflection, which is most of what a new client costs; it knows nothing else. */
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private final ClusterApi api;
    private final ApiServer server;
    private final HttpTransport transport;
    private final ControllerManager controllers;
    private final Kubelet kubelet;
    private final ExecutorService requestThreads;
    private final ScheduledThreadPoolExecutor timer;
    private final List<KubernetesClient> clients = new CopyOnWriteArrayList<>();

    private InMemoryCluster(Builder builder) {
        int number = NUMBER.incrementAndGet();
        this.timer = new ScheduledThreadPoolExecutor(1, threads("cluster-" + number + "-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.requestThreads = Executors.newCachedThreadPool(threads("cluster-" + number + "-request"));
        boolean podsRun = builder.controllers.contains(ControllerKind.PODS);
        this.api =
                new ClusterApi(builder.clock, podsRun, builder.controllers.contains(ControllerKind.GARBAGE_COLLECTOR));
        this.kubelet = new Kubelet(
                api,
                builder.programs,
                builder.timeFactor,
                builder.missingImages,
                timer,
                threads("cluster-" + number + "-container"));
        this.controllers = new ControllerManager(
                api,
                builder.controllers,
                kubelet,
                builder.timeFactor,
                timer,
                threads("cluster-" + number + "-controllers"));
        AccessPolicy policy = builder.roleBased ? new RoleBasedAccess(api.store(), api.catalog()) : builder.policy;
        this.server = api.server(policy, kubelet.logs(), timer);
        controllers.start();
        List.of("default", "kube-system").forEach(this::createNamespace);
        this.transport = new HttpTransport(requestThreads, server);
        builder.definitions.forEach(this::define);
    }

    private static ThreadFactory threads(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** A cluster with all controllers, where no image has a program. */
    public static InMemoryCluster start() {
        return builder().start();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** How a cluster is to be. */
    public static final class Builder {
        private Programs programs = (image, container) -> Optional.empty();
        private Set<ControllerKind> controllers = EnumSet.allOf(ControllerKind.class);
        private AccessPolicy policy = AccessPolicy.allowAll();
        private boolean roleBased;
        private Clock clock = Clock.systemUTC();
        private double timeFactor = 0.01;
        private final Set<String> missingImages = java.util.concurrent.ConcurrentHashMap.newKeySet();
        private final List<String> definitions = new java.util.ArrayList<>();

        private Builder() {}

        /** What the images do. */
        public Builder programs(Programs chosen) {
            this.programs = chosen;
            return this;
        }

        /** The only controllers that run. */
        public Builder controllers(ControllerKind... kinds) {
            this.controllers = EnumSet.noneOf(ControllerKind.class);
            controllers.addAll(List.of(kinds));
            return this;
        }

        /** All controllers but these run. */
        public Builder without(ControllerKind... kinds) {
            controllers.removeAll(List.of(kinds));
            return this;
        }

        /** Who may do what; everybody everything if not said. */
        public Builder accessPolicy(AccessPolicy chosen) {
            this.policy = chosen;
            return this;
        }

        /** Access is decided by the roles and bindings that are stored in the cluster. */
        public Builder roleBasedAccess() {
            this.roleBased = true;
            return this;
        }

        /** The clock of time stamps. Waiting (grace periods, back-off) goes by real time, scaled. */
        public Builder clock(Clock chosen) {
            this.clock = chosen;
            return this;
        }

        /** How long a second of a grace period or back-off takes, in seconds; 0.01 if not said. */
        public Builder timeFactor(double factor) {
            this.timeFactor = factor;
            return this;
        }

        /** An image that cannot be pulled. */
        public Builder missingImage(String image) {
            missingImages.add(image);
            return this;
        }

        /** A CustomResourceDefinition, as YAML, that is there from the start. */
        public Builder customResourceDefinition(String yaml) {
            definitions.add(yaml);
            return this;
        }

        public InMemoryCluster start() {
            return new InMemoryCluster(this);
        }
    }

    private void createNamespace(String name) {
        ObjectNode namespace = Nodes.object().put("apiVersion", "v1").put("kind", "Namespace");
        Nodes.metadata(namespace).put("name", name);
        api.writer()
                .create(api.catalog().required("", "namespaces"), null, namespace, WriteOptions.by("kube-apiserver"));
    }

    private void define(String yaml) {
        try {
            JsonNode definition = new YAMLMapper().readTree(yaml);
            ResourceType type = api.catalog().required("apiextensions.k8s.io", "customresourcedefinitions");
            api.writer().create(type, null, (ObjectNode) definition, WriteOptions.by("kube-apiserver"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the API listens: {@code http://127.0.0.1:PORT}. */
    public String url() {
        return "http://127.0.0.1:" + transport.port();
    }

    /** A client configuration for the administrator; nothing of this machine's own configuration is in it. */
    public Config config() {
        return configAs("system:admin");
    }

    /** A client configuration for that user. */
    public Config configAs(String user) {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(url())
                .withOauthToken(user)
                .withNamespace("default")
                .withHttp2Disable(true)
                .withTrustCerts(false)
                .build();
    }

    /** A client of the administrator; it is closed with the cluster. */
    public KubernetesClient client() {
        return clientAs("system:admin");
    }

    /** A client of that user, such as {@code system:serviceaccount:NAMESPACE:NAME}; it is closed with the cluster. */
    public KubernetesClient clientAs(String user) {
        KubernetesClient client = clientBuilder(configAs(user)).build();
        clients.add(client);
        return client;
    }

    /** For a client that the caller closes; {@link #clientAs} is enough for most. */
    public static KubernetesClientBuilder clientBuilder(Config config) {
        return new KubernetesClientBuilder().withConfig(config).withKubernetesSerialization(SERIALIZATION);
    }

    /** A configuration for {@code kubectl}. */
    public String kubeconfig() {
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: in-memory
                  cluster:
                    server: %s
                users:
                - name: admin
                  user:
                    token: system:admin
                contexts:
                - name: in-memory
                  context:
                    cluster: in-memory
                    user: admin
                    namespace: default
                current-context: in-memory
                """.formatted(url());
    }

    /** All requests so far. */
    public RequestLog requests() {
        return api.requests();
    }

    /** Failures to order. */
    public Faults faults() {
        return api.faults();
    }

    /** Calls the hook around every request until it is removed. */
    public void onRequest(RequestHook hook) {
        server.addHook(hook);
    }

    public void removeHook(RequestHook hook) {
        server.removeHook(hook);
    }

    /** The objects, past the API: for tests that compare whole states. */
    public ObjectStore store() {
        return api.store();
    }

    /** How many watches are open. */
    public int openWatches() {
        return api.watches().count();
    }

    /**
     * Ends a pod's containers with that exit code, as a crash would.
     *
     * @throws IllegalArgumentException where no such pod runs
     */
    public void killPod(String namespace, String name, int exitCode) {
        kubelet.kill(namespace, name, exitCode, "Error");
    }

    /** Ends a pod's containers as the kernel does when memory runs out: exit code 137, reason OOMKilled. */
    public void killPodOutOfMemory(String namespace, String name) {
        kubelet.kill(namespace, name, 137, "OOMKilled");
    }

    /** From now on this image cannot be pulled; containers that run already stay. */
    public void makeImageMissing(String image) {
        kubelet.missingImages().add(image);
    }

    /** From now on this image can be pulled again. */
    public void makeImageAvailable(String image) {
        kubelet.missingImages().remove(image);
        kubelet.retry();
    }

    @Override
    public void close() {
        clients.forEach(KubernetesClient::close);
        transport.close();
        controllers.close();
        kubelet.close();
        timer.shutdownNow();
        requestThreads.shutdownNow();
    }
}
