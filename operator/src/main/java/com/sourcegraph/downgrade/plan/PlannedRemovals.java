package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.PlanStatus;
import com.sourcegraph.downgrade.manifest.ApplyPlan;
import com.sourcegraph.downgrade.manifest.Kept;
import com.sourcegraph.downgrade.manifest.ObjectKey;
import com.sourcegraph.downgrade.manifest.Removal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Holds deletions to what the plan names: what is deleted is computed anew from what lives, and something may have appeared since a person
 * read the plan. Pure.
 */
public final class PlannedRemovals {

    /** Kinds that take each other's place from release to release. */
    private static final Set<String> SWAPPED = Set.of("Deployment", "StatefulSet");

    private final Set<String> named;
    private final boolean all;

    public PlannedRemovals(PlanStatus plan) {
        named = new HashSet<>(plan.delete());
        // A status bounds its lists, and says in a last entry how many are left out: that one is no Kind/name.
        all = named.stream().allMatch(entry -> entry.contains("/"));
    }

    /** The same plan, in which what was not planned to be deleted stays. */
    public ApplyPlan within(ApplyPlan now) {
        List<Removal> removals =
                now.removals().stream().filter(removal -> planned(removal, now)).toList();
        List<Kept> kept = new ArrayList<>(now.kept());
        unplanned(now).forEach(removal -> kept.add(new Kept(removal.key(), "The plan does not name it.")));
        return new ApplyPlan(now.objects(), removals, kept, now.findings(), now.owner());
    }

    /** What would be deleted by what lives now, and is not in the plan. */
    public List<Removal> unplanned(ApplyPlan now) {
        return now.removals().stream().filter(removal -> !planned(removal, now)).toList();
    }

    private boolean planned(Removal removal, ApplyPlan now) {
        return !all || named.contains(removal.key().toString()) || replaced(removal.key(), now);
    }

    /** By a target object of the same name that is there already: the plan counts it as a replacement, and does not name it. */
    private static boolean replaced(ObjectKey removed, ApplyPlan now) {
        return now.objects().stream()
                .map(object -> object.target().key())
                .anyMatch(target -> SWAPPED.contains(target.kind())
                        && SWAPPED.contains(removed.kind())
                        && target.withKind(removed.kind()).equals(removed));
    }
}
