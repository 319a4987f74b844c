package com.sourcegraph.downgrade.reconcile;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a replica write only while the lease that it has renewed itself cannot have run out.
 *
 * <p>The election notices a lost lease in its own time: between two looks, or when a renewal that hangs is answered, or two
 * seconds after a renewal that meets a conflict. A process that was frozen in the middle of its writes would go on with them
 * meanwhile, beside the replica that leads by now. So every request that writes looks at the time of the last renewal first.
 */
public final class LeaseFence implements Interceptor {

    private static final Logger LOGGER = LoggerFactory.getLogger(LeaseFence.class);

    /**
     * A lease of the SDK lasts 15 seconds from the moment at which its renewal is sent, by the clock of whoever wants it next. The
     * rest is for the request itself, and for clocks that differ by a few seconds. Renewals are two seconds apart.
     */
    static final Duration VALID = Duration.ofSeconds(10);

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    /** Questions that are asked by a POST. */
    private static final String QUESTIONS = "/apis/authorization.k8s.io/";

    private final String leases;
    private final LongSupplier nanos;
    private final Runnable lost;
    /** When the attempt to renew began of which the last request on the lease is part. */
    private volatile OptionalLong asked = OptionalLong.empty();

    private volatile boolean read;
    private volatile OptionalLong renewed = OptionalLong.empty();
    private volatile boolean closed;

    /**
     * @param namespace where the lease is
     * @param nanos {@link System#nanoTime}, which goes on while the process is frozen, though not while a whole machine is suspended
     * @param lost called when this replica would write after its lease; it must keep it from writing anything more
     */
    public LeaseFence(String namespace, LongSupplier nanos, Runnable lost) {
        this.leases = "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases";
        this.nanos = nanos;
        this.lost = lost;
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        String path = request.uri().getPath();
        if (path.startsWith(leases)) {
            electing(READING.contains(request.method()));
            return;
        }
        if (request.method() == null || READING.contains(request.method())) {
            return;
        }
        if (!path.startsWith(QUESTIONS) && !leads()) {
            LOGGER.atWarn()
                    .addKeyValue("request", request.method() + " " + path)
                    .log(
                            "Not sent, because this replica has not renewed its lease in time: another one may lead; this one ends at once");
            lost.run();
            throw new KubernetesClientException("Not sent, because this replica's lease may have run out");
        }
    }

    @Override
    public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        if (!response.isSuccessful() || !request.uri().getPath().startsWith(leases)) {
            return;
        }
        read = READING.contains(request.method());
        if (!read) {
            renewed = asked;
            asked = OptionalLong.empty();
        }
    }

    /** The election takes the time first, then reads the lease, then writes that time; a request that the client repeats changes nothing in it. */
    private void electing(boolean reading) {
        long now = nanos.getAsLong();
        boolean begins = reading && (read || asked.isPresent() && now - asked.getAsLong() >= VALID.toNanos());
        if (begins || asked.isEmpty()) {
            asked = OptionalLong.of(now);
        }
        read = false;
    }

    /** From now on nothing is written, also while the lease is given back. */
    public void close() {
        closed = true;
    }

    private boolean leads() {
        OptionalLong last = renewed;
        return !closed && last.isPresent() && nanos.getAsLong() - last.getAsLong() < VALID.toNanos();
    }
}
