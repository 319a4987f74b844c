package com.sourcegraph.downgrade.testkit.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server on 127.0.0.1 with passwords checked by SCRAM, on a free port, in a directory of its own.
 *
 * <p>The server runs under a small supervising shell that stops it and removes its directory as soon as this JVM closes
 * the pipe to it: on {@link #close()}, at the JVM's end, and also when the JVM is killed.
 */
public final class PostgresServer implements AutoCloseable {
    private static final Duration START_DEADLINE = Duration.ofSeconds(120);
    private static final int ATTEMPTS = 3;

    /**
     * Runs the server once it is told the port, and removes its directories when the pipe closes, be it before that or
     * after. Signals of a terminal are ignored, so that the server outlives Ctrl-C until the JVM has ended. SIGINT is
     * PostgreSQL's fast shutdown: sessions are cut, nothing is left behind in shared memory. The end of the log goes to
     * the pipe, because the log itself is removed.
     */
    private static final String SUPERVISE = """
            trap '' INT TERM HUP
            programs=$1
            home=$2
            shift 2
            if read -r port; then
                exec 3<&0
                "$@" -p "$port" </dev/null 3<&- >"$home/server.log" 2>&1 &
                server=$!
                (cat <&3 >/dev/null; kill -INT "$server" 2>/dev/null) >/dev/null 2>&1 &
                wait "$server"
                tail -n 20 "$home/server.log"
            fi
            rm -rf "$programs" "$home"
            """;

    /** No safety against a crash of the machine, and little log: what is lost is a test's. */
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("listen_addresses", "127.0.0.1"),
            Map.entry("unix_socket_directories", ""),
            Map.entry("max_connections", "500"),
            Map.entry("fsync", "off"),
            Map.entry("full_page_writes", "off"),
            Map.entry("synchronous_commit", "off"),
            Map.entry("wal_level", "minimal"),
            Map.entry("max_wal_senders", "0"),
            Map.entry("max_wal_size", "256MB"),
            Map.entry("min_wal_size", "32MB"),
            Map.entry("timezone", "UTC"),
            Map.entry("log_timezone", "UTC"),
            Map.entry("dynamic_shared_memory_type", "mmap"));

    private final ServerDirectories directories;
    private final Process supervisor;
    private final DatabaseAddress administrator;

    private PostgresServer(ServerDirectories directories, Process supervisor, DatabaseAddress administrator) {
        this.directories = directories;
        this.supervisor = supervisor;
        this.administrator = administrator;
    }

    /** The server of this JVM, started by the first call and stopped when the JVM ends. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /** The one server that all tests of a JVM share: a server costs a second, a database some milliseconds. */
    private static final class Shared {
        static final PostgresServer SERVER = startShared();

        private static PostgresServer startShared() {
            try {
                PostgresServer server = start();
                Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-postgres"));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot start PostgreSQL for the tests", e);
            }
        }
    }

    /**
     * Starts a server of its own.
     *
     * @throws IOException if it does not accept connections within two minutes; the message holds the end of its log
     */
    public static PostgresServer start() throws IOException {
        for (int attempt = 1; ; attempt++) {
            ServerUser user = ServerUser.detect();
            ServerDirectories directories = ServerDirectories.create();
            Process supervisor = supervise(user, directories);
            try {
                return new PostgresServer(directories, supervisor, startIn(directories, user, supervisor));
            } catch (EndedWhileStartingException e) {
                // Most likely somebody took the port between choosing and using it.
                stop(supervisor);
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            } catch (IOException | RuntimeException e) {
                stop(supervisor);
                throw e;
            }
        }
    }

    private static DatabaseAddress startIn(ServerDirectories directories, ServerUser user, Process supervisor)
            throws IOException {
        String password = randomPassword();
        Path passwordFile = directories.home().resolve("password");
        Files.writeString(passwordFile, password);
        directories.prepare(user);
        initialize(user, directories, passwordFile);
        Files.delete(passwordFile);

        int port = freePort();
        Writer toSupervisor = supervisor.outputWriter(StandardCharsets.US_ASCII);
        toSupervisor.write(port + "\n");
        toSupervisor.flush();
        DatabaseAddress administrator =
                new DatabaseAddress("127.0.0.1", port, "postgres", password, "postgres", Map.of());
        awaitReady(supervisor, administrator);
        return administrator;
    }

    private static void initialize(ServerUser user, ServerDirectories directories, Path passwordFile)
            throws IOException {
        List<String> command = new ArrayList<>(user.prefix());
        command.addAll(List.of(
                directories.program("initdb").toString(),
                "--pgdata=" + directories.data(),
                "--username=postgres",
                "--pwfile=" + passwordFile,
                "--auth-host=scram-sha-256",
                "--auth-local=reject",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync"));
        Path log = directories.home().resolve("initdb.log");
        Process process = new ProcessBuilder(command)
                .directory(directories.home().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("initdb failed as " + user + ":\n" + Files.readString(log));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a PostgreSQL data directory was made", e);
        }
    }

    private static Process supervise(ServerUser user, ServerDirectories directories) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", SUPERVISE, "supervise-postgres"));
        command.add(directories.programs().toString());
        command.add(directories.home().toString());
        command.addAll(user.prefix());
        command.add(directories.program("postgres").toString());
        command.addAll(List.of("-D", directories.data().toString()));
        SETTINGS.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        return new ProcessBuilder(command)
                .directory(directories.home().toFile())
                .redirectErrorStream(true)
                .start();
    }

    private static void awaitReady(Process supervisor, DatabaseAddress administrator) throws IOException {
        Instant deadline = Instant.now().plus(START_DEADLINE);
        SQLException last = null;
        while (Instant.now().isBefore(deadline)) {
            try (Connection connection = administrator.open("testkit")) {
                if (connection.isValid(5)) {
                    return;
                }
            } catch (SQLException e) {
                last = e;
            }
            try {
                if (supervisor.waitFor(20, TimeUnit.MILLISECONDS)) {
                    throw new EndedWhileStartingException(lastWordsOf(supervisor));
                }
            } catch (InterruptedException e) {
                stop(supervisor);
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while PostgreSQL was starting", e);
            }
        }
        stop(supervisor);
        throw new IOException(
                "PostgreSQL accepted no connection within " + START_DEADLINE + ":\n" + lastWordsOf(supervisor), last);
    }

    private static String lastWordsOf(Process supervisor) throws IOException {
        return new String(supervisor.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String randomPassword() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    public String host() {
        return administrator.host();
    }

    public int port() {
        return administrator.port();
    }

    /** The superuser's way into the database {@code postgres}. */
    public DatabaseAddress administrator() {
        return administrator;
    }

    /** Where everything of this server lies; gone after {@link #close()}. */
    public List<Path> directories() {
        return List.of(directories.programs(), directories.home());
    }

    /** Stops the server, cutting its sessions, and removes its directory. Closing twice changes nothing. */
    @Override
    public void close() {
        stop(supervisor);
    }

    private static void stop(Process supervisor) {
        try {
            supervisor.getOutputStream().close();
        } catch (IOException e) {
            supervisor.destroyForcibly();
        }
        try {
            supervisor.waitFor(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class EndedWhileStartingException extends IOException {
        private static final long serialVersionUID = 1L;

        EndedWhileStartingException(String log) {
            super("PostgreSQL ended while starting:\n" + log);
        }
    }
}
