package com.sourcegraph.downgrade.workload;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The databases as the frontend's environment names them: the Secrets its credentials come from and the hosts it
 * connects to.
 *
 * @param hosts the first label of each host's name, lower case
 * @param hostsComplete whether every host is known; not where one comes from a Secret
 */
record Databases(Set<String> secrets, Set<String> hosts, boolean hostsComplete) {
    /** The variables by which Sourcegraph's services and libpq are told a database; PGDATA and the like are a server's. */
    private static final Pattern CREDENTIAL = Pattern.compile("(CODEINTEL_|CODEINSIGHTS_)?PG(HOST|HOSTADDR|PORT|USER"
            + "|PASSWORD|PASSFILE|DATABASE|SSLMODE|SSLROOTCERT|SSLCERT|SSLKEY|DATASOURCE|SERVICE)");

    private static final Pattern HOST = Pattern.compile("(CODEINTEL_|CODEINSIGHTS_)?PG(HOST|HOSTADDR|DATASOURCE)");

    /** Exporters read statistics beside a database; Grafana has a rule of its own. */
    private static final Pattern HARMLESS = Pattern.compile("DATA_SOURCE_.*|PG_EXPORTER_.*|GRAFANA_PGSQL_.*");

    static final Databases NONE = new Databases(Set.of(), Set.of(), false);

    static boolean credential(String variable) {
        return CREDENTIAL.matcher(variable).matches();
    }

    static boolean host(String variable) {
        return HOST.matcher(variable).matches();
    }

    static boolean harmless(String variable) {
        return HARMLESS.matcher(variable).matches();
    }

    static boolean grafanaHost(String variable) {
        return variable.equals("GRAFANA_PGSQL_HOST");
    }

    static Databases of(PodEnvironment frontend) {
        Set<String> secrets = new HashSet<>();
        frontend.variables().stream()
                .filter(variable -> credential(variable.name()))
                .forEach(variable -> variable.secret().ifPresent(secrets::add));
        List<PodEnvironment.Variable> hostVariables = frontend.variables().stream()
                .filter(variable -> host(variable.name()))
                .toList();
        Set<String> hosts = new HashSet<>();
        hostVariables.forEach(variable -> hostIn(variable).ifPresent(hosts::add));
        boolean complete = !hostVariables.isEmpty()
                && hostVariables.stream().allMatch(variable -> hostIn(variable).isPresent());
        return new Databases(Set.copyOf(secrets), Set.copyOf(hosts), complete);
    }

    /**
     * Whether an environment provably leads to other databases than the instance's: every host on both sides is known
     * and none is the same. Names are compared by their first label, because {@code pgsql} and
     * {@code pgsql.sourcegraph.svc} are the same Service.
     */
    boolean provablyOthers(PodEnvironment environment) {
        List<PodEnvironment.Variable> hostVariables = environment.variables().stream()
                .filter(variable -> host(variable.name()))
                .toList();
        return hostsComplete
                && !hostVariables.isEmpty()
                && hostVariables.stream()
                        .map(Databases::hostIn)
                        .allMatch(host -> host.isPresent() && !hosts.contains(host.get()));
    }

    private static Optional<String> hostIn(PodEnvironment.Variable variable) {
        Optional<String> host = variable.name().endsWith("DATASOURCE")
                ? variable.value().flatMap(Databases::hostOfUri)
                : variable.value();
        return host.map(String::strip)
                .filter(text -> !text.isEmpty() && !text.contains("$("))
                .map(text -> text.toLowerCase(Locale.ROOT))
                // An address has no labels to compare by.
                .map(text -> text.matches("[0-9.]+|.*:.*") ? text : text.split("\\.", 2)[0]);
    }

    private static Optional<String> hostOfUri(String datasource) {
        try {
            return Optional.ofNullable(new URI(datasource).getHost());
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
