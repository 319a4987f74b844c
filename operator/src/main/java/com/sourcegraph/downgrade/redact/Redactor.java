package com.sourcegraph.downgrade.redact;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Masks passwords in a text: by shape (in URLs, connection strings, environment listings, JSON and YAML), and by value
 * for the secrets it has been told, in the forms in which they travel: as they are, percent-encoded, JSON-escaped and
 * base64. Immutable.
 *
 * <p>It errs on the side of masking too much. A known secret of fewer than {@value #SHORT} characters is masked only
 * where it stands alone as a word: default passwords such as {@code sg} are part of too many harmless words.
 */
public final class Redactor {
    public static final String MASK = "***";

    private static final int SHORT = 8;

    private static final Redactor NONE = new Redactor(Set.of());

    // Every repetition is bounded, so that no text costs more than its length, and none overflows the matcher's stack.

    private static final String KEY =
            "[\\w.-]{0,64}(?:password|passwd|passphrase|pgpass|secret|token|api[_-]?key|access[_-]?key)";

    private static final String SINGLE_QUOTED = "'[^'\\\\]{0,4096}(?:(?:\\\\.|'')[^'\\\\]{0,4096}){0,500}'";

    private static final String DOUBLE_QUOTED = "\"[^\"\\\\]{0,4096}+(?:\\\\.[^\"\\\\]{0,4096}+){0,500}\"";

    /**
     * {@code scheme://user:password@}; greedy to the last {@code @} of the word, because passwords hold raw {@code @} and
     * {@code /}.
     */
    private static final Pattern URL =
            Pattern.compile("(?i)([a-z][a-z0-9+.-]{0,30}://[^\\s:/@\"'`]{0,256}):[^\\s\"'`]{0,1024}@");

    /** Go's URL parser quotes the start of a password that holds a slash. */
    private static final Pattern INVALID_PORT = Pattern.compile("(invalid port) \":[^\"]{0,1024}\"");

    /** {@code password='it''s'}, {@code PGPASSWORD=x}, {@code ?password=x&…}, {@code password: x}. */
    private static final Pattern ASSIGNMENT = Pattern.compile("(?i)(\\b" + KEY + "\\s{0,9}[=:]\\s{0,9})(?:"
            + SINGLE_QUOTED + "|" + DOUBLE_QUOTED + "|[^\\s&,;'\"}\\]]+)");

    /** {@code "password":"x"}, also inside a JSON string, where each quote is escaped. */
    private static final Pattern JSON = Pattern.compile(
            "(?i)(\\\\?\"" + KEY + "\\\\?\"\\s{0,9}:\\s{0,9})(?:\\\\\".{0,1024}?\\\\\"|" + DOUBLE_QUOTED + ")");

    /** An environment variable as Kubernetes writes it, in JSON and in YAML. */
    private static final Pattern ENV_ENTRY = Pattern.compile("(?i)(\"?name\"?\\s{0,9}:\\s{0,9}\"?" + KEY
            + "\"?\\s{0,9},?\\s{0,99}\"?value\"?\\s{0,9}:\\s{0,9})(?:" + DOUBLE_QUOTED + "|[^\\s,}]+)");

    private final Set<String> secrets;
    private final List<Pattern> values;

    private Redactor(Set<String> secrets) {
        this.secrets = secrets;
        // Longest first: a secret that contains another one must go as a whole.
        this.values = secrets.stream()
                .flatMap(Redactor::forms)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Redactor::pattern)
                .toList();
    }

    /** Masks by shape only: it has been told no secret. */
    public static Redactor none() {
        return NONE;
    }

    /** A redactor that also masks this value; a blank one changes nothing. */
    public Redactor withSecret(String secret) {
        return secret == null ? this : withSecrets(List.of(secret));
    }

    public Redactor withSecret(SecretText secret) {
        return withSecret(secret.value());
    }

    public Redactor withSecrets(Collection<String> more) {
        Set<String> all = new LinkedHashSet<>(secrets);
        more.stream().filter(secret -> !secret.isBlank()).forEach(all::add);
        return all.size() == secrets.size() ? this : new Redactor(all);
    }

    /** The text with every secret replaced by {@value #MASK}; null becomes an empty text. */
    public String redact(String text) {
        if (text == null) {
            return "";
        }
        String masked = URL.matcher(text).replaceAll("$1:***@");
        masked = INVALID_PORT.matcher(masked).replaceAll("$1 \":***\"");
        masked = JSON.matcher(masked).replaceAll("$1\"***\"");
        masked = ENV_ENTRY.matcher(masked).replaceAll("$1***");
        masked = ASSIGNMENT.matcher(masked).replaceAll("$1***");
        for (Pattern value : values) {
            masked = value.matcher(masked).replaceAll(MASK);
        }
        return masked;
    }

    /** Shows how many secrets it knows and none of them. */
    @Override
    public String toString() {
        return "Redactor[" + secrets.size() + " secrets]";
    }

    private static Stream<String> forms(String secret) {
        String percent = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        String json = secret.replace("\\", "\\\\").replace("\"", "\\\"");
        String base64 = Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
        return Stream.of(
                secret,
                percent,
                percent.replace("+", "%20"),
                userInfo(secret),
                userInfo(secret).toLowerCase(),
                json,
                base64);
    }

    /** The encoding of Go's {@code url.UserPassword}, which leaves {@code $&+,;=} as they are. */
    private static String userInfo(String secret) {
        return secret.chars()
                .mapToObj(c -> "$&+,;=".indexOf(c) >= 0
                        ? String.valueOf((char) c)
                        : c > 127
                                ? String.valueOf((char) c)
                                : URLEncoder.encode(String.valueOf((char) c), StandardCharsets.UTF_8))
                .map(part -> part.equals("+") ? "%20" : part)
                .collect(Collectors.joining());
    }

    private static Pattern pattern(String form) {
        String literal = Pattern.quote(form);
        return Pattern.compile(form.length() < SHORT ? "(?<![\\p{L}\\d])" + literal + "(?![\\p{L}\\d])" : literal);
    }
}
