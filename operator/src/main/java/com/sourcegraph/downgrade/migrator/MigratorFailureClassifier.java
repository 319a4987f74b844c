package com.sourcegraph.downgrade.migrator;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names the reason why a migrator failed, or why it does not get going, from the state of its Job and what its log
 * told. Kubernetes' word on how a container ended goes first: a killed process has no last words.
 */
public final class MigratorFailureClassifier {
    private static final int LONGEST_EVIDENCE = 2_000;
    private static final int PANIC = 2;

    private static final Set<String> IMAGE_PROBLEMS =
            Set.of("ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable");
    private static final Set<String> CONFIG_PROBLEMS =
            Set.of("CreateContainerConfigError", "CreateContainerError", "RunContainerError", "StartError");

    /** In this order: the first match counts. A SQL error is quoted in full, so the narrower patterns come before it. */
    private static final Map<FailureClass, Pattern> TEXTS = texts();

    private static Map<FailureClass, Pattern> texts() {
        Map<FailureClass, Pattern> texts = new LinkedHashMap<>();
        texts.put(FailureClass.SQL_ERROR, pattern("failed to apply migration \\d+"));
        texts.put(FailureClass.PRIVILEGED_MIGRATION, pattern("refusing to apply a privileged migration"));
        texts.put(FailureClass.VERSION_ASSERTION, pattern("version assertion failed|cannot parse version:"));
        texts.put(FailureClass.DIRTY_DATABASE, pattern("dirty database"));
        texts.put(
                FailureClass.NO_SCHEMA_DESCRIPTION,
                pattern("failed to locate target schema description|schema not found"));
        texts.put(
                FailureClass.DRIFT,
                pattern("database drift detected|schema drift detected|database schema is out of sync"));
        texts.put(FailureClass.UNKNOWN_TAG, pattern("unknown (?:version or )?tag|unknown version tag"));
        texts.put(FailureClass.NEWER_MIGRATOR, pattern("a newer migrator version is available"));
        texts.put(
                FailureClass.DATABASE_UNAVAILABLE,
                pattern("db not available|did not start up within|connection refused|no such host|"
                        + "password authentication failed|no pg_hba\\.conf entry|i/o timeout|"
                        + "failed to connect to|too many clients|server closed the connection|"
                        + "requires postgresql"));
        texts.put(
                FailureClass.USAGE,
                pattern("flag provided but not defined|incorrect usage|too many arguments|bad format for -|"
                        + "invalid range|required flag|mutually exclusive|no help topic for"));
        texts.put(FailureClass.OUT_OF_BAND_FAILED, pattern("out of band migrations? failed"));
        return texts;
    }

    /**
     * @param containerName the container whose failure is asked for, such as {@link MigratorContainers#DOWNGRADE}
     * @param progress what its log told; {@link MigratorProgress#none()} if there is none
     * @return empty if nothing has failed: it succeeded, or runs, or waits for nothing out of the ordinary
     */
    public Optional<MigratorFailure> classify(MigratorJobState job, String containerName, MigratorProgress progress) {
        Optional<ContainerOutcome> container = job.container(containerName);
        if (container.filter(ContainerOutcome::succeeded).isPresent()) {
            return Optional.empty();
        }
        if (container.filter(ContainerOutcome::outOfMemory).isPresent()) {
            return failure(
                    FailureClass.OUT_OF_MEMORY,
                    "Container " + containerName + " of pod " + job.podName().orElse("?")
                            + " used more memory than its limit and was killed (OOMKilled)");
        }
        if (container.filter(outcome -> outcome.exitCode().isPresent()).isPresent()) {
            return Optional.of(ended(job, container.get(), progress));
        }
        if (job.phase() == MigratorJobPhase.FAILED) {
            return failure(
                    FailureClass.KILLED,
                    job.disruption()
                            .map(trouble -> trouble.reason() + ": " + trouble.message())
                            .orElse("Job " + job.name() + " failed and container " + containerName
                                    + " left no exit code"));
        }
        return job.waiting().map(MigratorFailureClassifier::waiting);
    }

    private static MigratorFailure ended(MigratorJobState job, ContainerOutcome container, MigratorProgress progress) {
        int exitCode = container.exitCode().getAsInt();
        Optional<String> error = progress.lastError().or(container::message);
        String evidence =
                "Exit code " + exitCode + error.map(text -> ": " + text).orElse("");
        if (exitCode > 128) {
            String cause = job.disruption()
                    .map(trouble -> " (" + trouble.reason() + ": " + trouble.message() + ")")
                    .orElse(container
                            .reason()
                            .map(reason -> " (" + reason + ")")
                            .orElse(""));
            return bounded(FailureClass.KILLED, "Exit code " + exitCode + cause);
        }
        if (exitCode == PANIC || error.filter(text -> text.startsWith("panic:")).isPresent()) {
            return bounded(FailureClass.PLANNING_PANIC, evidence);
        }
        String text = error.orElse("").toLowerCase(Locale.ROOT);
        for (Map.Entry<FailureClass, Pattern> entry : TEXTS.entrySet()) {
            if (entry.getValue().matcher(text).find()) {
                return bounded(entry.getKey(), evidence);
            }
        }
        if (!progress.drifted().isEmpty()) {
            return bounded(FailureClass.DRIFT, evidence);
        }
        if (container.reason().filter(CONFIG_PROBLEMS::contains).isPresent()) {
            return bounded(FailureClass.CONFIG_ERROR, evidence);
        }
        return bounded(FailureClass.UNKNOWN, evidence);
    }

    private static MigratorFailure waiting(MigratorJobState.Trouble trouble) {
        FailureClass failureClass = IMAGE_PROBLEMS.contains(trouble.reason())
                ? FailureClass.IMAGE_PULL
                : CONFIG_PROBLEMS.contains(trouble.reason())
                        ? FailureClass.CONFIG_ERROR
                        : trouble.reason().equals("Unschedulable")
                                        || trouble.reason().equals("SchedulingGated")
                                ? FailureClass.UNSCHEDULABLE
                                : FailureClass.UNKNOWN;
        return bounded(failureClass, trouble.reason() + ": " + trouble.message());
    }

    private static Optional<MigratorFailure> failure(FailureClass failureClass, String evidence) {
        return Optional.of(bounded(failureClass, evidence));
    }

    private static MigratorFailure bounded(FailureClass failureClass, String evidence) {
        return new MigratorFailure(
                failureClass,
                evidence.length() <= LONGEST_EVIDENCE ? evidence : evidence.substring(0, LONGEST_EVIDENCE) + "…");
    }

    private static Pattern pattern(String regex) {
        return Pattern.compile(regex);
    }
}
