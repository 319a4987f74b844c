package com.sourcegraph.downgrade.database;

import com.sourcegraph.downgrade.release.Version;
import com.sourcegraph.downgrade.release.VersionFormatException;
import java.util.Optional;

/**
 * The row that says which release last ran on the frontend's database ({@code versions}, service {@code frontend}).
 *
 * @param version as it is written there: a release, or a word such as {@code insiders} on development builds
 * @param firstVersion the release the instance started with; empty where the column does not exist yet
 * @param autoUpgrade empty where the column does not exist (before 5.1)
 */
public record VersionsRow(String version, Optional<String> firstVersion, Optional<Boolean> autoUpgrade) {
    /** The version as a release; empty if it is none. */
    public Optional<Version> release() {
        try {
            return Optional.of(Version.parse(version));
        } catch (VersionFormatException e) {
            return Optional.empty();
        }
    }
}
