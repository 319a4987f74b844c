package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.request.AccessPolicy;

/** The {@code authorization.k8s.io/v1} reviews, answered by the cluster's policy. */
final class AccessReviews {
    private final AccessPolicy policy;

    AccessReviews(AccessPolicy policy) {
        this.policy = policy;
    }

    ObjectNode answer(String plural, ObjectNode review, String user) {
        boolean access = plural.endsWith("subjectaccessreviews");
        if (access
                && Nodes.at(review, "spec", "resourceAttributes") == null
                && Nodes.at(review, "spec", "nonResourceAttributes") == null) {
            throw new StatusException(
                    422,
                    "Invalid",
                    "spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes"
                            + " must be specified",
                    null);
        }
        ObjectNode result = review.deepCopy();
        result.put("apiVersion", "authorization.k8s.io/v1");
        ObjectNode status = result.putObject("status");
        switch (plural) {
            case "selfsubjectaccessreviews" -> decide(review, user, status);
            case "subjectaccessreviews", "localsubjectaccessreviews" ->
                decide(review, String.valueOf(Nodes.text(review, "spec", "user")), status);
            case "selfsubjectrulesreviews" -> {
                rules(text(Nodes.at(review, "spec"), "namespace"), user, status);
                result.putObject("spec");
            }
            default -> throw StatusException.notSupported("authorization.k8s.io/v1 " + plural);
        }
        return result;
    }

    private void decide(ObjectNode review, String user, ObjectNode status) {
        JsonNode resource = Nodes.at(review, "spec", "resourceAttributes");
        JsonNode other = Nodes.at(review, "spec", "nonResourceAttributes");
        AccessPolicy.Attempt attempt = new AccessPolicy.Attempt(
                user,
                text(resource == null ? other : resource, "verb"),
                text(resource, "group"),
                text(resource, "resource"),
                text(resource, "subresource"),
                text(resource, "namespace"),
                text(resource, "name"),
                text(other, "path"));
        status.put("allowed", policy.allows(attempt));
    }

    /**
     * Roles can be listed. Another policy is a function, whose rules cannot: whoever may do everything is told so, everybody
     * else hears nothing, and that this is not all, as in a cluster whose rules are kept elsewhere.
     */
    private void rules(String namespace, String user, ObjectNode status) {
        ArrayNode rules = status.putArray("resourceRules");
        if (policy instanceof RoleBasedAccess roles) {
            rules.addAll(roles.rules(user, namespace));
            status.putArray("nonResourceRules");
            status.put("incomplete", false);
            return;
        }
        if (policy.allows(new AccessPolicy.Attempt(user, "*", "*", "*", "", namespace, "", ""))) {
            ObjectNode all = rules.addObject();
            for (String member : new String[] {"verbs", "apiGroups", "resources"}) {
                all.putArray(member).add("*");
            }
        }
        status.putArray("nonResourceRules");
        status.put("incomplete", true);
    }

    private static String text(JsonNode node, String member) {
        String value = Nodes.text(node, member);
        return value == null ? "" : value;
    }
}
