package com.sourcegraph.downgrade.migrator;

import com.sourcegraph.downgrade.release.MigratorSupport;
import com.sourcegraph.downgrade.release.Minor;
import com.sourcegraph.downgrade.release.Schema;
import com.sourcegraph.downgrade.release.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments and the environment of a migrator image. An unknown flag is a usage error, so each is given only to
 * images that know it; see {@link MigratorSupport}.
 */
public final class MigratorCommand {
    private final Minor image;

    /** @param image the release of the migrator's image */
    public MigratorCommand(Minor image) {
        this.image = image;
    }

    /**
     * Writes to the databases.
     *
     * @param skipDriftCheck needed when drift is known, and on every attempt after one that got somewhere: partial
     *     progress is drift
     */
    public List<String> downgrade(Minor from, Minor to, boolean skipDriftCheck) {
        List<String> arguments = new ArrayList<>(List.of("downgrade", "--from=" + from.tag(), "--to=" + to.tag()));
        if (skipDriftCheck && MigratorSupport.hasSkipDriftCheck(image)) {
            arguments.add("--skip-drift-check");
        }
        if (MigratorSupport.hasDisableAnimation(image)) {
            arguments.add("--disable-animation");
        }
        if (MigratorSupport.hasIgnoreMigratorUpdate(image)) {
            arguments.add("--ignore-migrator-update");
        }
        return List.copyOf(arguments);
    }

    /**
     * Plans and checks the version, and changes no schema (it does create the log table where it is missing). Drift is
     * left out: {@link #drift} judges it, with what it found.
     */
    public List<String> dryRun(Minor from, Minor to) {
        List<String> arguments = new ArrayList<>(downgrade(from, to, true));
        arguments.add("--dry-run");
        return List.copyOf(arguments);
    }

    /**
     * Compares one schema with its description.
     *
     * @param row the version in the {@code versions} row: from 4.5 on the migrator insists on it, patch included
     */
    public List<String> drift(Schema schema, Version row) {
        Version described = row.patch().isPresent() ? row : row.toMinor().firstPatch();
        List<String> arguments =
                new ArrayList<>(List.of("drift", "--db=" + schema.id(), "--version=" + described.tag()));
        if (MigratorSupport.hasIgnoreMigratorUpdate(image)) {
            arguments.add("--ignore-migrator-update");
        }
        return List.copyOf(arguments);
    }

    /**
     * What makes its output readable by {@link MigratorLogParser}: structured lines for each migration (the default
     * shows warnings only), as JSON, and no colours where they are not forced.
     */
    public Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("SRC_LOG_LEVEL", "info");
        environment.put("SRC_LOG_FORMAT", "json");
        environment.put("NO_COLOR", "1");
        return environment;
    }
}
