package com.sourcegraph.downgrade.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.release.Schema;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseEnvironmentTest {
    private final DatabaseEnvironment environment = new DatabaseEnvironment("sourcegraph");

    /** What the ConfigMap of every Kustomize release says. */
    @Test
    void readsTheKustomizeDefaults() {
        ResolvedDatabases found = environment.resolve(kustomize());
        assertThat(found.problems()).isEmpty();
        assertThat(found.complete()).isTrue();
        assertThat(found.credentials().get(Schema.FRONTEND).describe())
                .isEqualTo("frontend (pgsql.sourcegraph.svc:5432/sg as sg)");
        assertThat(found.credentials().get(Schema.CODEINTEL).describe())
                .isEqualTo("codeintel (codeintel-db.sourcegraph.svc:5432/sg as sg)");
        assertThat(found.credentials().get(Schema.CODEINTEL).password().isEmpty())
                .isTrue();
        DatabaseCredentials insights = found.credentials().get(Schema.CODEINSIGHTS);
        assertThat(insights.describe())
                .isEqualTo("codeinsights (codeinsights-db.sourcegraph.svc:5432/postgres as postgres)");
        assertThat(insights.password().value()).isEqualTo("password");
        assertThat(insights.sslMode()).isEmpty();
        assertThat(found.credentials().get(Schema.FRONTEND).sslMode()).contains("disable");
        assertThat(found.toString()).doesNotContain("=password");
    }

    @ParameterizedTest
    @CsvSource({
        "pgsql, pgsql.sourcegraph.svc",
        "localhost, localhost",
        "127.0.0.1, 127.0.0.1",
        "db.example.com, db.example.com",
        "pgsql.other, pgsql.other",
        "::1, ::1"
    })
    void bringsServicesBesideTheInstanceIntoReach(String host, String reached) {
        assertThat(resolved(Map.of("PGHOST", host)).host()).isEqualTo(reached);
    }

    @Test
    void takesAPortFromTheHostUnlessThereIsOne() {
        DatabaseCredentials both = resolved(Map.of("PGHOST", "db.example.com:6432", "PGPORT", "'7000'"));
        assertThat(both.host()).isEqualTo("db.example.com");
        assertThat(both.port()).isEqualTo(7000);
        Map<String, String> one = kustomize();
        one.put("PGHOST", "db.example.com:6432");
        one.remove("PGPORT");
        assertThat(environment.resolve(one).credentials().get(Schema.FRONTEND).port())
                .isEqualTo(6432);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgres://u:p@h.example.com:6432/d?sslmode=require | h.example.com | 6432 | d | u | p | require",
                "postgresql://u:p@h.example.com/d | h.example.com | 5432 | d | u | p |",
                "postgres://u:a%2Fb%40c%3Ad%25@h.example.com/d | h.example.com | 5432 | d | u | a/b@c:d% |",
                "postgres://u:a/b@c:d@h.example.com/d | h.example.com | 5432 | d | u | a/b@c:d |",
                "postgres://u:a+b@h.example.com/d | h.example.com | 5432 | d | u | a+b |",
                "postgres://u:100%@h.example.com/d | h.example.com | 5432 | d | u | 100% |",
                "postgres://u@h.example.com | h.example.com | 5432 | u | u | |",
                "postgres://u:p@[fd00::1]:5433/d | fd00::1 | 5433 | d | u | p |",
                "postgres://u:p@a.example.com:1,b.example.com:2/d | a.example.com | 1 | d | u | p |",
                "postgres:///d?host=h.example.com&port=7&user=u&password=p%20q | h.example.com | 7 | d | u | p q |",
                "host=h.example.com port=7 user=u password=p dbname=d sslmode=disable | h.example.com | 7 | d | u | p | disable",
                "host = h.example.com  user = u password = 'it\\'s a \\\\' dbname=d | h.example.com | 5432 | d | u | it's a \\ |",
                "host=h.example.com user=u | h.example.com | 5432 | u | u | |"
            })
    void readsDataSourcesInBothForms(
            String source, String host, int port, String database, String user, String password, String sslMode) {
        Map<String, String> variables = kustomize();
        variables.put("PGDATASOURCE", source);
        ResolvedDatabases found = environment.resolve(variables);
        assertThat(found.problems()).isEmpty();
        DatabaseCredentials frontend = found.credentials().get(Schema.FRONTEND);
        assertThat(frontend.host()).isEqualTo(host);
        assertThat(frontend.port()).isEqualTo(port);
        assertThat(frontend.database()).isEqualTo(database);
        assertThat(frontend.user()).isEqualTo(user);
        assertThat(frontend.password().value()).isEqualTo(password == null ? "" : password);
        assertThat(frontend.sslMode().orElse(null)).isEqualTo(sslMode);
    }

    @ParameterizedTest
    @CsvSource({
        "PGHOST, frontend, PGHOST",
        "CODEINTEL_PGHOST, codeintel, CODEINTEL_PGHOST",
        "CODEINTEL_PGUSER, codeintel, CODEINTEL_PGUSER",
        "CODEINSIGHTS_PGDATASOURCE, codeinsights, CODEINSIGHTS_PGHOST"
    })
    void namesTheVariableThatIsMissing(String removed, String schema, String named) {
        Map<String, String> variables = kustomize();
        variables.remove(removed);
        ResolvedDatabases found = environment.resolve(variables);
        assertThat(found.complete()).isFalse();
        assertThat(found.problems()).singleElement().satisfies(problem -> assertThat(problem)
                .contains("Variable " + named + " is missing", "schema " + schema, "frontend Deployment"));
        assertThat(found.credentials()).hasSize(2);
    }

    /** Unprefixed variables belong to the frontend's schema alone. */
    @Test
    void doesNotLetOneSchemaStandInForAnother() {
        ResolvedDatabases found = environment.resolve(Map.of("PGHOST", "h", "PGUSER", "u"));
        assertThat(found.credentials()).containsOnlyKeys(Schema.FRONTEND);
        assertThat(found.problems()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://u:HIDDEN@h/d",
                "postgres://u:HIDDEN@h:0/d",
                "postgres://u:HIDDEN@h:99999/d",
                "HIDDEN",
                "host=h user=u password='HIDDEN",
                "postgres://u:HIDDEN@/d",
                "host=/var/run/postgresql user=u password=HIDDEN"
            })
    void saysWhatIsWrongWithADataSourceAndShowsNoPassword(String source) {
        Map<String, String> variables = kustomize();
        variables.put("CODEINTEL_PGDATASOURCE", source);
        ResolvedDatabases found = environment.resolve(variables);
        assertThat(found.credentials()).doesNotContainKey(Schema.CODEINTEL);
        assertThat(found.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem).contains("CODEINTEL_").doesNotContain("HIDDEN"));
    }

    /**
     * No connection string needs that much, and taking one apart costs more than its length. The texts would take minutes, or
     * the whole stack of a thread as small as the operator's.
     */
    @ParameterizedTest
    @ValueSource(strings = {"a", "a a ", "a='\\a", "postgres://@", "postgres://u:", "host='a", "\\", "\n", "[", ","})
    void refusesADataSourceBeyondItsBound(String piece) {
        Map<String, String> variables = kustomize();
        variables.put("CODEINTEL_PGDATASOURCE", "x" + piece.repeat(8 * 1024 / piece.length() + 1) + "x");
        ResolvedDatabases found = environment.resolve(variables);
        assertThat(found.credentials()).doesNotContainKey(Schema.CODEINTEL);
        assertThat(found.problems())
                .containsExactly("Variable CODEINTEL_PGDATASOURCE of the frontend is longer than 8 KiB, so the"
                        + " database of schema codeintel is not looked into; correct it in the frontend Deployment");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGSSLMODE"})
    void refusesEveryOtherVariableBeyondItsBound(String variable) {
        Map<String, String> variables = kustomize();
        variables.put("CODEINTEL_" + variable, "1".repeat(8 * 1024 + 1));
        ResolvedDatabases found = environment.resolve(variables);
        assertThat(found.credentials()).doesNotContainKey(Schema.CODEINTEL);
        assertThat(found.problems())
                .containsExactly("Variable CODEINTEL_" + variable + " of the frontend is longer than 8 KiB, so the"
                        + " database of schema codeintel is not looked into; correct it in the frontend Deployment");
    }

    /** What is within the bound is read on the small stack of the operator's threads (-Xss256k). */
    @ParameterizedTest
    @ValueSource(strings = {"\\a", "a", "\\'"})
    void readsALongPasswordOnASmallStack(String piece) throws InterruptedException {
        String password = piece.repeat(8_100 / piece.length());
        Map<String, String> variables = kustomize();
        variables.put("PGDATASOURCE", "host=h.example.com user=u password='" + password + "'");
        variables.put("CODEINTEL_PGDATASOURCE", "host=h.example.com user=u password=" + password);
        variables.put("CODEINSIGHTS_PGDATASOURCE", "postgres://u:" + password + "@h.example.com/d");
        AtomicReference<ResolvedDatabases> found = new AtomicReference<>();
        Thread small = new Thread(null, () -> found.set(environment.resolve(variables)), "small", 256 * 1024);
        small.start();
        small.join();
        assertThat(found.get()).as("resolved on a small stack").isNotNull();
        assertThat(found.get().problems()).isEmpty();
        assertThat(found.get().credentials().get(Schema.FRONTEND).password().value())
                .isEqualTo(password.replace("\\", ""));
        assertThat(found.get().credentials().get(Schema.CODEINTEL).password().value())
                .isEqualTo(password.replace("\\", ""));
        assertThat(found.get().credentials().get(Schema.CODEINSIGHTS).password().value())
                .isEqualTo(password);
    }

    /** A host is put into a URL by the driver: what is more than a host would set options of the connection. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "db.example.com/other?socketFactory=org.example.Evil&",
                "db.example.com?sslmode=disable",
                "db.example.com&user=other",
                "db.example.com/other",
                "a.example.com,b.example.com",
                "db.example.com#x",
                "db example.com",
                "db.example.com\tx",
                "a..b",
                "../b",
                "-db",
                "db@example.com",
                "db%2fexample",
                "[fd00::1",
                "[fd00::1]x",
                "fd00::1%eth0",
                "1:2:3",
                ":::",
                "12345::1",
                "::ffff:1.2.3",
                "[db.example.com]"
            })
    void takesOneHostAndNothingElse(String host) {
        Map<String, String> variables = kustomize();
        variables.put("CODEINTEL_PGHOST", host);
        ResolvedDatabases found = environment.resolve(variables);
        assertThat(found.credentials()).doesNotContainKey(Schema.CODEINTEL);
        assertThat(found.problems()).singleElement().satisfies(problem -> assertThat(problem)
                .contains("Variable CODEINTEL_PGHOST of the frontend", "one host", "frontend Deployment")
                .doesNotContain("socketFactory"));
    }

    @ParameterizedTest
    @CsvSource({
        "[fd00::1], fd00::1",
        "::ffff:10.0.0.1, ::ffff:10.0.0.1",
        "2001:DB8:0:0:8:800:200C:417A, 2001:DB8:0:0:8:800:200C:417A",
        "db_1.example.com., db_1.example.com."
    })
    void takesEveryFormOfOneHost(String host, String reached) {
        assertThat(resolved(Map.of("PGHOST", host)).host()).isEqualTo(reached);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://u:HIDDEN@h.example.com%2Fd%3Fa=b/d",
                "host='h.example.com/d?socketFactory=x' user=u password=HIDDEN",
                "postgres://u:HIDDEN@h.example.com/d%00x",
                "postgres://u%00:HIDDEN@h.example.com/d",
                "postgres://u:HIDDEN@h.example.com/d?sslmode=disable%26user=x",
                "postgres://u:HIDDEN@h.example.com/d?host=/tmp/../x?y"
            })
    void takesNoMoreFromADataSourceThanItsFieldsHold(String source) {
        Map<String, String> variables = kustomize();
        variables.put("PGDATASOURCE", source);
        ResolvedDatabases found = environment.resolve(variables);
        assertThat(found.credentials()).doesNotContainKey(Schema.FRONTEND);
        assertThat(found.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem).contains("PG").doesNotContain("HIDDEN"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"require&user=x", "on", "verify", "DISABLE"})
    void knowsTheSslModesOfLibpqOnly(String mode) {
        Map<String, String> variables = kustomize();
        variables.put("PGSSLMODE", mode);
        ResolvedDatabases found = environment.resolve(variables);
        assertThat(found.credentials()).doesNotContainKey(Schema.FRONTEND);
        assertThat(found.problems()).singleElement().satisfies(problem -> assertThat(problem)
                .contains("Variable PGSSLMODE", "verify-full"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
    void takesEverySslModeOfLibpq(String mode) {
        assertThat(resolved(Map.of("PGSSLMODE", mode)).sslMode()).contains(mode);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PGUSER", "PGDATABASE"})
    void takesNoControlCharacterInANameOfPostgres(String variable) {
        Map<String, String> variables = kustomize();
        variables.put(variable, "s\u0000g");
        ResolvedDatabases found = environment.resolve(variables);
        assertThat(found.credentials()).doesNotContainKey(Schema.FRONTEND);
        assertThat(found.problems()).singleElement().satisfies(problem -> assertThat(problem)
                .contains("Variable " + variable, "control character"));
    }

    @Test
    void makesARedactorOfItsPasswords() {
        Map<String, String> variables = kustomize();
        variables.put("PGPASSWORD", "very-secret-word");
        assertThat(environment.resolve(variables).redactor().redact("got very-secret-word here"))
                .isEqualTo("got *** here");
    }

    private DatabaseCredentials resolved(Map<String, String> changes) {
        Map<String, String> variables = kustomize();
        variables.putAll(changes);
        ResolvedDatabases found = environment.resolve(variables);
        assertThat(found.problems()).isEmpty();
        return found.credentials().get(Schema.FRONTEND);
    }

    private static Map<String, String> kustomize() {
        Map<String, String> variables = new HashMap<>();
        variables.put("PGHOST", "pgsql");
        variables.put("PGPORT", "5432");
        variables.put("PGUSER", "sg");
        variables.put("PGDATABASE", "sg");
        variables.put("PGSSLMODE", "disable");
        variables.put("CODEINTEL_PGHOST", "codeintel-db");
        variables.put("CODEINTEL_PGPORT", "5432");
        variables.put("CODEINTEL_PGUSER", "sg");
        variables.put("CODEINTEL_PGDATABASE", "sg");
        variables.put("CODEINTEL_PGSSLMODE", "disable");
        variables.put("CODEINSIGHTS_PGDATASOURCE", "postgres://postgres:password@codeinsights-db:5432/postgres");
        return variables;
    }
}
