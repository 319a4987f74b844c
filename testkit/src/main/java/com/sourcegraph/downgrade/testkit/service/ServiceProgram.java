package com.sourcegraph.downgrade.testkit.service;

import com.sourcegraph.downgrade.testkit.container.Program;
import com.sourcegraph.downgrade.testkit.container.ProgramContext;
import com.sourcegraph.downgrade.testkit.migrator.InstanceState;
import com.sourcegraph.downgrade.testkit.postgres.DatabaseAddress;
import com.sourcegraph.downgrade.testkit.postgres.OutOfBandMigrations;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import com.sourcegraph.downgrade.testkit.postgres.SchemaHistory;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A service from its start to its end. It does not start on a schema older than its own release needs; on a newer one it
 * starts as if nothing were.
 */
final class ServiceProgram implements Program {
    /** Under this name a worker runs out-of-band migrations. */
    private static final String OUT_OF_BAND = "oobmigration";

    private final ConnectedService service;
    private final Optional<Release> release;
    private final UnaryOperator<Map<String, String>> dns;
    private final InternalApi internalApi;
    private final ServiceSettings settings;

    ServiceProgram(
            ConnectedService service,
            Optional<Release> release,
            UnaryOperator<Map<String, String>> dns,
            InternalApi internalApi,
            ServiceSettings settings) {
        this.service = service;
        this.release = release;
        this.dns = dns;
        this.internalApi = internalApi;
        this.settings = settings;
    }

    @Override
    public int run(ProgramContext context) throws InterruptedException {
        if (release.isEmpty()) {
            context.stdout().println("FATAL cannot tell the release from the image " + context.image());
            return 1;
        }
        boolean frontend = service == ConnectedService.FRONTEND;
        // Only the frontend's own container names databases; the others get the same from the frontend.
        Optional<Map<String, String>> given =
                frontend ? Optional.of(dns.apply(context.env())) : awaitInternalApi(context);
        if (given.isEmpty()) {
            return 0;
        }
        Map<String, String> environment = given.get();
        Set<SchemaName> schemas = service.schemas(release.get(), context.env());
        Map<SchemaName, DatabaseAddress> addresses = new EnumMap<>(SchemaName.class);
        schemas.forEach(schema -> addresses.put(schema, DatabaseAddress.fromEnvironment(environment, schema)));
        try (ServiceSessions outOfBand = new ServiceSessions(OUT_OF_BAND, context.podName(), addresses);
                ServiceSessions sessions =
                        new ServiceSessions(service.applicationName(), context.podName(), addresses)) {
            Optional<String> refusal = start(sessions, schemas, frontend);
            if (refusal.isPresent()) {
                context.stdout().println("FATAL " + service.applicationName() + ": " + refusal.get());
                return 1;
            }
            sessions.beat();
            if (service == ConnectedService.WORKER) {
                outOfBand.open(SchemaName.FRONTEND);
            }
            if (frontend) {
                internalApi.opened(environment);
            }
            try {
                context.stdout().println(service.applicationName() + " " + release.get() + " is ready");
                context.ready();
                serve(context, sessions);
            } finally {
                if (frontend) {
                    internalApi.closed();
                }
            }
            return 0;
        } catch (SQLException e) {
            context.stdout().println("FATAL " + service.applicationName() + ": failed to connect: " + e.getMessage());
            return 1;
        }
    }

    /** Empty where it is told to stop before any frontend answers. */
    private Optional<Map<String, String>> awaitInternalApi(ProgramContext context) throws InterruptedException {
        while (true) {
            Optional<Map<String, String>> databases = internalApi.databases();
            if (databases.isPresent() || context.awaitTermination(internalApi.betweenQuestions())) {
                return databases;
            }
        }
    }

    /** The checks of a start, in their real order. Returns why it does not. */
    private Optional<String> start(ServiceSessions sessions, Set<SchemaName> schemas, boolean frontend)
            throws SQLException {
        Release own = release.orElseThrow();
        InstanceState state = new InstanceState(SchemaHistory.load(), OutOfBandMigrations.load());
        if (frontend) {
            Optional<String> refused =
                    InstanceState.refusedUpgrade(new InstanceVersion(sessions.open(SchemaName.FRONTEND)).get(), own);
            if (refused.isPresent()) {
                return refused;
            }
        }
        for (SchemaName schema : schemas) {
            Optional<String> outdated = state.outdatedSchema(sessions.open(schema), schema, own);
            if (outdated.isPresent()) {
                return outdated.map(reason -> "database schema out of date: " + reason);
            }
        }
        if (frontend) {
            // Written before out-of-band migrations are looked at: a frontend that then refuses has left its mark.
            new InstanceVersion(sessions.open(SchemaName.FRONTEND)).put(own);
        }
        if (frontend || service == ConnectedService.WORKER) {
            return state.unfinishedOutOfBand(sessions.open(SchemaName.FRONTEND), own);
        }
        return Optional.empty();
    }

    private void serve(ProgramContext context, ServiceSessions sessions) throws InterruptedException {
        boolean refuses = settings.refusingToStop().contains(service.applicationName());
        while (!context.awaitTermination(settings.heartbeat())) {
            beat(sessions);
        }
        CountDownLatch never = new CountDownLatch(1);
        if (!refuses) {
            never.await(settings.stopDelay().toNanos(), TimeUnit.NANOSECONDS);
            return;
        }
        while (!never.await(settings.heartbeat().toNanos(), TimeUnit.NANOSECONDS)) {
            beat(sessions);
        }
    }

    /** A pool survives the loss of a session, also for long; what it wanted to write is lost. */
    private static void beat(ServiceSessions sessions) {
        try {
            sessions.beat();
        } catch (SQLException e) {
            sessions.close();
        }
    }
}
