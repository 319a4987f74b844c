package com.sourcegraph.downgrade.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PostgresServerTest {
    /** Started in a JVM of its own, which is then killed. */
    static final class ServerInItsOwnJvm {
        private ServerInItsOwnJvm() {}

        public static void main(String[] arguments) throws Exception {
            PostgresServer server = PostgresServer.shared();
            System.out.println("started " + server.port() + " "
                    + server.directories().get(0) + " " + server.directories().get(1));
            System.in.read();
        }
    }

    @Test
    void isOneServerForTheWholeJvm() {
        assertThat(PostgresServer.shared()).isSameAs(PostgresServer.shared());
    }

    @Test
    void is12WithRoomForManySessions() throws Exception {
        try (Connection connection = PostgresServer.shared().administrator().open("test");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('server_version_num')::int / 10000,"
                        + " current_setting('max_connections')::int")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getInt(1)).isEqualTo(12);
            assertThat(row.getInt(2)).isEqualTo(500);
        }
    }

    @Test
    void refusesAWrongPassword() {
        DatabaseAddress right = PostgresServer.shared().administrator();
        DatabaseAddress wrong =
                new DatabaseAddress(right.host(), right.port(), right.user(), "guessed", right.database(), Map.of());
        assertThatThrownBy(() -> wrong.open("test").close())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void closingLeavesNothingBehind() throws Exception {
        PostgresServer server = PostgresServer.start();
        assertThat(server.directories()).allMatch(Files::isDirectory);
        server.close();
        assertThat(server.directories()).allMatch(Files::notExists);
        assertThatThrownBy(() -> server.administrator().open("test").close()).isInstanceOf(SQLException.class);
    }

    @Test
    void aKilledJvmLeavesNothingBehind() throws Exception {
        Process jvm = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerInItsOwnJvm.class.getName()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String[] portAndDirectories;
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            portAndDirectories = output.lines()
                    .filter(line -> line.startsWith("started "))
                    .findFirst()
                    .orElseThrow()
                    .substring("started ".length())
                    .split(" ");
            List<Path> directories = List.of(Path.of(portAndDirectories[1]), Path.of(portAndDirectories[2]));
            assertThat(directories).allMatch(Files::isDirectory);
            jvm.destroyForcibly().waitFor();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> directories.stream().allMatch(Files::notExists));
        } finally {
            jvm.destroyForcibly();
        }
        DatabaseAddress address = new DatabaseAddress(
                "127.0.0.1", Integer.parseInt(portAndDirectories[0]), "postgres", "", "postgres", Map.of());
        assertThatThrownBy(() -> address.open("test").close()).hasMessageContaining("refused");
    }
}
