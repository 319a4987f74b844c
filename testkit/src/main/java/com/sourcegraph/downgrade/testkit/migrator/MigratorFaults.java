package com.sourcegraph.downgrade.testkit.migrator;

import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How a {@code downgrade} or {@code upgrade} is to fail. Other commands, and dry runs, are never disturbed.
 *
 * @param failing ids of migrations whose SQL fails
 * @param point where the process ends or hangs
 * @param perMigration how long each migration takes on top of its SQL
 * @param stuckOutOfBand ids of out-of-band migrations that make no progress and log an error each time
 * @param panicking whether it panics before it touches a database
 * @param mebibytes memory that it takes and keeps from its second migration on; only in a container of its own
 * @param reached told when the process has come to its point, before it ends or hangs there
 */
public record MigratorFaults(
        Set<Integer> failing,
        Optional<FaultPoint> point,
        Duration perMigration,
        Set<Integer> stuckOutOfBand,
        boolean panicking,
        int mebibytes,
        Runnable reached) {

    public MigratorFaults {
        failing = Set.copyOf(failing);
        stuckOutOfBand = Set.copyOf(stuckOutOfBand);
    }

    /** Where in its course the process ends or hangs. Migrations are counted from 1 over all schemas of the run. */
    public record FaultPoint(Place place, int migration, Effect effect, int exitCode) {}

    /** A place relative to a migration or to the whole course. */
    public enum Place {
        /** Before the migration's row is written to the log. */
        BEFORE_MIGRATION,
        /** Its SQL has run, its transaction is open: the server will roll it back. */
        DURING_MIGRATION,
        /** Its transaction is committed, its log row still says that it runs. */
        AFTER_COMMIT,
        /** Migration and log row are complete. */
        AFTER_MIGRATION,
        /** In the midst of out-of-band migrations. */
        OUT_OF_BAND,
        /** After the last ✅, before the version row is written. */
        BEFORE_VERSION_ROW
    }

    /** What happens there. */
    public enum Effect {
        /** The process is gone, without closing anything. */
        DIE,
        /** The process does nothing any more. */
        HANG
    }

    public static MigratorFaults none() {
        return new MigratorFaults(Set.of(), Optional.empty(), Duration.ZERO, Set.of(), false, 0, () -> {});
    }

    /** The SQL of these migrations fails. */
    public MigratorFaults failing(Integer... migrations) {
        return new MigratorFaults(
                Set.of(migrations), point, perMigration, stuckOutOfBand, panicking, mebibytes, reached);
    }

    /** Killed there, with exit code 137 as after an OOM kill, a lost node or a SIGKILL. */
    public MigratorFaults dying(Place place, int migration) {
        return at(new FaultPoint(place, migration, Effect.DIE, 137));
    }

    /** Killed at a place that is not one of a migration. */
    public MigratorFaults dying(Place place) {
        return dying(place, 0);
    }

    public MigratorFaults hanging(Place place, int migration) {
        return at(new FaultPoint(place, migration, Effect.HANG, 137));
    }

    public MigratorFaults hanging(Place place) {
        return hanging(place, 0);
    }

    private MigratorFaults at(FaultPoint where) {
        return new MigratorFaults(
                failing, Optional.of(where), perMigration, stuckOutOfBand, panicking, mebibytes, reached);
    }

    public MigratorFaults slow(Duration eachMigration) {
        return new MigratorFaults(failing, point, eachMigration, stuckOutOfBand, panicking, mebibytes, reached);
    }

    public MigratorFaults stuckOutOfBand(Integer... migrations) {
        return new MigratorFaults(failing, point, perMigration, Set.of(migrations), panicking, mebibytes, reached);
    }

    public MigratorFaults panickingAtStart() {
        return new MigratorFaults(failing, point, perMigration, stuckOutOfBand, true, mebibytes, reached);
    }

    public MigratorFaults takingMemory(int newMebibytes) {
        return new MigratorFaults(failing, point, perMigration, stuckOutOfBand, panicking, newMebibytes, reached);
    }

    /** The same, and it is told when the process has come to its point. */
    public MigratorFaults telling(Runnable newReached) {
        return new MigratorFaults(failing, point, perMigration, stuckOutOfBand, panicking, mebibytes, newReached);
    }

    /**
     * Reads faults as the environment variable {@code MIGRATOR_FAULTS} gives them: a comma-separated list of {@code
     * fail:<migration id>}, {@code die-<place>[:<n>]}, {@code hang-<place>[:<n>]}, {@code slow:<milliseconds>}, {@code
     * stuck:<out-of-band id>}, {@code memory:<MiB>} and {@code panic}, where a place is a name of {@link Place} in lower
     * case with hyphens, for instance {@code die-during-migration:3}.
     *
     * @throws IllegalArgumentException on anything else
     */
    public static MigratorFaults parse(String text) {
        Set<Integer> failing = new HashSet<>();
        Set<Integer> stuck = new HashSet<>();
        MigratorFaults faults = none();
        for (String word : text.split(",")) {
            String name = word.strip();
            int colon = name.indexOf(':');
            int number = colon < 0 ? 0 : Integer.parseInt(name.substring(colon + 1));
            String verb = colon < 0 ? name : name.substring(0, colon);
            if (verb.isEmpty()) {
                continue;
            } else if (verb.equals("fail")) {
                failing.add(number);
            } else if (verb.equals("stuck")) {
                stuck.add(number);
            } else if (verb.equals("slow")) {
                faults = faults.slow(Duration.ofMillis(number));
            } else if (verb.equals("memory")) {
                faults = faults.takingMemory(number);
            } else if (verb.equals("panic")) {
                faults = faults.panickingAtStart();
            } else if (verb.startsWith("die-")) {
                faults = faults.dying(place(verb.substring(4)), number);
            } else if (verb.startsWith("hang-")) {
                faults = faults.hanging(place(verb.substring(5)), number);
            } else {
                throw new IllegalArgumentException("no fault of the migrator is called \"" + verb + "\"");
            }
        }
        return faults.failing(failing.toArray(Integer[]::new)).stuckOutOfBand(stuck.toArray(Integer[]::new));
    }

    private static Place place(String text) {
        for (Place place : Place.values()) {
            if (place.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
                return place;
            }
        }
        throw new IllegalArgumentException("the migrator has no place called \"" + text + "\" to fail at");
    }
}
