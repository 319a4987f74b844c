package com.sourcegraph.downgrade.database;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One host: a DNS name, an IPv4 or an IPv6 address, and nothing else.
 *
 * <p>The text comes from the instance's namespace and the PostgreSQL driver writes it into a URL as it is: a slash,
 * question mark or ampersand in it would set options of a connection that the operator's own process makes.
 */
record HostName(String text) {
    private static final int LONGEST = 253;

    /** An underscore is in no host name by the letter, and in many by custom. */
    private static final Pattern DNS = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
            + "(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\\.?");

    private static final Pattern GROUP = Pattern.compile("[0-9A-Fa-f]{1,4}");
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final int IPV6_GROUPS = 8;

    /** @return empty if the text is more or less than a host */
    static Optional<HostName> parse(String text) {
        String host = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        boolean bracketed = host.length() != text.length();
        boolean valid = host.indexOf(':') >= 0
                ? isIpv6(host)
                : !bracketed && host.length() <= LONGEST && DNS.matcher(host).matches();
        return valid ? Optional.of(new HostName(host)) : Optional.empty();
    }

    /**
     * The name as the operator's pod reaches it: a single label is a Service beside the instance and gets {@code
     * .<namespace>.svc} appended.
     */
    String within(String namespace) {
        boolean reached = text.equals("localhost") || text.contains(".") || text.contains(":");
        return reached ? text : text + "." + namespace + ".svc";
    }

    private static boolean isIpv6(String text) {
        String[] halves = text.split("::", -1);
        if (halves.length > 2) {
            return false;
        }
        int left = groups(halves[0], halves.length == 1);
        int right = halves.length == 2 ? groups(halves[1], true) : 0;
        if (left < 0 || right < 0) {
            return false;
        }
        return halves.length == 2 ? left + right < IPV6_GROUPS : left == IPV6_GROUPS;
    }

    /** How many groups of 16 bits the text has; -1 if one of them is none. */
    private static int groups(String text, boolean last) {
        if (text.isEmpty()) {
            return 0;
        }
        String[] parts = text.split(":", -1);
        int count = 0;
        for (int i = 0; i < parts.length; i++) {
            if (GROUP.matcher(parts[i]).matches()) {
                count++;
            } else if (last && i == parts.length - 1 && IPV4.matcher(parts[i]).matches()) {
                count += 2;
            } else {
                return -1;
            }
        }
        return count;
    }
}
