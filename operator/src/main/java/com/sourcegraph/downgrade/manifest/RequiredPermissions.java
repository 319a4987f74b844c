package com.sourcegraph.downgrade.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rights that a plan's writes need in the instance's namespace. Pure: someone else asks whether they are granted.
 *
 * <p>{@code update} is needed for the dry run, which is authorized like the write it stands for; {@code patch} for the apply itself.
 */
public final class RequiredPermissions {

    private final KindCatalog catalog = new KindCatalog();

    /** Each right once, in a stable order, with the first object that needs it. */
    public List<Permission> of(ApplyPlan plan) {
        Map<String, Permission> result = new LinkedHashMap<>();
        for (ObjectPlan object : plan.objects()) {
            String apiVersion = object.target().apiVersion();
            for (String verb : verbs(object, plan.owner())) {
                add(result, verb, apiVersion, object.key());
            }
            object.replaces().ifPresent(replaced -> delete(result, replaced));
        }
        for (Removal removal : plan.removals()) {
            delete(result, removal.live());
        }
        return List.copyOf(result.values());
    }

    private static List<String> verbs(ObjectPlan object, InstanceOwner owner) {
        List<String> verbs = new ArrayList<>();
        switch (object.action()) {
            case UPDATE -> verbs.addAll(List.of("update", "patch"));
            case CREATE, SWAP_KIND, RECREATE -> {
                verbs.add("create");
                if (owner.style() == InstanceOwner.Style.SERVER_SIDE_APPLY) {
                    verbs.add("patch");
                }
            }
            case UNCHANGED, KEEP, SKIP_CLUSTER_SCOPED, SKIP_UNSERVED -> {
                // Nothing is written.
            }
        }
        return verbs;
    }

    /** What is being deleted already is only waited for. */
    private void delete(Map<String, Permission> result, LiveObject live) {
        if (!live.terminating()) {
            add(result, "delete", live.apiVersion(), live.key());
        }
    }

    private void add(Map<String, Permission> result, String verb, String apiVersion, ObjectKey key) {
        String resource = catalog.find(apiVersion, key.kind())
                .map(ServedKind::plural)
                .orElseGet(() -> ServedKind.guessPlural(key.kind()));
        result.putIfAbsent(
                verb + " " + key.apiGroup() + "/" + resource,
                new Permission(verb, key.apiGroup(), resource, verb + " " + key));
    }
}
