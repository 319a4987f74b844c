package com.sourcegraph.downgrade;

import com.sourcegraph.downgrade.reconcile.ConnectionFailures;
import com.sourcegraph.downgrade.reconcile.DowngradeOperator;
import com.sourcegraph.downgrade.reconcile.LeaseFence;
import com.sourcegraph.downgrade.reconcile.OperatorConfig;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the operator and stops it on SIGTERM. */
public final class OperatorMain {

    private static final Logger LOGGER = LoggerFactory.getLogger(OperatorMain.class);

    private OperatorMain() {}

    public static void main(String[] args) {
        OperatorConfig config = OperatorConfig.fromEnv(System.getenv());
        Optional<LeaseFence> fence = config.leaderElection()
                ? Optional.of(
                        new LeaseFence(config.podNamespace().orElseThrow(), System::nanoTime, () -> Runtime.getRuntime()
                                .halt(1)))
                : Optional.empty();
        ConnectionFailures failures = new ConnectionFailures(Clock.systemUTC());
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withRequestRetryBackoffLimit(OperatorConfig.CLIENT_RETRIES)
                        .build())
                .withHttpClientBuilderConsumer(http -> {
                    http.addOrReplaceInterceptor("failures", failures);
                    fence.ifPresent(held -> http.addOrReplaceInterceptor("lease", held));
                })
                .build();
        DowngradeOperator operator = new DowngradeOperator(client, config, Clock.systemUTC(), failures);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            LOGGER.info("Stopping");
                            operator.close(() -> fence.ifPresent(LeaseFence::close));
                            client.close();
                        },
                        "shutdown"));
        try {
            if (operator.start()) {
                LOGGER.atInfo()
                        .addKeyValue("namespaces", config.namespaces().isEmpty() ? "all" : config.namespaces())
                        .addKeyValue("managementPort", operator.managementPort())
                        .log("Watching for SourcegraphDowngrades");
            }
        } catch (RuntimeException | Error e) {
            // The SDK gives up for good where it may not ask for the lease. What serves the probes would keep the
            // process alive, and nobody would start it anew.
            LOGGER.atError().setCause(e).log("The operator could not start and ends; Kubernetes starts it anew");
            Runtime.getRuntime().halt(1);
        }
    }
}
