package com.sourcegraph.downgrade.testkit.service;

import com.sourcegraph.downgrade.testkit.container.Program;
import com.sourcegraph.downgrade.testkit.container.ProgramContext;
import com.sourcegraph.downgrade.testkit.migrator.MigratorProcess;
import com.sourcegraph.downgrade.testkit.migrator.MigratorSettings;
import com.sourcegraph.downgrade.testkit.migrator.MigratorStandIn;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * The migrator's container. It handles no signals: SIGTERM ends it at once, in the middle of whatever it does, with exit
 * code 143; SIGKILL with 137.
 */
final class MigratorProgram implements Program {
    private static final int TERMINATED = 143;
    private static final Duration LONG = Duration.ofDays(1);

    private final Optional<Release> release;
    private final StockAddresses dns;
    private final Function<MigratorInvocation, MigratorSettings> settings;

    MigratorProgram(
            Optional<Release> release, StockAddresses dns, Function<MigratorInvocation, MigratorSettings> settings) {
        this.release = release;
        this.dns = dns;
        this.settings = settings;
    }

    @Override
    public int run(ProgramContext context) throws InterruptedException {
        if (release.isEmpty()) {
            context.stdout().println("FATAL cannot tell the release from the image " + context.image());
            return 1;
        }
        Map<String, String> environment = dns.resolve(context.env());
        MigratorStandIn migrator = new MigratorStandIn(
                settings.apply(new MigratorInvocation(context.podName(), context.image(), context.args()))
                        .overriddenBy(environment));
        MigratorProcess process = new MigratorProcess();
        CompletableFuture<Integer> end = new CompletableFuture<>();
        Thread work = new Thread(
                () -> {
                    try {
                        end.complete(
                                migrator.run(context.args(), environment, context.stdout(), context.stdout(), process));
                    } catch (RuntimeException e) {
                        end.completeExceptionally(e);
                    }
                },
                "migrator-" + context.podName());
        Thread signal = new Thread(
                () -> {
                    try {
                        while (!end.isDone()) {
                            if (context.awaitTermination(LONG)) {
                                end.complete(TERMINATED);
                            }
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "migrator-signal-" + context.podName());
        work.setDaemon(true);
        signal.setDaemon(true);
        context.ready();
        work.start();
        signal.start();
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the migrator stand-in failed", e.getCause());
        } finally {
            process.kill();
            signal.interrupt();
            work.join();
        }
    }
}
