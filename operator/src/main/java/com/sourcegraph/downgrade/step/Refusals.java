package com.sourcegraph.downgrade.step;

import com.sourcegraph.downgrade.access.ImpersonatingClients;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.Stop;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;

/** Turns what an API server refuses into what a person can do about it. */
final class Refusals {

    private static final Duration RACE = Duration.ofMillis(200);
    private static final Duration OUTAGE = Duration.ofSeconds(2);
    private static final int UNPROCESSABLE = 422;

    Effect translate(KubernetesClientException e, ActionContext context) {
        return switch (e.getCode()) {
            case HttpURLConnection.HTTP_CONFLICT, HttpURLConnection.HTTP_NOT_FOUND ->
                new Effect.Again("Something has changed in between: " + e.getMessage(), RACE);
            case HttpURLConnection.HTTP_FORBIDDEN -> new Effect.Refused(forbidden(context.situation(), e));
            case HttpURLConnection.HTTP_BAD_REQUEST, UNPROCESSABLE ->
                new Effect.Refused(refused(context.situation(), e.getMessage()));
            default -> new Effect.Again("The API server did not answer as it should: " + e.getMessage(), OUTAGE);
        };
    }

    /** Kubernetes says 403 also where a quota or a policy refuses; a missing right names the user and what it cannot do. */
    static boolean lacksRight(String message) {
        return message != null && message.contains(" cannot ") && message.contains("resource");
    }

    private static Stop forbidden(Situation situation, KubernetesClientException e) {
        String account = situation.spec().serviceAccountName();
        String namespace = situation.run().namespace();
        String message = e.getMessage();
        if (ImpersonatingClients.refused(e)) {
            return new Stop(
                    Reason.APPLY_REFUSED,
                    "The operator may not act as service account " + account + " any more: " + message,
                    "Have whoever installed the operator add " + account
                            + " to impersonate.serviceAccountNames (helm upgrade, --reuse-values); the run goes on by itself:"
                            + " kubectl auth can-i impersonate serviceaccounts/" + account + " -n " + namespace
                            + " --as=system:serviceaccount:OPERATOR_NAMESPACE:OPERATOR_ACCOUNT");
        }
        if (!lacksRight(message)) {
            return refused(situation, message);
        }
        return new Stop(
                Reason.APPLY_REFUSED,
                "Service account " + account + " lacks a right: " + message,
                "Grant it; the run goes on by itself. Its rights now: kubectl auth can-i --list -n " + namespace
                        + " --as=system:serviceaccount:" + namespace + ":" + account);
    }

    static Stop refused(Situation situation, String message) {
        return new Stop(
                Reason.APPLY_REFUSED,
                "The API server refuses: " + message,
                "Repair what it names; the run goes on by itself: "
                        + situation
                                .run()
                                .kubectl("describe sgdowngrade "
                                        + situation.run().name()));
    }
}
