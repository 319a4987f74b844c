package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.OutOfBandMigrations;
import com.sourcegraph.downgrade.testkit.postgres.Release;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What kind of migrator this is and in which surroundings it runs.
 *
 * @param release the migrator's own release, that of its image's tag
 * @param outOfBandMigrations the list compiled into it
 * @param faults how it is to fail
 * @param tick the time between two looks at out-of-band migrations, and between two attempts at a lock; one second in
 *     reality
 * @param connectivity what it reaches outside
 * @param newerMigrator what GitHub calls the latest release, if the migrator is to find a newer one
 * @param seed decides the order of the schemas, which is random in reality
 */
public record MigratorSettings(
        Release release,
        OutOfBandMigrations outOfBandMigrations,
        MigratorFaults faults,
        Duration tick,
        Connectivity connectivity,
        Optional<Release> newerMigrator,
        long seed) {

    /** Which sources of schema descriptions and of releases answer. */
    public enum Connectivity {
        BOTH,
        GITHUB_ONLY,
        GCS_ONLY,
        NEITHER
    }

    /** A migrator in a cluster without a way out, with the pace of reality. */
    public static MigratorSettings of(Release release) {
        return new MigratorSettings(
                release,
                OutOfBandMigrations.load(),
                MigratorFaults.none(),
                Duration.ofSeconds(1),
                Connectivity.GCS_ONLY,
                Optional.empty(),
                System.nanoTime());
    }

    /**
     * Reads {@code MIGRATOR_RELEASE} (required), {@code MIGRATOR_FAULTS} (see {@link MigratorFaults#parse}), {@code
     * MIGRATOR_TICK_MILLIS} and {@code MIGRATOR_NEWER_RELEASE}.
     *
     * @throws IllegalArgumentException if the release is missing, or a value has no meaning
     */
    public static MigratorSettings fromEnvironment(Map<String, String> environment) {
        String release = environment.get("MIGRATOR_RELEASE");
        if (release == null) {
            throw new IllegalArgumentException(
                    "MIGRATOR_RELEASE is not set: give the release of this migrator, such as 5.0.6");
        }
        MigratorSettings settings = of(Release.of(release)).overriddenBy(environment);
        String newer = environment.get("MIGRATOR_NEWER_RELEASE");
        return newer == null ? settings : settings.newerMigrator(Release.of(newer));
    }

    /** The same with faults and pace of the environment where it names them. */
    public MigratorSettings overriddenBy(Map<String, String> environment) {
        MigratorSettings settings = this;
        if (environment.containsKey("MIGRATOR_FAULTS")) {
            settings = settings.faults(MigratorFaults.parse(environment.get("MIGRATOR_FAULTS")));
        }
        if (environment.containsKey("MIGRATOR_TICK_MILLIS")) {
            settings = settings.tick(Duration.ofMillis(Long.parseLong(environment.get("MIGRATOR_TICK_MILLIS"))));
        }
        return settings;
    }

    public MigratorSettings faults(MigratorFaults newFaults) {
        return new MigratorSettings(release, outOfBandMigrations, newFaults, tick, connectivity, newerMigrator, seed);
    }

    public MigratorSettings tick(Duration newTick) {
        return new MigratorSettings(release, outOfBandMigrations, faults, newTick, connectivity, newerMigrator, seed);
    }

    public MigratorSettings seed(long newSeed) {
        return new MigratorSettings(release, outOfBandMigrations, faults, tick, connectivity, newerMigrator, newSeed);
    }

    public MigratorSettings outOfBandMigrations(OutOfBandMigrations newList) {
        return new MigratorSettings(release, newList, faults, tick, connectivity, newerMigrator, seed);
    }

    public MigratorSettings connectivity(Connectivity newConnectivity) {
        return new MigratorSettings(release, outOfBandMigrations, faults, tick, newConnectivity, newerMigrator, seed);
    }

    /** The migrator finds that newer release at GitHub; that takes both sources to be reachable. */
    public MigratorSettings newerMigrator(Release newer) {
        return new MigratorSettings(
                release, outOfBandMigrations, faults, tick, Connectivity.BOTH, Optional.of(newer), seed);
    }
}
