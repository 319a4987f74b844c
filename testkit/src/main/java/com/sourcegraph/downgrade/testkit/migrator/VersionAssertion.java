package com.sourcegraph.downgrade.testkit.migrator;

import com.sourcegraph.downgrade.testkit.postgres.Release;
import java.sql.SQLException;
import java.util.Optional;

/** Compares the version row with the release that a command was told to start from. */
final class VersionAssertion {
    private static final String IGNORE = ". Re-invoke with --skip-version-check to ignore this check";

    private final VersionRow row;

    VersionAssertion(VersionRow row) {
        this.row = row;
    }

    /**
     * @return the release to expect the schemas at: {@code from} with the patch of the row, where that can be read
     */
    Release check(Release from, boolean skip) throws SQLException {
        Optional<Release> actual;
        try {
            actual = row.release();
        } catch (MigratorError e) {
            if (!skip) {
                throw e;
            }
            actual = Optional.empty();
        }
        if (!skip) {
            if (actual.isEmpty()) {
                throw new MigratorError(
                        "version assertion failed: unknown version != \"" + from.minorText() + "\"" + IGNORE);
            }
            if (!actual.get().sameMinor(from)) {
                throw new MigratorError("version assertion failed: \""
                        + actual.get().minorText() + "\" != \"" + from.minorText() + "\"" + IGNORE);
            }
        }
        return new Release(
                from.major(), from.minor(), actual.map(Release::patch).orElse(0));
    }

    /** As {@code drift} compares: the given text with the row's, patch included. */
    void checkExactly(String given, boolean skip) throws SQLException {
        if (skip) {
            return;
        }
        Optional<Release> actual = row.release();
        if (actual.isEmpty()) {
            throw new MigratorError("version assertion failed: unknown version != \"" + given + "\"" + IGNORE);
        }
        if (!Release.parse(given).equals(actual)
                || given.chars().filter(c -> c == '.').count() < 2) {
            throw new MigratorError("version assertion failed: \"" + given + "\" != \""
                    + actual.get().tag() + "\"" + IGNORE);
        }
    }
}
