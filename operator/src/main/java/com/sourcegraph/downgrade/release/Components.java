package com.sourcegraph.downgrade.release;

import java.util.Arrays;
import java.util.Optional;

/** Finds a {@link Component} by what an object, an image or a session shows of it. */
public final class Components {
    private Components() {}

    /**
     * The component that an image is, by {@link ImageName#basename()}. From 5.10 on the frontend's and code intel's
     * databases share one image: it is answered with {@link Component#PGSQL}; the kind is right for both.
     */
    public static Optional<Component> byImage(String basename) {
        return Arrays.stream(Component.values())
                .filter(component -> component.hasImage(basename))
                .findFirst();
    }

    /** The component whose workload or Service releases give that name. */
    public static Optional<Component> byObjectName(String objectName) {
        return Arrays.stream(Component.values())
                .filter(component -> component.knownName(objectName))
                .findFirst();
    }

    /** The component whose sessions carry that {@code application_name}. */
    public static Optional<Component> byApplicationName(String applicationName) {
        return Arrays.stream(Component.values())
                .filter(component -> component.opensSessionsAs(applicationName))
                .findFirst();
    }

    /** Whether any release ships a workload or Service of that name. */
    public static boolean knownName(String objectName) {
        return byObjectName(objectName).isPresent();
    }
}
