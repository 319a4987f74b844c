package com.sourcegraph.downgrade.status;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of transitions: one event and one log line each, after the status that holds them was stored. Events are best
 * effort: that one cannot be written never holds up a run.
 */
public final class Transitions {

    private static final Logger LOGGER = LoggerFactory.getLogger(Transitions.class);

    /** Kubernetes refuses longer event messages. */
    private static final int LONGEST_MESSAGE = 1024;

    private final KubernetesClient client;
    private final Clock clock;
    private final String instance;
    private final TransitionReader reader = new TransitionReader();
    private final BiConsumer<SourcegraphDowngrade, SourcegraphDowngrade> meters;

    /**
     * @param instance the operator's own pod, as the events' source
     * @param meters is told of every stored change too
     */
    public Transitions(
            KubernetesClient client,
            Clock clock,
            String instance,
            BiConsumer<SourcegraphDowngrade, SourcegraphDowngrade> meters) {
        this.client = client;
        this.clock = clock;
        this.instance = instance;
        this.meters = meters;
    }

    void tell(SourcegraphDowngrade before, SourcegraphDowngrade after) {
        meters.accept(before, after);
        for (Transition transition : reader.between(Optional.ofNullable(before.getStatus()), after.getStatus())) {
            log(after, transition);
            event(after, transition);
        }
    }

    private static void log(SourcegraphDowngrade resource, Transition transition) {
        (transition.warning() ? LOGGER.atWarn() : LOGGER.atInfo())
                .addKeyValue("namespace", resource.getMetadata().getNamespace())
                .addKeyValue("name", resource.getMetadata().getName())
                .addKeyValue("reason", transition.reason())
                .log(transition.message());
    }

    private void event(SourcegraphDowngrade resource, Transition transition) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        String message = transition.message();
        try {
            client.v1()
                    .events()
                    .inNamespace(resource.getMetadata().getNamespace())
                    .resource(new EventBuilder()
                            .withNewMetadata()
                            .withGenerateName(resource.getMetadata().getName() + ".")
                            .withNamespace(resource.getMetadata().getNamespace())
                            .endMetadata()
                            .withNewInvolvedObject()
                            .withApiVersion(resource.getApiVersion())
                            .withKind(resource.getKind())
                            .withNamespace(resource.getMetadata().getNamespace())
                            .withName(resource.getMetadata().getName())
                            .withUid(resource.getMetadata().getUid())
                            .withResourceVersion(resource.getMetadata().getResourceVersion())
                            .endInvolvedObject()
                            .withType(transition.warning() ? "Warning" : "Normal")
                            .withReason(transition.reason())
                            .withMessage(
                                    message.length() <= LONGEST_MESSAGE
                                            ? message
                                            : message.substring(0, LONGEST_MESSAGE - 1) + "…")
                            .withFirstTimestamp(now)
                            .withLastTimestamp(now)
                            .withCount(1)
                            .withNewSource()
                            .withComponent("sourcegraph-downgrade-operator")
                            .withHost(instance)
                            .endSource()
                            .withReportingComponent("sourcegraph-downgrade-operator")
                            .withReportingInstance(instance)
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            LOGGER.atWarn()
                    .addKeyValue("namespace", resource.getMetadata().getNamespace())
                    .addKeyValue("name", resource.getMetadata().getName())
                    .addKeyValue("reason", transition.reason())
                    .log("The event could not be written: {}", e.getMessage());
        }
    }
}
