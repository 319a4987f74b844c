package com.sourcegraph.downgrade.reconcile;

import com.sourcegraph.downgrade.plan.OperatorPlace;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the operator runs; every variable and default in this one place.
 *
 * @param namespaces to watch ({@code WATCH_NAMESPACES}, separated by commas); empty for all
 * @param podNamespace where the operator itself runs ({@code POD_NAMESPACE}); empty outside a cluster
 * @param podName its pod ({@code POD_NAME})
 * @param leaderElection whether several replicas agree on one that acts ({@code LEADER_ELECTION})
 * @param httpPort of probes and metrics ({@code HTTP_PORT}, default 8080; 0 chooses a free one)
 * @param leaseName the lease by which replicas agree ({@code LEASE_NAME})
 */
public record OperatorConfig(
        Set<String> namespaces,
        Optional<String> podNamespace,
        String podName,
        boolean leaderElection,
        int httpPort,
        String leaseName) {

    /**
     * How often the operator's client itself repeats a request that was not answered. Each repetition blocks a turn: a few
     * for a hiccup; an outage is the reconciler's to wait out.
     */
    public static final int CLIENT_RETRIES = 3;

    /** The operator's Deployment, as the chart names it; never scaled by a run in its own namespace. Its lease's default name. */
    static final String OWN_NAME = "sourcegraph-downgrade-operator";

    private static final int LAST_PORT = 65_535;

    private static final int LONGEST_NAME = 253;

    public OperatorConfig {
        namespaces = Set.copyOf(namespaces);
        if (leaderElection && podNamespace.isEmpty()) {
            throw new IllegalArgumentException(
                    "LEADER_ELECTION needs POD_NAMESPACE, where the lease is kept: set it from metadata.namespace");
        }
    }

    /** With the lease's default name. */
    public OperatorConfig(
            Set<String> namespaces,
            Optional<String> podNamespace,
            String podName,
            boolean leaderElection,
            int httpPort) {
        this(namespaces, podNamespace, podName, leaderElection, httpPort, OWN_NAME);
    }

    /** Reads the environment. */
    public static OperatorConfig fromEnv(Map<String, String> env) {
        Set<String> namespaces = new LinkedHashSet<>();
        Arrays.stream(env.getOrDefault("WATCH_NAMESPACES", "").split(","))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .forEach(namespaces::add);
        return new OperatorConfig(
                namespaces,
                Optional.ofNullable(env.get("POD_NAMESPACE")).filter(name -> !name.isBlank()),
                env.getOrDefault("POD_NAME", "outside-the-cluster"),
                leaderElection(env.getOrDefault("LEADER_ELECTION", "false")),
                port(env.getOrDefault("HTTP_PORT", "8080")),
                leaseName(env.getOrDefault("LEASE_NAME", OWN_NAME)));
    }

    /** Where the operator itself runs, and whether it acts beyond that namespace. */
    Optional<OperatorPlace> place() {
        return podNamespace.map(namespace -> new OperatorPlace(
                namespace, new WorkloadRef("Deployment", ownDeployment()), !namespaces.equals(Set.of(namespace))));
    }

    /** A Deployment's pod is named {@code <deployment>-<hash>-<suffix>}. */
    private String ownDeployment() {
        String[] parts = podName.split("-");
        return parts.length < 3 ? OWN_NAME : String.join("-", Arrays.copyOf(parts, parts.length - 2));
    }

    private static int port(String text) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > LAST_PORT) {
            throw new IllegalArgumentException(
                    "HTTP_PORT must be a port number from 0 to 65535, but is \"" + text + "\"");
        }
        return Integer.parseInt(text);
    }

    /** What the API server would refuse at every attempt to lead, which looks like a standby. */
    private static String leaseName(String text) {
        if (text.length() > LONGEST_NAME
                || !text.matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*")) {
            throw new IllegalArgumentException(
                    "LEASE_NAME must be the name of a Lease, such as " + OWN_NAME + ", but is \"" + text + "\"");
        }
        return text;
    }

    /** Whatever is neither is refused: a typing error must not switch off what it was to switch on. */
    private static boolean leaderElection(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalArgumentException("LEADER_ELECTION must be true or false, but is \"" + text + "\"");
        };
    }
}
