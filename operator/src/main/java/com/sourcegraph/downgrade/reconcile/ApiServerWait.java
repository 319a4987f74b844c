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
 * Holds the start back until the API server is ready. The SDK asks for its rights to the lease once and gives up for good where
 * nobody answers, or one that has not read its roles yet; and whoever ends for that is started anew less and less often, minutes
 * after the API server is back.
 */
final class ApiServerWait {

    private static final Logger LOGGER = LoggerFactory.getLogger(ApiServerWait.class);

    private static final Duration PAUSE = Duration.ofSeconds(2);

    /** So long an API server may refuse the question before it counts as one that refuses it always. */
    private static final Duration REFUSES = Duration.ofSeconds(15);

    private final KubernetesClient client;
    private final CountDownLatch ended = new CountDownLatch(1);

    ApiServerWait(KubernetesClient client) {
        this.client = client;
    }

    private enum Answer {
        READY,
        REFUSED,
        NONE
    }

    /** Whether it is ready; false where the wait was ended before. */
    boolean ready() {
        long refusals = 0;
        for (boolean first = true; ended.getCount() > 0; first = false) {
            Answer answer = ask(first);
            refusals = answer == Answer.REFUSED ? refusals + 1 : 0;
            if (answer == Answer.READY || refusals > REFUSES.dividedBy(PAUSE)) {
                return ended.getCount() > 0;
            }
            pause();
        }
        return false;
    }

    private Answer ask(boolean tell) {
        try {
            // Null for 404.
            return client.raw("/readyz") == null ? Answer.REFUSED : Answer.READY;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_UNAUTHORIZED || e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                return Answer.REFUSED;
            }
            if (tell) {
                LOGGER.atWarn()
                        .addKeyValue("cause", e.getMessage())
                        .log("The API server does not answer, or is not ready; the operator waits for it");
            }
            return Answer.NONE;
        }
    }

    private void pause() {
        try {
            ended.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end();
        }
    }

    void end() {
        ended.countDown();
    }
}
