package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.plan.OperatorPlace;
import java.util.Optional;

/**
 * The instance does not share its namespace with an operator that acts in others too. A pod can run as any account of its
 * namespace: manifests that are applied there could run one as the operator.
 */
final class OperatorCheck implements Check {

    private static final Found FOUND = new Found("Operator");

    @Override
    public CheckStatus judge(PreflightInput input) {
        Optional<OperatorPlace> here =
                input.operator().filter(place -> place.holds(input.situation().run()));
        if (here.filter(OperatorPlace::watchesOthers).isPresent()) {
            return FOUND.failed(
                    "The operator (" + here.get().workload() + ") runs in namespace " + input.namespace()
                            + ", as this instance does, and watches other namespaces too: target manifests applied here"
                            + " could run a pod as the operator, and so read the Secrets of those namespaces and act there",
                    "Install the operator in a namespace of its own, with the values that it has now and, where they have"
                            + " watch.scope=Namespaces, with " + input.namespace() + " in watch.namespaces: helm -n "
                            + input.namespace() + " get values RELEASE -o yaml > values.yaml; helm -n "
                            + input.namespace() + " uninstall RELEASE; helm install RELEASE CHART -f values.yaml"
                            + " -n sourcegraph-downgrade-system --create-namespace --take-ownership (Helm 3.17 or newer);"
                            + " the run goes on by itself. Or have it watch " + input.namespace()
                            + " only: watch.scope=Namespace");
        }
        return FOUND.passed(
                here.isPresent()
                        ? "The operator runs in namespace " + input.namespace() + " and watches no other"
                        : "The operator does not run in namespace " + input.namespace());
    }
}
