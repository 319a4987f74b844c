package com.sourcegraph.downgrade.database;

import com.sourcegraph.downgrade.redact.SecretText;
import com.sourcegraph.downgrade.release.Schema;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Turns the environment of frontend or migrator into credentials, by the rules of the migrator: per schema, a whole
 * connection string in {@code *PGDATASOURCE} wins; else {@code *PGHOST} (which may carry a port), {@code *PGPORT} (5432),
 * {@code *PGUSER}, {@code *PGPASSWORD}, {@code *PGDATABASE} (the user's name) and {@code *PGSSLMODE}. The prefixes are
 * those of {@link Schema#envPrefix()}; variables without a prefix do not stand in for missing ones with one.
 *
 * <p>Two defaults of the migrator are not taken over, because they mean its own pod: a missing host (127.0.0.1) and a
 * missing user (that of the operating system). They are problems that name the variable.
 *
 * <p>A host without a dot is a Service beside the instance: it gets {@code .<namespace>.svc} appended, so that it
 * resolves from the operator's pod too. {@code localhost}, addresses and names with a dot stay as they are.
 */
public final class DatabaseEnvironment {
    private static final int DEFAULT_PORT = 5432;

    /** libpq's words; the driver would hand anything else on into its URL. */
    private static final Set<String> SSL_MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    /** Of a variable, in characters; a token that stands for a password has some two thousand. */
    private static final int LONGEST = 8 * 1024;

    private static final List<String> VARIABLES =
            List.of("PGDATASOURCE", "PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGSSLMODE");

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final String namespace;

    /** @param namespace the instance's namespace */
    public DatabaseEnvironment(String namespace) {
        this.namespace = namespace;
    }

    /** A schema whose credentials are, in part, in a variable that cannot be used has none: a default may lead elsewhere. */
    public ResolvedDatabases resolve(ResolvedEnvironment environment) {
        if (environment.tooLarge().isPresent()) {
            return new ResolvedDatabases(
                    Map.of(), List.of(environment.tooLarge().get()));
        }
        return resolve(environment.variables(), environment.unusable());
    }

    ResolvedDatabases resolve(Map<String, String> environment) {
        return resolve(environment, Map.of());
    }

    private ResolvedDatabases resolve(Map<String, String> environment, Map<String, String> unusable) {
        Map<Schema, DatabaseCredentials> credentials = new EnumMap<>(Schema.class);
        List<String> problems = new ArrayList<>();
        for (Schema schema : Schema.values()) {
            try {
                refuse(schema, environment, unusable);
                credentials.put(schema, resolve(schema, environment));
            } catch (ConnectionStringException e) {
                problems.add(e.getMessage());
            }
        }
        return new ResolvedDatabases(credentials, problems);
    }

    private static void refuse(Schema schema, Map<String, String> environment, Map<String, String> unusable) {
        for (String variable : VARIABLES) {
            String name = schema.envPrefix() + variable;
            if (unusable.containsKey(name)) {
                throw wrong(schema, name, unusable.get(name));
            }
            if (environment.getOrDefault(name, "").length() > LONGEST) {
                throw wrong(schema, name, "is longer than " + LONGEST / 1024 + " KiB");
            }
        }
    }

    private DatabaseCredentials resolve(Schema schema, Map<String, String> environment) {
        String source = schema.envPrefix() + "PGDATASOURCE";
        ConnectionString found = value(environment, source)
                .map(text -> ConnectionString.parse(source, text))
                .orElseGet(() -> fromVariables(schema, environment));
        String host = found.host().orElseThrow(() -> missing(schema, "PGHOST", "the host", environment));
        if (host.startsWith("/")) {
            throw new ConnectionStringException(
                    "The database of schema " + schema.id() + " is at the Unix socket " + host
                            + ", which only a pod of the instance can reach; give " + schema.envPrefix()
                            + "PGHOST a host name that the operator can reach too");
        }
        HostName hostName = HostName.parse(host)
                .orElseThrow(() -> wrong(
                        schema,
                        "PGHOST",
                        "does not name one host (a DNS name or an address, nothing before or after it)",
                        environment));
        String user = found.user().orElseThrow(() -> missing(schema, "PGUSER", "the user", environment));
        String database = found.database().orElse(user);
        if (CONTROL.matcher(user).find()) {
            throw wrong(schema, "PGUSER", "has a control character in the user's name", environment);
        }
        if (CONTROL.matcher(database).find()) {
            throw wrong(schema, "PGDATABASE", "has a control character in the database's name", environment);
        }
        if (found.sslMode().filter(mode -> !SSL_MODES.contains(mode)).isPresent()) {
            throw wrong(
                    schema,
                    "PGSSLMODE",
                    "gives an SSL mode that is none of disable, allow, prefer, require, verify-ca, verify-full",
                    environment);
        }
        return new DatabaseCredentials(
                schema,
                hostName.within(namespace),
                found.port().orElse(DEFAULT_PORT),
                database,
                user,
                new SecretText(found.password().orElse("")),
                found.sslMode());
    }

    private static ConnectionString fromVariables(Schema schema, Map<String, String> environment) {
        String prefix = schema.envPrefix();
        Optional<String> host = value(environment, prefix + "PGHOST");
        Optional<Integer> port = value(environment, prefix + "PGPORT")
                .map(text -> ConnectionString.port(
                        prefix + "PGPORT", text.replace("\"", "").replace("'", "")));
        Optional<String> hostName = host;
        if (host.isPresent() && host.get().matches("[^:]+:\\d+")) {
            int colon = host.get().lastIndexOf(':');
            hostName = Optional.of(host.get().substring(0, colon));
            if (port.isEmpty()) {
                port = Optional.of(
                        ConnectionString.port(prefix + "PGHOST", host.get().substring(colon + 1)));
            }
        }
        return new ConnectionString(
                hostName,
                port,
                value(environment, prefix + "PGDATABASE"),
                value(environment, prefix + "PGUSER"),
                // Not trimmed: a blank may belong to a password.
                Optional.ofNullable(environment.get(prefix + "PGPASSWORD")),
                value(environment, prefix + "PGSSLMODE"));
    }

    private ConnectionStringException missing(
            Schema schema, String variable, String what, Map<String, String> environment) {
        String source = schema.envPrefix() + "PGDATASOURCE";
        if (value(environment, source).isPresent()) {
            return new ConnectionStringException("Variable " + source + " of the frontend does not name " + what
                    + " of the database of schema " + schema.id() + "; add it to the connection string");
        }
        return new ConnectionStringException("Variable " + schema.envPrefix() + variable
                + " is missing from the frontend's environment (and " + source + " is not set either), so " + what
                + " of the database of schema " + schema.id()
                + " is unknown; set it in the frontend Deployment, where the migrator reads it too");
    }

    /** The value itself is not shown: where a text was cut wrongly, it may be a piece of a password. */
    private static ConnectionStringException wrong(
            Schema schema, String variable, String what, Map<String, String> environment) {
        String source = schema.envPrefix() + "PGDATASOURCE";
        String named = value(environment, source).isPresent() ? source : schema.envPrefix() + variable;
        return wrong(schema, named, what);
    }

    private static ConnectionStringException wrong(Schema schema, String variable, String what) {
        return new ConnectionStringException("Variable " + variable + " of the frontend " + what
                + ", so the database of schema " + schema.id()
                + " is not looked into; correct it in the frontend Deployment");
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }
}
