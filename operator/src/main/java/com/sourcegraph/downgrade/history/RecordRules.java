package com.sourcegraph.downgrade.history;

import com.sourcegraph.downgrade.api.StatusTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a record may hold. Who may write ConfigMaps in the namespace can write one by hand; its texts come up in messages and in commands
 * that people copy, so nothing but names, instants and words that are known is taken from it.
 */
final class RecordRules {

    /** A DNS-1123 subdomain, as every name of a resource is. */
    private static final Pattern NAME =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

    private static final Pattern UID = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern DIGEST = Pattern.compile("[A-Za-z0-9:]{1,128}");
    private static final Pattern RELEASE = Pattern.compile("[A-Za-z0-9.+-]{1,64}");
    private static final List<String> OUTCOMES = List.of(RunRecord.COMPLETE, RunRecord.CANCELLED);

    /** What is wrong with the run that holds the instance. */
    Optional<String> holder(RunRecord run) {
        if (run == null) {
            return Optional.of("the holder is null");
        }
        return begun(run)
                .or(() -> run.finishedAt() == null && run.outcome() == null
                        ? Optional.empty()
                        : Optional.of("the holder has ended"));
    }

    /** What is wrong with the runs that have ended. */
    Optional<String> ended(List<RunRecord> runs) {
        if (runs == null) {
            return Optional.of("the list of runs is null");
        }
        for (RunRecord run : runs) {
            Optional<String> wrong = run == null ? Optional.of("a run is null") : ended(run);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> ended(RunRecord run) {
        return begun(run)
                .or(() -> instant(run.finishedAt()) ? Optional.empty() : field("finishedAt"))
                .or(() -> run.outcome() != null && OUTCOMES.contains(run.outcome())
                        ? Optional.empty()
                        : field("outcome"));
    }

    private static Optional<String> begun(RunRecord run) {
        if (!matches(NAME, run.name())) {
            return field("name");
        }
        if (!matches(UID, run.uid())) {
            return field("uid");
        }
        if (!matches(DIGEST, run.specDigest())) {
            return field("specDigest");
        }
        if (run.from() != null && !matches(RELEASE, run.from())) {
            return field("from");
        }
        if (run.to() != null && !matches(RELEASE, run.to())) {
            return field("to");
        }
        return instant(run.startedAt()) ? Optional.empty() : field("startedAt");
    }

    private static boolean matches(Pattern pattern, String text) {
        return text != null && pattern.matcher(text).matches();
    }

    private static boolean instant(String text) {
        return StatusTime.read(text).isPresent();
    }

    /** The value is not shown: it is what is not trusted. */
    private static Optional<String> field(String name) {
        return Optional.of("the " + name + " of a run is not what the operator writes");
    }
}
