package com.sourcegraph.downgrade.manifest;

import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.stream.Collectors;

/**
 * What an API server's error means.
 *
 * @param kind what to do about it
 * @param message for people, in the server's words
 */
record Refusal(Kind kind, String message) {

    /** What to do about an error. */
    enum Kind {
        /** A right is missing (RBAC). Other admission also answers 403, and repeating that does not help either. */
        FORBIDDEN,
        /** Someone was faster: look again. */
        CONFLICT,
        /** The object, or its kind, is not there. */
        NOT_FOUND,
        /** The object is not accepted. */
        REJECTED,
        /** Not now. */
        UNAVAILABLE
    }

    static Refusal of(KubernetesClientException e) {
        String message = message(e);
        return new Refusal(
                switch (e.getCode()) {
                    case 401 -> Kind.UNAVAILABLE;
                    case 403 -> lacksRight(message) ? Kind.FORBIDDEN : Kind.REJECTED;
                    case 404 -> Kind.NOT_FOUND;
                    case 409 -> Kind.CONFLICT;
                    case 400, 405, 406, 410, 413, 415, 422 -> Kind.REJECTED;
                    default -> neverTyped(message) ? Kind.REJECTED : Kind.UNAVAILABLE;
                },
                message);
    }

    /** A server-side apply answers some mistakes in a manifest as an internal error, and always will. */
    private static boolean neverTyped(String message) {
        return message.contains("duplicate entries for key") || message.contains("field not declared in schema");
    }

    /** RBAC's own sentence: {@code User "x" cannot patch resource "deployments" in API group "apps" in the namespace "y"}. */
    private static boolean lacksRight(String message) {
        return message.contains(" cannot ") && message.contains(" resource ");
    }

    private static String message(KubernetesClientException e) {
        if (e.getStatus() == null) {
            return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        }
        String message = e.getStatus().getMessage();
        if (message == null || message.isBlank()) {
            boolean causes = e.getStatus().getDetails() != null
                    && e.getStatus().getDetails().getCauses() != null;
            return causes
                    ? e.getStatus().getDetails().getCauses().stream()
                            .map(StatusCause::getMessage)
                            .collect(Collectors.joining("; "))
                    : String.valueOf(e.getMessage());
        }
        return message;
    }
}
