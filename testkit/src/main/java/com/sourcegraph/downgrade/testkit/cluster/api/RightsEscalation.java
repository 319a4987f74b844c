package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.request.AccessPolicy;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.List;
import java.util.Optional;

/**
 * Refuses roles and bindings that would give away rights that their writer does not have, unless it has the verbs
 * {@code escalate} or {@code bind}. Only where access is decided by roles: another policy has no rules to compare.
 */
final class RightsEscalation {
    private static final String GROUP = "rbac.authorization.k8s.io";

    private final AccessPolicy policy;

    RightsEscalation(AccessPolicy policy) {
        this.policy = policy;
    }

    /**
     * What a write by that user still has to stand, once it is known what would become of the object.
     *
     * @param name in the request's path; empty for a create
     */
    WriteJudge judge(String user, String name) {
        return (resource, object, live) -> {
            boolean asked = resource.group().equals(GROUP)
                    && policy instanceof RoleBasedAccess
                    && !RoleBasedAccess.ADMINISTRATOR.equals(user)
                    && !onlyKeptDifferently(live, object);
            if (asked) {
                refuse((RoleBasedAccess) policy, user, name, resource, placed(object, live));
            }
        };
    }

    /** A body need not name the namespace that it is sent to. */
    private static ObjectNode placed(ObjectNode object, ObjectNode live) {
        ObjectNode placed = object.deepCopy();
        if (live != null && Nodes.namespace(live) != null) {
            Nodes.metadata(placed).put("namespace", Nodes.namespace(live));
        }
        return placed;
    }

    private void refuse(RoleBasedAccess access, String user, String name, ResourceType resource, ObjectNode object) {
        String namespace = resource.namespaced() ? Nodes.namespace(object) : null;
        boolean binding = resource.plural().endsWith("bindings");
        if (may(user, name, binding, resource, namespace, object)) {
            return;
        }
        ArrayNode given = binding ? bound(access, resource, object) : rules(object);
        List<RbacRule> held = RbacRule.all(access.rules(user, namespace));
        List<RbacRule> missing = RbacRule.all(given).stream()
                .flatMap(rule -> rule.single().stream())
                .filter(single -> held.stream().noneMatch(rule -> rule.covers(single)))
                .toList();
        if (!missing.isEmpty()) {
            throw StatusException.forbidden(
                    resource,
                    Nodes.name(object),
                    "user \"" + user + "\" (groups=" + RbacRule.quoted(RoleBasedAccess.groups(user))
                            + ") is attempting to grant RBAC permissions not currently held:\n"
                            + RbacRule.shown(missing));
        }
    }

    private boolean may(
            String user, String name, boolean binding, ResourceType resource, String namespace, ObjectNode object) {
        String where = Optional.ofNullable(namespace).orElse("");
        if (!binding) {
            return policy.allows(
                    new AccessPolicy.Attempt(user, "escalate", GROUP, resource.plural(), "", where, name, ""));
        }
        String roles = "ClusterRole".equals(Nodes.text(object, "roleRef", "kind")) ? "clusterroles" : "roles";
        return policy.allows(new AccessPolicy.Attempt(
                user, "bind", GROUP, roles, "", where, Nodes.text(object, "roleRef", "name"), ""));
    }

    private static ArrayNode bound(RoleBasedAccess access, ResourceType resource, ObjectNode binding) {
        // In the server's words the role is a binding, too.
        return access.bound(binding)
                .orElseThrow(() -> StatusException.notFound(resource, Nodes.text(binding, "roleRef", "name")));
    }

    private static ArrayNode rules(ObjectNode role) {
        ArrayNode rules = Nodes.array();
        Nodes.each(role, "rules").forEach(rules::add);
        return rules;
    }

    /** What an update may always change: who holds or owns an object, so that it can go. A body without a version changes that, too. */
    private static boolean onlyKeptDifferently(ObjectNode live, ObjectNode object) {
        return live != null && comparable(live).equals(comparable(object));
    }

    private static ObjectNode comparable(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        Nodes.metadata(copy).remove(List.of("managedFields", "ownerReferences", "finalizers"));
        return copy;
    }
}
