package com.sourcegraph.downgrade.reconcile;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resources as they are now, as far as it can be known: what the watch has brought, what was written since, and, where the watch
 * may be deaf, what the API server answers. Without the latter, a cancel after an outage would wait for minutes.
 */
final class CurrentResources {

    private static final Logger LOGGER = LoggerFactory.getLogger(CurrentResources.class);

    private final KubernetesClient client;
    private final WatchDoubt doubt;
    private final NewestSeen newest = new NewestSeen();

    CurrentResources(KubernetesClient client, WatchDoubt doubt) {
        this.client = client;
        this.doubt = doubt;
    }

    void wrote(SourcegraphDowngrade resource) {
        newest.wrote(resource);
    }

    /** What has been brought and written, without asking. */
    SourcegraphDowngrade known(SourcegraphDowngrade cached) {
        return newest.newest(cached);
    }

    /** Asks where it is in doubt; empty if the resource is gone. */
    Optional<SourcegraphDowngrade> current(SourcegraphDowngrade cached) {
        if (!doubt.of(cached)) {
            return Optional.of(known(cached));
        }
        try {
            SourcegraphDowngrade asked = client.resource(cached).get();
            if (asked == null
                    || !asked.getMetadata().getUid().equals(cached.getMetadata().getUid())) {
                return Optional.empty();
            }
            newest.wrote(asked);
        } catch (KubernetesClientException e) {
            // The turn finds out by itself whether it can do without an API server.
            LOGGER.atDebug().setCause(e).log("The resource could not be asked for");
        }
        return Optional.of(known(cached));
    }

    /** The watch tells of nothing more, or of nothing that counts. */
    void forget(String uid) {
        newest.forget(uid);
        doubt.forget(uid);
    }
}
