package com.sourcegraph.downgrade.reconcile;

import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import com.sourcegraph.downgrade.plan.PlanDigest;
import java.util.LinkedHashMap;
import java.util.Map;

/** SHA-256 over the part of a spec that cannot change: by it a resource is recognised when it comes back. */
final class SpecDigest {

    private final PlanDigest digest = new PlanDigest();

    String of(SourcegraphDowngradeSpec spec) {
        Map<String, Object> fixed = new LinkedHashMap<>();
        fixed.put("to", spec.to());
        fixed.put("from", spec.from());
        fixed.put("strategy", spec.strategy());
        fixed.put("mode", spec.mode());
        fixed.put("manifests", spec.manifests());
        return digest.digest(fixed);
    }
}
