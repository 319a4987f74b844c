package com.sourcegraph.downgrade.testkit.contract;

import com.sourcegraph.downgrade.testkit.cluster.GivenKubeconfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A real kube-apiserver with its controllers, which {@code -Dtest.kubeconfig=FILE} names: it still answers as the golden
 * files say. {@code -Dgolden.write=true} writes them anew. Most of a scenario is waiting, and each has a namespace of its own: so they
 * go side by side.
 */
@Tag("real-apiserver")
@Execution(ExecutionMode.CONCURRENT)
class RealApiServerContractTest extends Contract {
    @Override
    ApiUnderTest connect() {
        String kubeconfig = System.getProperty("test.kubeconfig", "");
        if (kubeconfig.isEmpty()) {
            String skipped =
                    "SKIPPED: no real kube-apiserver has been asked for the contract of the in-memory API; name a"
                            + " cluster's kubeconfig with -Dtest.kubeconfig=FILE to have it done";
            System.err.println(skipped);
            Assumptions.abort(skipped);
        }
        // The scenarios' namespaces go by themselves; the definitions stay, as another run may be using them.
        return new ApiUnderTest(new RawClient(new GivenKubeconfig(Path.of(kubeconfig)).config()), false, () -> {});
    }
}
