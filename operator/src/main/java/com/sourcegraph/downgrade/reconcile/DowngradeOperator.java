package com.sourcegraph.downgrade.reconcile;

import com.sourcegraph.downgrade.access.ImpersonatingClients;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.management.ManagementServer;
import com.sourcegraph.downgrade.management.RunMeters;
import com.sourcegraph.downgrade.observe.NamespaceWatches;
import com.sourcegraph.downgrade.observe.Observer;
import com.sourcegraph.downgrade.status.StatusWriter;
import com.sourcegraph.downgrade.status.Transitions;
import com.sourcegraph.downgrade.step.ActionExecutor;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The operator, wired. Starting it starts watching; closing it lets the turn that is under way come to its end. */
public final class DowngradeOperator implements AutoCloseable {

    /** A turn is a handful of requests; this is what the slowest of them may take. */
    private static final Duration LAST_TURN = Duration.ofSeconds(25);

    /**
     * How long the start waits for each namespace's list of resources, all of them at once; the SDK's default is two minutes. A
     * list that is answered takes a second even with hundreds of resources; one that is refused is refused until somebody mends
     * it. Whose list comes later is retried, and its resources wait until they are all known.
     */
    private static final Duration FIRST_LISTS = Duration.ofSeconds(10);

    private static final int THREADS = 8;

    private final Operator sdk;
    private final Observer observer;
    private final ManagementServer management;
    private final AtomicBoolean started = new AtomicBoolean();
    private final Optional<Leadership> leadership;
    private final ResourceWatches watches;
    private final ApiServerWait apiServer;

    /** Who loses the lease dies at once. */
    public DowngradeOperator(KubernetesClient client, OperatorConfig config, Clock clock, ConnectionFailures failures) {
        this(client, config, clock, failures, () -> Runtime.getRuntime().halt(1));
    }

    /**
     * @param failures of the client's connections, told to it by the client
     * @param leadershipLost called when another replica may lead while this one still works; it must keep this one from
     *     writing anything more
     */
    public DowngradeOperator(
            KubernetesClient client,
            OperatorConfig config,
            Clock clock,
            ConnectionFailures failures,
            Runnable leadershipLost) {
        apiServer = new ApiServerWait(client);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        RunMeters meters = new RunMeters(registry);
        RunEventSource events = new RunEventSource();
        ImpersonatingClients writers = new ImpersonatingClients(client);
        observer = new Observer(
                client,
                new NamespaceWatches(client, events::changed, failures::last, clock),
                writers,
                config.place(),
                events::progressed);
        StatusWriter statuses =
                new StatusWriter(client, new Transitions(client, clock, config.podName(), meters::stored));
        RunCycle cycle = new RunCycle(
                observer,
                statuses,
                new ActionExecutor(client),
                writers,
                new RunFinalizer(client),
                clock,
                config.place());
        DowngradeReconciler reconciler = new DowngradeReconciler(
                client, new CurrentResources(client, new WatchDoubt(failures::last, clock)), observer, cycle, events);
        leadership = config.leaderElection()
                ? Optional.of(new Leadership(
                        client,
                        config.podNamespace().orElseThrow(),
                        config.leaseName(),
                        config.podName(),
                        leadershipLost))
                : Optional.empty();
        sdk = new Operator(overrider -> {
            overrider
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    // The journal needs an optimistic lock on the whole status, which server-side apply does not give.
                    .withUseSSAToPatchPrimaryResource(false)
                    // The SDK's default is to interrupt a turn at once, in the middle of its writes.
                    .withReconciliationTerminationTimeout(LAST_TURN)
                    .withConcurrentReconciliationThreads(THREADS)
                    .checkingCRDAndValidateLocalModel(false)
                    // A watch that cannot be opened at the start is retried like one that breaks later.
                    .withStopOnInformerErrorDuringStartup(false)
                    .withCacheSyncTimeout(FIRST_LISTS);
            leadership.ifPresent(election -> overrider.withLeaderElectionConfiguration(election.configuration()));
        });
        sdk.register(reconciler, overrider -> configure(overrider, config));
        meters.show(reconciler::resources);
        watches = new ResourceWatches(() -> started.get() ? reconciler.watched() : Map.of());
        meters.showMissing(watches::missing);
        management = new ManagementServer(config.httpPort(), this::ready, registry);
    }

    /**
     * Serves probes, waits for the API server, then watches; returns when each cache is filled or will be retried, those of a standby
     * too.
     *
     * @return false if it was closed before there was anything to watch
     */
    public boolean start() {
        management.start();
        if (!apiServer.ready()) {
            return false;
        }
        sdk.start();
        started.set(true);
        return true;
    }

    /** The port of probes and metrics. */
    public int managementPort() {
        return management.port();
    }

    @Override
    public void close() {
        close(() -> {});
    }

    /** @param lastWrite called when nothing may be written any more, before the lease is given back */
    public void close(Runnable lastWrite) {
        apiServer.end();
        leadership.ifPresent(Leadership::closing);
        sdk.stop();
        lastWrite.run();
        leadership.ifPresent(Leadership::release);
        observer.close();
        management.close();
    }

    /** One namespace that cannot be watched must not stop the rollout, the drain and the metrics of all others. */
    private boolean ready() {
        return watches.any();
    }

    private static void configure(
            ControllerConfigurationOverrider<SourcegraphDowngrade> overrider, OperatorConfig config) {
        // The SDK's default gives up after five attempts and then waits for an event that may never come.
        overrider.withRetry(new GenericRetry()
                .setInitialInterval(Duration.ofMillis(500))
                .setIntervalMultiplier(1.5)
                .setMaxInterval(Duration.ofSeconds(30).toMillis())
                .withoutMaxAttempts());
        overrider.withReconciliationMaxInterval(Duration.ofMinutes(5));
        if (config.namespaces().isEmpty()) {
            overrider.watchingAllNamespaces();
        } else {
            overrider.settingNamespaces(config.namespaces());
        }
    }
}
