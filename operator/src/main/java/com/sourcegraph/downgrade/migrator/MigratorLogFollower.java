package com.sourcegraph.downgrade.migrator;

import com.sourcegraph.downgrade.redact.Redactor;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log of a running migrator by one streaming request and tells how far it is.
 *
 * <p>All work is done on one daemon thread of its own; no method blocks. The listener is called on that thread, at once
 * when phase, hop or error change and at most once in the interval otherwise. A stream that ends although the container
 * runs (an API server restarts) is opened again and read from its start, which changes nothing of what is known; a
 * container that has ended, or a pod that is gone, ends the following.
 *
 * <p>It asks the API directly, because the client's own {@code watchLog} first lists and watches the pod.
 */
public final class MigratorLogFollower implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(MigratorLogFollower.class);

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(15);

    private final KubernetesClient client;
    private final String namespace;
    private final String pod;
    private final String container;
    private final Redactor redactor;
    private final Consumer<MigratorProgress> listener;
    private final Duration interval;
    private final ScheduledThreadPoolExecutor thread;

    private volatile MigratorProgress published = MigratorProgress.none();
    private volatile boolean ended;

    // Touched on the thread only.
    private MigratorLogParser parser;
    private LineBuffer lines;
    private AsyncBody body;
    private int connection;
    private Duration retry = FIRST_RETRY;
    private long publishedAt;
    private boolean flushPlanned;

    /** @param client reads logs and pods in the namespace; it is not closed */
    public MigratorLogFollower(
            KubernetesClient client,
            String namespace,
            String pod,
            String container,
            Redactor redactor,
            Consumer<MigratorProgress> listener) {
        this(client, namespace, pod, container, redactor, listener, INTERVAL);
    }

    MigratorLogFollower(
            KubernetesClient client,
            String namespace,
            String pod,
            String container,
            Redactor redactor,
            Consumer<MigratorProgress> listener,
            Duration interval) {
        this.client = client;
        this.namespace = namespace;
        this.pod = pod;
        this.container = container;
        this.redactor = redactor;
        this.listener = listener;
        this.interval = interval;
        this.publishedAt = System.nanoTime() - interval.toNanos();
        this.thread = new ScheduledThreadPoolExecutor(1, work -> {
            Thread made = new Thread(work, "migrator-log-" + pod);
            made.setDaemon(true);
            return made;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setRemoveOnCancelPolicy(true);
    }

    /** Begins to follow; to be called once. */
    public void start() {
        execute(this::connect);
    }

    /** What the listener was told last. */
    public MigratorProgress progress() {
        return published;
    }

    /** Whether there is nothing more to come: the container has ended, its pod is gone, or this was closed. */
    public boolean ended() {
        return ended;
    }

    /** Stops at once; the listener is not called again once its current call returns. */
    @Override
    public void close() {
        ended = true;
        execute(() -> {
            if (body != null) {
                body.cancel();
            }
            thread.shutdownNow();
        });
    }

    private void connect() {
        if (ended) {
            return;
        }
        int number = ++connection;
        parser = new MigratorLogParser(redactor);
        lines = new LineBuffer();
        body = null;
        HttpRequest request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(client.getMasterUrl() + "api/v1/namespaces/" + namespace + "/pods/" + pod + "/log?container="
                        + container + "&follow=true")
                .forStreaming()
                .build();
        client.getHttpClient()
                .consumeBytes(request, (buffers, stream) -> execute(() -> receive(number, buffers, stream)))
                .whenComplete((response, error) -> execute(() -> opened(number, response, error)));
    }

    private void opened(int number, HttpResponse<AsyncBody> response, Throwable error) {
        if (number != connection) {
            return;
        }
        if (error != null) {
            LOGGER.atDebug()
                    .addKeyValue("namespace", namespace)
                    .addKeyValue("pod", pod)
                    .setCause(error)
                    .log("Could not open the migrator's log");
            closed(number);
        } else if (!response.isSuccessful()) {
            response.body().cancel();
            if (response.code() == HttpURLConnection.HTTP_NOT_FOUND) {
                finish();
            } else {
                closed(number);
            }
        } else {
            body = response.body();
            body.done().whenComplete((nothing, failure) -> execute(() -> closed(number)));
            body.consume();
        }
    }

    private void receive(int number, List<ByteBuffer> buffers, AsyncBody stream) {
        if (number != connection || ended) {
            stream.cancel();
            return;
        }
        retry = FIRST_RETRY;
        buffers.forEach(buffer -> lines.append(buffer, parser::accept));
        tell();
        stream.consume();
    }

    private void closed(int number) {
        if (number != connection || ended) {
            return;
        }
        lines.flush(parser::accept);
        if (containerRuns()) {
            tell();
            thread.schedule(this::connect, retry.toMillis(), TimeUnit.MILLISECONDS);
            Duration doubled = retry.multipliedBy(2);
            retry = doubled.compareTo(LAST_RETRY) < 0 ? doubled : LAST_RETRY;
        } else {
            finish();
        }
    }

    private void finish() {
        publish(parser.progress());
        ended = true;
        thread.shutdown();
    }

    /** Also true when it cannot be told: then the next connection will tell. */
    private boolean containerRuns() {
        try {
            Pod found = client.pods().inNamespace(namespace).withName(pod).get();
            if (found == null) {
                return false;
            }
            if (found.getStatus() == null) {
                return true;
            }
            return found.getStatus().getContainerStatuses().stream()
                    .filter(status -> container.equals(status.getName()))
                    .map(ContainerStatus::getState)
                    .filter(Objects::nonNull)
                    .allMatch(state -> state.getTerminated() == null);
        } catch (KubernetesClientException e) {
            LOGGER.atDebug()
                    .addKeyValue("namespace", namespace)
                    .addKeyValue("pod", pod)
                    .setCause(e)
                    .log("Could not look whether the migrator still runs");
            return true;
        }
    }

    private void tell() {
        // Read again from the start: until it has caught up, what is known is further on.
        if (connection > 1 && parser.hop() < published.hop()) {
            return;
        }
        long due = publishedAt + interval.toNanos() - System.nanoTime();
        // What is known is put together when it is told, not for every piece of the log.
        if (due <= 0 || parser.turnedFrom(published)) {
            publish(parser.progress());
        } else if (!flushPlanned) {
            flushPlanned = true;
            thread.schedule(
                    () -> {
                        flushPlanned = false;
                        tell();
                    },
                    due,
                    TimeUnit.NANOSECONDS);
        }
    }

    private void publish(MigratorProgress now) {
        if (now.equals(published)) {
            return;
        }
        if (connection > 1 && now.hop() < published.hop()) {
            return;
        }
        published = now;
        publishedAt = System.nanoTime();
        try {
            listener.accept(now);
        } catch (RuntimeException e) {
            LOGGER.atWarn()
                    .addKeyValue("namespace", namespace)
                    .addKeyValue("pod", pod)
                    .setCause(e)
                    .log("Could not pass on how far the migrator is");
        }
    }

    private void execute(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException e) {
            // Closed meanwhile: nothing is waited for any more.
            LOGGER.trace("The migrator's log is no longer followed", e);
        }
    }
}
