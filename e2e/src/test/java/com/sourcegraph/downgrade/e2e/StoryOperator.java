package com.sourcegraph.downgrade.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;

/** The one operator of all stories, which sees their namespaces only: so that tests with operators of their own go on beside it. */
final class StoryOperator implements AutoCloseable {

    static final List<String> NAMESPACES = List.of(
            "e2e-kubectl",
            "e2e-approval",
            "e2e-cancel",
            "e2e-repaired",
            "e2e-suspend",
            "e2e-refuses",
            "e2e-session",
            "e2e-writer",
            "e2e-by-hand",
            "e2e-sql-error",
            "e2e-hanging",
            "e2e-disturbed",
            "e2e-rollback");

    private static final String NAMESPACE = "e2e-stories";

    private final GivenCluster cluster = new GivenCluster();
    private final InstalledOperator operator;

    /** The namespaces come first: in each the chart creates a role. */
    StoryOperator() {
        List<String> delete = new ArrayList<>(List.of("delete", "namespace", "--ignore-not-found", "--wait"));
        delete.addAll(NAMESPACES);
        delete.add(NAMESPACE);
        cluster.kubectl(delete.toArray(String[]::new));
        NAMESPACES.forEach(name -> cluster.kubectl("create", "namespace", name));
        cluster.kubectl("create", "namespace", NAMESPACE);
        cluster.restrict(NAMESPACE);
        operator = new InstalledOperator(
                cluster,
                "helm3",
                NAMESPACE,
                "watch.scope=Namespaces",
                "watch.namespaces={" + String.join(",", NAMESPACES) + "}");
    }

    GivenCluster cluster() {
        return cluster;
    }

    List<Pod> pods() {
        return operator.pods();
    }

    /** What it has logged of one namespace. */
    List<String> log(String namespace) {
        return operator.log().lines().filter(line -> line.contains(namespace)).toList();
    }

    /** Whatever the stories are of, no line of the log may hold a password, nor a stack trace that names no namespace. */
    @Override
    public void close() {
        String log = new Evidence(cluster).operatorLog(NAMESPACE);
        try {
            operator.close();
            cluster.kubectl("delete", "namespace", NAMESPACE, "--wait=false");
        } finally {
            cluster.close();
        }
        assertThat(NAMESPACES).as("namespaces that the log tells of").anyMatch(log::contains);
        assertThat(log).doesNotContain("password");
    }
}
