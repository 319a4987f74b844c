package com.sourcegraph.downgrade.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the start back until the API server answers. The SDK asks for its rights to the lease once and gives up for good where
 * nobody answers; and whoever ends for that is started anew less and less often, minutes after the API server is back.
 */
final class ApiServerWait {

    private static final Logger LOGGER = LoggerFactory.getLogger(ApiServerWait.class);

    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final KubernetesClient client;
    private final CountDownLatch ended = new CountDownLatch(1);

    ApiServerWait(KubernetesClient client) {
        this.client = client;
    }

    /** Whether it answers; false where the wait was ended before. */
    boolean answers() {
        for (boolean first = true; ; first = false) {
            try {
                client.getKubernetesVersion();
                return true;
            } catch (KubernetesClientException e) {
                if (e.getCode() > 0 && e.getCode() < HttpURLConnection.HTTP_INTERNAL_ERROR) {
                    return true;
                }
                if (first) {
                    LOGGER.atWarn()
                            .addKeyValue("cause", e.getMessage())
                            .log("The API server does not answer; the operator waits for it");
                }
            }
            if (endedWithin(PAUSE)) {
                return false;
            }
        }
    }

    private boolean endedWithin(Duration pause) {
        try {
            return ended.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    void end() {
        ended.countDown();
    }
}
