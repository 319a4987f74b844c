package com.sourcegraph.downgrade.migrator;

import com.sourcegraph.downgrade.redact.Redactor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads the log of a {@code migrator drift}. Its exit code does not tell drift from an error (1 for both), so the text
 * decides; and without a 0 or a finding nothing is taken for granted.
 */
public final class DriftReport {
    private static final int MOST_PROBLEMS = 500;
    private static final int LONGEST_PROBLEM = 500;
    private static final String HEADLINE = "Drift detected!";
    private static final String MARK = "❌";

    private final Redactor redactor;

    public DriftReport(Redactor redactor) {
        this.redactor = redactor;
    }

    /** @param exitCode empty if the container is lost or was never started */
    public DriftResult parse(String log, OptionalInt exitCode) {
        List<String> problems = new ArrayList<>();
        int more = 0;
        boolean found = false;
        for (String raw : (Iterable<String>) log.lines()::iterator) {
            MigratorLogLine line = MigratorLogLine.of(raw);
            if (line.structured().isPresent()) {
                continue;
            }
            if (line.text().contains(HEADLINE)) {
                found = true;
            } else if (found && line.text().startsWith(MARK)) {
                if (problems.size() < MOST_PROBLEMS) {
                    problems.add(shown(line.text().substring(MARK.length())));
                } else {
                    more++;
                }
            }
        }
        if (exitCode.isPresent() && exitCode.getAsInt() == 0) {
            return new DriftResult.None();
        }
        if (found && !problems.isEmpty() && exitCode.isPresent() && exitCode.getAsInt() == 1) {
            return new DriftResult.Found(problems, more);
        }
        return new DriftResult.Undetermined(reason(log, exitCode));
    }

    private String reason(String log, OptionalInt exitCode) {
        MigratorProgress progress = new MigratorLogParser(redactor).parse(log);
        Optional<String> error = progress.lastError();
        String end = exitCode.isPresent() ? "ended with exit code " + exitCode.getAsInt() : "left no exit code";
        return "The migrator's drift command " + end
                + error.map(text -> ": " + bounded(text)).orElse(" and reported no finding");
    }

    private String shown(String text) {
        return bounded(redactor.redact(text).strip());
    }

    private static String bounded(String text) {
        if (text.length() <= LONGEST_PROBLEM) {
            return text;
        }
        // Half a character is not given back by the API server as it was.
        int end = Character.isHighSurrogate(text.charAt(LONGEST_PROBLEM - 1)) ? LONGEST_PROBLEM - 1 : LONGEST_PROBLEM;
        return text.substring(0, end) + "…";
    }
}
