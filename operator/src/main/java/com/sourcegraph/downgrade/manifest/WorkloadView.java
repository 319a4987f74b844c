package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.release.Component;
import com.sourcegraph.downgrade.release.ComponentKind;
import com.sourcegraph.downgrade.release.Components;
import com.sourcegraph.downgrade.release.ImageName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What matters of a workload, be it a target or live.
 *
 * @param content the whole object
 */
record WorkloadView(JsonNode content) {

    static final Set<String> KINDS = Set.of("Deployment", "StatefulSet", "DaemonSet");

    static Optional<WorkloadView> of(JsonNode content) {
        return KINDS.contains(content.path("kind").asText(""))
                ? Optional.of(new WorkloadView(content))
                : Optional.empty();
    }

    String name() {
        return content.path("metadata").path("name").asText();
    }

    String kind() {
        return content.path("kind").asText();
    }

    JsonNode template() {
        return content.path("spec").path("template");
    }

    JsonNode podSpec() {
        return template().path("spec");
    }

    JsonNode podLabels() {
        return template().path("metadata").path("labels");
    }

    JsonNode matchLabels() {
        return content.path("spec").path("selector").path("matchLabels");
    }

    /** The pods' {@code app} label: fixed in every flavour, also where the object's name was changed. */
    String app() {
        return podLabels().path("app").asText("");
    }

    /** The images of the containers, without the init containers. */
    List<ImageName> images() {
        return images("containers");
    }

    List<ImageName> initImages() {
        return images("initContainers");
    }

    private List<ImageName> images(String field) {
        List<ImageName> result = new ArrayList<>();
        podSpec()
                .path(field)
                .forEach(container ->
                        result.add(ImageName.parse(container.path("image").asText(""))));
        return result;
    }

    /**
     * The component that its pods are: by image, and where two share one (from 5.10 on two databases do) or a registry renamed it, by its
     * {@code app} label. Exporters beside the main container do not count.
     */
    Optional<Component> component() {
        Optional<Component> byApp = Components.byObjectName(app()).or(() -> Components.byObjectName(name()));
        List<Component> byImage = images().stream()
                .flatMap(image -> Components.byImage(image.basename()).stream())
                .filter(component -> !SIDECARS.contains(component))
                .toList();
        if (byApp.isPresent() && (byImage.isEmpty() || sameKind(byApp.get(), byImage.get(0)))) {
            return byApp;
        }
        return byImage.stream().findFirst();
    }

    /** Whether a container, not counting exporters, has an image that some release ships. */
    boolean knownImage() {
        return images().stream().anyMatch(image -> Components.byImage(image.basename())
                .filter(component -> !SIDECARS.contains(component))
                .isPresent());
    }

    boolean database() {
        return component()
                .map(Component::kind)
                .filter(ComponentKind.DATABASE::equals)
                .isPresent();
    }

    private static boolean sameKind(Component one, Component other) {
        return one == other || one.kind() == ComponentKind.DATABASE && other.kind() == ComponentKind.DATABASE;
    }

    private static final Set<Component> SIDECARS =
            Set.of(Component.POSTGRES_EXPORTER, Component.REDIS_EXPORTER, Component.ALPINE);
}
