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

    /** A lease of the SDK lasts 15 seconds from the moment at which its renewal is sent; the rest is for the request itself. */
    static final Duration VALID = Duration.ofSeconds(13);

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    /** Questions that are asked by a POST. */
    private static final String QUESTIONS = "/apis/authorization.k8s.io/";

    private final String leases;
    private final LongSupplier nanos;
    private final Runnable lost;
    private volatile OptionalLong sent = OptionalLong.empty();
    private volatile OptionalLong renewed = OptionalLong.empty();

    /**
     * @param namespace where the lease is
     * @param nanos {@link System#nanoTime}, which goes on while the process is frozen
     * @param lost called when this replica would write after its lease; it must keep it from writing anything more
     */
    public LeaseFence(String namespace, LongSupplier nanos, Runnable lost) {
        this.leases = "/apis/coordination.k8s.io/v1/namespaces/" + namespace + "/leases";
        this.nanos = nanos;
        this.lost = lost;
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        if (request.method() == null || READING.contains(request.method())) {
            return;
        }
        String path = request.uri().getPath();
        if (path.startsWith(leases)) {
            sent = OptionalLong.of(nanos.getAsLong());
        } else if (!path.startsWith(QUESTIONS) && !leads()) {
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
        if (response.isSuccessful()
                && !READING.contains(request.method())
                && request.uri().getPath().startsWith(leases)) {
            renewed = sent;
        }
    }

    private boolean leads() {
        OptionalLong last = renewed;
        return last.isPresent() && nanos.getAsLong() - last.getAsLong() < VALID.toNanos();
    }
}
