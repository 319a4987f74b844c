package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.SchemaHistory;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The migrator: what {@code /usr/local/bin/migrator} does with its arguments and environment.
 *
 * <p>Commands: {@code up} (also without any argument), {@code validate}, {@code drift}, {@code add-log}, {@code upgrade},
 * {@code downgrade}, {@code run-out-of-band-migrations}. Not there: {@code upto}, {@code downto}, {@code describe}, and
 * {@code drift --file}; privileged hashes are accepted and not consulted.
 */
public final class MigratorStandIn {
    private static final int SUCCESS = 0;
    private static final int ERROR = 1;
    private static final int PANIC = 2;
    private static final Set<String> DISTURBED = Set.of("downgrade", "upgrade");

    private final MigratorSettings settings;
    private final SchemaHistory history;
    private final SchemaDescriptions descriptions;
    private final Clock clock;

    public MigratorStandIn(MigratorSettings settings) {
        this(settings, Clock.systemUTC());
    }

    public MigratorStandIn(MigratorSettings settings, Clock clock) {
        this.settings = settings;
        this.history = SchemaHistory.load();
        this.descriptions = Descriptions.SHARED;
        this.clock = clock;
    }

    /** A function of the history alone, so it is worth keeping for the JVM's life. */
    private static final class Descriptions {
        static final SchemaDescriptions SHARED = new SchemaDescriptions(SchemaHistory.load());
    }

    /** Runs as a process that nobody kills. */
    public int run(List<String> arguments, Map<String, String> environment, PrintStream stdout, PrintStream stderr) {
        return run(arguments, environment, stdout, stderr, new MigratorProcess());
    }

    /**
     * Runs to its end, or until the process is killed from another thread.
     *
     * @return the exit code: 0 for success (also of a dry run), 1 for any error, 2 for a panic, 137 if it was killed
     */
    public int run(
            List<String> arguments,
            Map<String, String> environment,
            PrintStream stdout,
            PrintStream stderr,
            MigratorProcess process) {
        MigratorTraits traits = new MigratorTraits(settings.release());
        StructuredLog log = new StructuredLog(stderr, environment, settings.release(), clock);
        Output output = new Output(stdout, traits);
        try {
            output.line(
                    "✱",
                    Output.Style.BOLD,
                    "Sourcegraph migrator " + (traits.bannerHasV() ? "v" : "") + settings.release());
            String name = arguments.isEmpty() || arguments.get(0).startsWith("-") ? "up" : arguments.get(0);
            List<String> rest = arguments.isEmpty() || arguments.get(0).startsWith("-")
                    ? arguments
                    : arguments.subList(1, arguments.size());
            MigratorFaults faults = DISTURBED.contains(name) ? settings.faults() : MigratorFaults.none();
            MigratorRun run = new MigratorRun(
                    settings, traits, environment, process, new FaultInjector(faults, process), output, log);
            command(name, run).run(rest);
            process.requireAlive();
            process.closeConnections();
            return SUCCESS;
        } catch (ProcessEnded e) {
            process.closeConnections();
            return e.exitCode();
        } catch (UsageError e) {
            process.closeConnections();
            output.line("", Output.Style.WARNING, "ERROR: " + e.getMessage());
            return ERROR;
        } catch (GoPanic e) {
            stderr.print("panic: " + e.getMessage() + "\n\ngoroutine 1 [running]:\nmain.main()\n");
            stderr.flush();
            return PANIC;
        } catch (MigratorError | SQLException e) {
            return failed(e, process, log);
        }
    }

    /** An error that only comes from being killed is never written: there is nobody any more to write it. */
    private static int failed(Exception error, MigratorProcess process, StructuredLog log) {
        if (process.isKilled()) {
            return 137;
        }
        log.fatal(error instanceof SQLException sql ? MigratorError.textOf(sql) : error.getMessage());
        process.closeConnections();
        return ERROR;
    }

    private MigratorCommand command(String name, MigratorRun run) {
        return switch (name) {
            case "up" -> new UpCommand(run, history);
            case "validate" -> new ValidateCommand(run, history);
            case "drift" -> new DriftCommand(run, history, descriptions);
            case "add-log" -> new AddLogCommand(run, history);
            case "upgrade" -> new UpgradeCommand(run, history, descriptions);
            case "downgrade" -> new DowngradeCommand(run, history, descriptions);
            case "run-out-of-band-migrations" -> new OutOfBandCommand(run, history);
            default -> throw new UsageError("too many arguments");
        };
    }
}
