package com.sourcegraph.downgrade.database;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@code PGDATASOURCE} says, in either of libpq's forms: {@code postgres://user:password@host:port/db?sslmode=…}
 * or {@code host=… port=… user=… password='…' dbname=… sslmode=…}. Of several hosts the first is taken, as a client
 * would try it first.
 */
record ConnectionString(
        Optional<String> host,
        Optional<Integer> port,
        Optional<String> database,
        Optional<String> user,
        Optional<String> password,
        Optional<String> sslMode) {
    /** The authority ends at the first slash or question mark after the last {@code @}: a raw password may hold both. */
    private static final Pattern URL =
            Pattern.compile("(?i)postgres(?:ql)?://(?:(?<user>[^:@/?]*+)(?::(?<password>.*))?@)?(?<hosts>[^@/?]*+)"
                    + "(?:/(?<database>[^?@]*+))?(?:\\?(?<query>[^@]*+))?");

    // Possessive: a repeated choice that could be taken back costs a stack frame for each of its characters.

    private static final Pattern PAIR = Pattern.compile(
            "\\s*+(?<key>\\w++)\\s*+=\\s*+(?:'(?<quoted>(?:[^'\\\\]|\\\\.)*+)'|(?<bare>(?!')(?:[^\\s\\\\]|\\\\.)*+))");

    private static final Pattern HOST_PORT = Pattern.compile("(?<host>\\[[^]]*+]|[^:]*+)(?::(?<port>\\d*+))?");

    /**
     * @param text of bounded length: a URL's many at-signs cost more than their number
     * @param variable where the text comes from, for the message; the text itself is never shown
     */
    static ConnectionString parse(String variable, String text) {
        Matcher url = URL.matcher(text);
        Map<String, String> settings;
        if (url.matches()) {
            settings = fromUrl(variable, url);
        } else if (text.contains("://")) {
            throw new ConnectionStringException(
                    "Variable " + variable
                            + " of the frontend is no PostgreSQL URL; write it like postgres://user:password@host:5432/database");
        } else {
            settings = fromPairs(variable, text);
        }
        String host = settings.get("host");
        String port = settings.get("port");
        return new ConnectionString(
                given(host == null ? null : host.split(",", 2)[0]),
                given(port == null ? null : port.split(",", 2)[0]).map(number -> port(variable, number)),
                given(settings.get("dbname")),
                given(settings.get("user")),
                Optional.ofNullable(settings.get("password")),
                given(settings.get("sslmode")));
    }

    static int port(String variable, String text) {
        try {
            int port = Integer.parseInt(text.strip());
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Told below, together with numbers out of range.
        }
        throw new ConnectionStringException("Variable " + variable
                + " of the frontend does not give a port between 1 and 65535; correct it in the frontend Deployment");
    }

    private static Map<String, String> fromUrl(String variable, Matcher url) {
        Map<String, String> settings = new HashMap<>();
        put(settings, "user", decoded(url.group("user")));
        put(settings, "password", decoded(url.group("password")));
        put(settings, "dbname", decoded(url.group("database")));
        String hosts = url.group("hosts");
        if (!hosts.isEmpty()) {
            Matcher first = HOST_PORT.matcher(hosts.split(",", 2)[0]);
            if (!first.matches()) {
                throw new ConnectionStringException("Variable " + variable
                        + " of the frontend names a host that cannot be read; write it like host:5432");
            }
            put(settings, "host", decoded(first.group("host").replace("[", "").replace("]", "")));
            put(settings, "port", first.group("port"));
        }
        String query = url.group("query");
        if (query != null) {
            for (String part : query.split("&")) {
                int equals = part.indexOf('=');
                if (equals > 0) {
                    String key = part.substring(0, equals);
                    put(settings, key.equals("database") ? "dbname" : key, decoded(part.substring(equals + 1)));
                }
            }
        }
        return settings;
    }

    private static Map<String, String> fromPairs(String variable, String text) {
        Map<String, String> settings = new HashMap<>();
        Matcher pair = PAIR.matcher(text);
        int end = 0;
        while (pair.region(end, text.length()).lookingAt()) {
            String raw = pair.group("quoted") != null ? pair.group("quoted") : pair.group("bare");
            String key = pair.group("key");
            settings.put(key.equals("database") ? "dbname" : key, raw.replaceAll("\\\\(.)", "$1"));
            end = pair.end();
        }
        if (settings.isEmpty() || !text.substring(end).isBlank()) {
            throw new ConnectionStringException("Variable " + variable
                    + " of the frontend is no connection string; write it like postgres://user:password@host:5432/database"
                    + " or host=… user=… password=… dbname=…");
        }
        return settings;
    }

    private static void put(Map<String, String> settings, String key, String value) {
        if (value != null && !value.isEmpty()) {
            settings.put(key, value);
        }
    }

    /** Percent-decoding as in a URL's authority, where a plus is a plus; a stray percent sign is taken as it is. */
    private static String decoded(String text) {
        if (text == null || text.indexOf('%') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static Optional<String> given(String text) {
        return Optional.ofNullable(text).map(String::strip).filter(value -> !value.isEmpty());
    }

    @Override
    public String toString() {
        return "ConnectionString[host=" + host.orElse("") + "]";
    }
}
