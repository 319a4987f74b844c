package com.sourcegraph.downgrade.testkit.postgres;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** Where one database is and how to get in. Read from, and written as, the environment of a frontend. */
public record DatabaseAddress(
        String host, int port, String user, String password, String database, Map<String, String> parameters) {

    public DatabaseAddress {
        parameters = Map.copyOf(parameters);
    }

    /**
     * Reads the variables as Sourcegraph's {@code postgresdsn} does: {@code PGDATASOURCE} wins whole over the single
     * variables; the variables of another schema are no fallback.
     *
     * @throws IllegalArgumentException if the data source is no URL
     */
    public static DatabaseAddress fromEnvironment(Map<String, String> environment, SchemaName schema) {
        String prefix = schema.environmentPrefix();
        String dataSource = environment.getOrDefault(prefix + "PGDATASOURCE", "");
        if (!dataSource.isEmpty()) {
            return fromDataSource(dataSource);
        }
        String host = environment.getOrDefault(prefix + "PGHOST", "127.0.0.1");
        String port = environment.getOrDefault(prefix + "PGPORT", "").replace("\"", "");
        int colon = host.lastIndexOf(':');
        if (colon >= 0 && host.indexOf(':') == colon) {
            port = port.isEmpty() ? host.substring(colon + 1) : port;
            host = host.substring(0, colon);
        }
        String user = environment.getOrDefault(prefix + "PGUSER", "postgres");
        Map<String, String> parameters = new LinkedHashMap<>();
        String sslMode = environment.getOrDefault(prefix + "PGSSLMODE", "");
        if (!sslMode.isEmpty()) {
            parameters.put("sslmode", sslMode);
        }
        return new DatabaseAddress(
                host,
                port.isEmpty() ? 5432 : Integer.parseInt(port),
                user,
                environment.getOrDefault(prefix + "PGPASSWORD", ""),
                environment.getOrDefault(prefix + "PGDATABASE", user),
                parameters);
    }

    /** The same way in, to another database of the same server. */
    DatabaseAddress database(String name) {
        return new DatabaseAddress(host, port, user, password, name, parameters);
    }

    private static DatabaseAddress fromDataSource(String dataSource) {
        URI uri = URI.create(dataSource);
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("the data source names no host");
        }
        String userInfo = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
        int colon = userInfo.indexOf(':');
        String user = decode(colon < 0 ? userInfo : userInfo.substring(0, colon));
        String path = uri.getPath() == null ? "" : uri.getPath();
        Map<String, String> parameters = new LinkedHashMap<>();
        if (uri.getRawQuery() != null) {
            for (String part : uri.getRawQuery().split("&")) {
                int equals = part.indexOf('=');
                if (equals > 0) {
                    parameters.put(decode(part.substring(0, equals)), decode(part.substring(equals + 1)));
                }
            }
        }
        return new DatabaseAddress(
                uri.getHost(),
                uri.getPort() < 0 ? 5432 : uri.getPort(),
                user,
                colon < 0 ? "" : decode(userInfo.substring(colon + 1)),
                path.length() > 1 ? path.substring(1) : user,
                parameters);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The same address as one {@code postgres://} URL, password included. */
    public String dataSource() {
        StringBuilder text = new StringBuilder("postgres://").append(encode(user));
        if (!password.isEmpty()) {
            text.append(':').append(encode(password));
        }
        text.append('@').append(host).append(':').append(port).append('/').append(encode(database));
        char separator = '?';
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            text.append(separator)
                    .append(encode(parameter.getKey()))
                    .append('=')
                    .append(encode(parameter.getValue()));
            separator = '&';
        }
        return text.toString();
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + encode(database);
    }

    /**
     * Opens a session under that application name. Parameters other than {@code sslmode} are passed to the server as
     * run-time parameters, as Sourcegraph's own connections do.
     */
    public Connection open(String applicationName) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", applicationName);
        properties.setProperty("sslmode", parameters.getOrDefault("sslmode", "disable"));
        properties.setProperty("connectTimeout", "10");
        StringBuilder options = new StringBuilder();
        parameters.forEach((name, value) -> {
            if (!name.equals("sslmode") && !name.equals("timezone")) {
                options.append(" -c ")
                        .append(name)
                        .append('=')
                        .append(value.replace("\\", "\\\\").replace(" ", "\\ "));
            }
        });
        if (!options.isEmpty()) {
            properties.setProperty("options", options.substring(1));
        }
        return DriverManager.getConnection(jdbcUrl(), properties);
    }

    /** As {@link #dataSource()} without the password, for messages. */
    @Override
    public String toString() {
        return "postgres://" + user + "@" + host + ":" + port + "/" + database;
    }
}
