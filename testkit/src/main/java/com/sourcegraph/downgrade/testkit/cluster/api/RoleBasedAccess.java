package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.request.AccessPolicy;
import com.sourcegraph.downgrade.testkit.cluster.store.ObjectStore;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceCatalog;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Access by the Roles, ClusterRoles and bindings that are stored in the cluster, as RBAC decides it. The administrator
 * ({@value #ADMINISTRATOR}) may do everything. Aggregated ClusterRoles and the built-in ones are not there.
 */
public final class RoleBasedAccess implements AccessPolicy {
    static final String ADMINISTRATOR = "system:admin";

    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final String ACCOUNT = "system:serviceaccount:";

    private final ObjectStore store;
    private final ResourceType roles;
    private final ResourceType clusterRoles;
    private final ResourceType bindings;
    private final ResourceType clusterBindings;

    public RoleBasedAccess(ObjectStore store, ResourceCatalog catalog) {
        this.store = store;
        this.roles = catalog.required(GROUP, "roles");
        this.clusterRoles = catalog.required(GROUP, "clusterroles");
        this.bindings = catalog.required(GROUP, "rolebindings");
        this.clusterBindings = catalog.required(GROUP, "clusterrolebindings");
    }

    @Override
    public boolean allows(Attempt attempt) {
        if (attempt.user().equals(ADMINISTRATOR)) {
            return true;
        }
        for (ObjectNode binding : store.list(clusterBindings, null)) {
            if (binds(binding, attempt.user()) && grants(binding, attempt)) {
                return true;
            }
        }
        if (attempt.namespace().isEmpty()) {
            return false;
        }
        for (ObjectNode binding : store.list(bindings, attempt.namespace())) {
            if (binds(binding, attempt.user()) && grants(binding, attempt)) {
                return true;
            }
        }
        return false;
    }

    /** What that user may do in the namespace, or everywhere where that is null, as a review of rules lists it. */
    ArrayNode rules(String user, String namespace) {
        ArrayNode rules = Nodes.array();
        // What system:basic-user grants to everybody.
        rule(rules, "authorization.k8s.io", "selfsubjectaccessreviews", "selfsubjectrulesreviews");
        rule(rules, "authentication.k8s.io", "selfsubjectreviews");
        List<ObjectNode> all = new ArrayList<>(store.list(clusterBindings, null));
        if (namespace != null) {
            all.addAll(store.list(bindings, namespace));
        }
        for (ObjectNode binding : all) {
            if (binds(binding, user)) {
                for (JsonNode rule : Nodes.each(role(binding), "rules")) {
                    rules.add(rule);
                }
            }
        }
        return rules;
    }

    private static void rule(ArrayNode rules, String group, String... resources) {
        ObjectNode rule = rules.addObject();
        rule.putArray("verbs").add("create");
        rule.putArray("apiGroups").add(group);
        ArrayNode names = rule.putArray("resources");
        for (String resource : resources) {
            names.add(resource);
        }
    }

    /** The groups of a user that nobody has given it: a service account has those of its namespace. */
    static List<String> groups(String user) {
        return user.startsWith(ACCOUNT)
                ? List.of(
                        "system:serviceaccounts",
                        "system:serviceaccounts:"
                                + user.substring(ACCOUNT.length()).split(":", 2)[0],
                        "system:authenticated")
                : List.of("system:authenticated");
    }

    /** The rules of the role that a binding names; empty if there is none. */
    Optional<ArrayNode> bound(ObjectNode binding) {
        return Optional.ofNullable(role(binding)).map(role -> {
            ArrayNode rules = Nodes.array();
            Nodes.each(role, "rules").forEach(rules::add);
            return rules;
        });
    }

    private static boolean binds(ObjectNode binding, String user) {
        List<String> groups = groups(user);
        for (JsonNode subject : Nodes.each(binding, "subjects")) {
            String name = Nodes.text(subject, "name");
            boolean bound =
                    switch (String.valueOf(Nodes.text(subject, "kind"))) {
                        case "User" -> user.equals(name);
                        case "Group" -> groups.contains(name);
                        case "ServiceAccount" -> {
                            String namespace = Nodes.text(subject, "namespace");
                            if (namespace == null) {
                                namespace = Nodes.namespace(binding);
                            }
                            yield user.equals(ACCOUNT + namespace + ":" + name);
                        }
                        default -> false;
                    };
            if (bound) {
                return true;
            }
        }
        return false;
    }

    private boolean grants(ObjectNode binding, Attempt attempt) {
        for (JsonNode rule : Nodes.each(role(binding), "rules")) {
            if (covers(rule, attempt)) {
                return true;
            }
        }
        return false;
    }

    private ObjectNode role(ObjectNode binding) {
        String name = Nodes.text(binding, "roleRef", "name");
        boolean cluster = "ClusterRole".equals(Nodes.text(binding, "roleRef", "kind"));
        return cluster ? store.get(clusterRoles, null, name) : store.get(roles, Nodes.namespace(binding), name);
    }

    private static boolean covers(JsonNode rule, Attempt attempt) {
        if (!contains(rule, "verbs", attempt.verb())) {
            return false;
        }
        if (!attempt.path().isEmpty()) {
            return contains(rule, "nonResourceURLs", attempt.path());
        }
        String resource =
                attempt.subresource().isEmpty() ? attempt.resource() : attempt.resource() + "/" + attempt.subresource();
        boolean named = Nodes.at(rule, "resourceNames") == null
                || rule.get("resourceNames").isEmpty()
                || contains(rule, "resourceNames", attempt.name());
        return contains(rule, "apiGroups", attempt.group())
                && (contains(rule, "resources", resource)
                        || !attempt.subresource().isEmpty()
                                && contains(rule, "resources", "*/" + attempt.subresource()))
                && named;
    }

    private static boolean contains(JsonNode rule, String list, String wanted) {
        for (JsonNode one : Nodes.each(rule, list)) {
            boolean any = one.asText().equals("*") && !list.equals("resourceNames");
            if (any || one.asText().equals(wanted)) {
                return true;
            }
        }
        return false;
    }
}
