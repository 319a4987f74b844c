package com.sourcegraph.downgrade.access;

import io.fabric8.kubernetes.api.model.authorization.v1.ResourceRule;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Asks the API server which rights a client's user lacks. One request tells most of it; only what the list of rules does
 * not show is asked for one by one, because the list may be incomplete where a cluster authorises by other means.
 */
public final class AccessReviewer {

    /** A right in a namespace. */
    public record Right(String verb, String apiGroup, String resource) {}

    /** The rights among these that the client's user lacks. */
    public List<Right> missing(KubernetesClient client, String namespace, Collection<Right> wanted) {
        List<ResourceRule> rules = rules(client, namespace);
        List<Right> missing = new ArrayList<>();
        for (Right right : wanted) {
            if (rules.stream().noneMatch(rule -> grants(rule, right)) && !allowed(client, namespace, right)) {
                missing.add(right);
            }
        }
        return missing;
    }

    private static List<ResourceRule> rules(KubernetesClient client, String namespace) {
        SelfSubjectRulesReview review = client.resource(new SelfSubjectRulesReviewBuilder()
                        .withNewSpec()
                        .withNamespace(namespace)
                        .endSpec()
                        .build())
                .create();
        return review.getStatus() == null || review.getStatus().getResourceRules() == null
                ? List.of()
                : review.getStatus().getResourceRules();
    }

    private static boolean grants(ResourceRule rule, Right right) {
        return has(rule.getVerbs(), right.verb())
                && has(rule.getApiGroups(), right.apiGroup())
                && has(rule.getResources(), right.resource())
                && (rule.getResourceNames() == null || rule.getResourceNames().isEmpty());
    }

    private static boolean has(List<String> granted, String wanted) {
        return granted != null && (granted.contains("*") || granted.contains(wanted));
    }

    private static boolean allowed(KubernetesClient client, String namespace, Right right) {
        SelfSubjectAccessReview review = client.resource(new SelfSubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withNewResourceAttributes()
                        .withNamespace(namespace)
                        .withVerb(right.verb())
                        .withGroup(right.apiGroup())
                        .withResource(right.resource())
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .create();
        return review.getStatus() != null
                && Boolean.TRUE.equals(review.getStatus().getAllowed());
    }
}
