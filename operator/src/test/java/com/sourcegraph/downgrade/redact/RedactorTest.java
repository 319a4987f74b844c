package com.sourcegraph.downgrade.redact;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
    /** The word to hide is always {@code HIDDEN}, in one of its spellings. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://sg:HIDDEN@pgsql:5432/sg?sslmode=disable",
                "Attempting connection to postgres://sg:HIDDEN@pgsql:5432/sg...",
                "✅ Connection to \"postgres://sg:HIDDEN@pgsql:5432/sg?sslmode=disable\" succeeded",
                "a => postgres://sg:HIDDEN@pgsql:5432/sg, b => postgres://x:HIDDEN@y/z",
                "postgres://sg:HIDDEN@HIDDEN/HIDDEN:x@pgsql:5432/sg",
                "postgresql://sg:HIDDEN@[::1]:5432/sg",
                "https://user:HIDDEN@proxy.example.com",
                "parse \"postgres://sg:HIDDEN/x@h\": invalid port \":HIDDEN\" after host",
                "host=pgsql user=sg password=HIDDEN dbname=sg",
                "host=pgsql password='HIDDEN HIDDEN''HIDDEN' dbname=sg",
                "PGPASSWORD=HIDDEN",
                "CODEINTEL_PGPASSWORD=HIDDEN psql",
                "jdbc:postgresql://h/db?user=sg&password=HIDDEN&ssl=true",
                "{\"password\":\"HIDDEN\",\"x\":1}",
                "{\"CODEINSIGHTS_PGPASSWORD\": \"HIDDEN\\\"HIDDEN\"}",
                "{\"Body\":\"{\\\"password\\\":\\\"HIDDEN\\\"}\"}",
                "{\"name\":\"PGPASSWORD\",\"value\":\"HIDDEN\"}",
                "- name: PGPASSWORD\n  value: HIDDEN",
                "password: HIDDEN",
                "api_key=HIDDEN accessToken: HIDDEN",
            })
    void hidesPasswordsByTheirShape(String text) {
        String redacted = Redactor.none().redact(text);
        assertThat(redacted).doesNotContain("HIDDEN").contains(Redactor.MASK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ERROR: password authentication failed for user \"sg\"",
                "https://raw.githubusercontent.com/sourcegraph/sourcegraph/v4.5.1/internal/database/schema.json",
                "👉 Migrating to v4.3 (step 1 of 2)",
                "postgres://pgsql:5432/sg",
                "Missing index \"t\".\"i\"",
                "2024-01-02T03:04:05Z",
                "{\"SeverityText\":\"INFO\",\"Body\":\"Applying migration\",\"Attributes\":{\"migrationID\":1}}"
            })
    void leavesTheRest(String text) {
        assertThat(Redactor.none().redact(text)).isEqualTo(text);
    }

    @Test
    void keepsWhatHelps() {
        assertThat(Redactor.none().redact("postgres://sg:x@pgsql:5432/sg?sslmode=disable"))
                .isEqualTo("postgres://sg:***@pgsql:5432/sg?sslmode=disable");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3cret/@:% word",
                "s3cret%2F%40%3A%25+word",
                "s3cret%2F%40%3A%25%20word",
                "s3cret%2f%40%3a%25%20word",
                "czNjcmV0L0A6JSB3b3Jk",
            })
    void hidesKnownSecretsInTheFormsTheyTravelIn(String form) {
        Redactor redactor = Redactor.none().withSecret("s3cret/@:% word");
        assertThat(redactor.redact("before " + form + " after")).isEqualTo("before *** after");
    }

    @Test
    void hidesAKnownSecretWithinJson() {
        assertThat(Redactor.none().withSecret("quote\"backslash\\").redact("x quote\\\"backslash\\\\ y"))
                .isEqualTo("x *** y");
    }

    @Test
    void hidesShortSecretsAsWordsOnly() {
        Redactor redactor = Redactor.none().withSecret("sg");
        assertThat(redactor.redact("sgdowngrades said: sg, \"sg\" and msg"))
                .isEqualTo("sgdowngrades said: ***, \"***\" and msg");
    }

    @Test
    void hidesTheLongerOfTwoSecretsWhole() {
        Redactor redactor = Redactor.none().withSecret("longsecret").withSecret("longsecret-and-more");
        assertThat(redactor.redact("longsecret-and-more")).isEqualTo("***");
    }

    @Test
    void knowsNothingOfBlankSecretsAndShowsNone() {
        assertThat(Redactor.none().withSecret("  ").withSecret((String) null)).isSameAs(Redactor.none());
        assertThat(Redactor.none().redact(null)).isEmpty();
        assertThat(Redactor.none().withSecret("verysecret")).hasToString("Redactor[1 secrets]");
        assertThat(new SecretText("verysecret").toString()).doesNotContain("verysecret");
    }

    /** A regular expression that backtracks or recurses would take minutes here, or overflow the stack. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "password=",
                "password=\"",
                "password='",
                "\"password\":\"x\\\"",
                "a://b:",
                "a.a-",
                "\"\\\"",
                "name: "
            })
    @Timeout(10)
    void copesWithHostileText(String part) {
        assertThat(Redactor.none().redact(part.repeat(30_000))).isNotEmpty();
    }
}
