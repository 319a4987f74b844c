package com.sourcegraph.downgrade.e2e;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips end-to-end tests where no cluster is given for them, and says so. */
final class ClusterCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (GivenCluster.kubeconfig().isPresent()) {
            return ConditionEvaluationResult.enabled("a cluster is given");
        }
        if (context.getTestMethod().isEmpty()) {
            System.err.println("SKIPPED: " + context.getDisplayName()
                    + " needs a Kubernetes cluster; run e2e/run, or give -De2e.kubeconfig=FILE");
        }
        return ConditionEvaluationResult.disabled("no cluster is given: -De2e.kubeconfig");
    }
}
