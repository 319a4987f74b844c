package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.database.ResolvedDatabases;
import com.sourcegraph.downgrade.migrator.MigratorLogFollower;
import com.sourcegraph.downgrade.plan.JobResult;
import com.sourcegraph.downgrade.plan.TargetFacts;
import com.sourcegraph.downgrade.redact.Redactor;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is kept of one run between looks, so that the same thing is not asked twice. Nothing in it is needed: an operator
 * that starts anew looks again. Used by one reconcile at a time.
 */
final class RunMemory implements AutoCloseable {

    /** How long a picture of the target objects stands while the run waits; what it writes itself ends it at once. */
    private static final Duration TARGET_STANDS = Duration.ofSeconds(10);

    private final EnvironmentCache environment;
    private Optional<ResolvedDatabases> databases = Optional.empty();
    private Optional<Redactor> passwords = Optional.empty();
    private Optional<TargetFacts> target = Optional.empty();
    private Instant targetSeen = Instant.EPOCH;
    private final Map<String, JobResult> results = new HashMap<>();
    private Optional<MigratorLogFollower> follower = Optional.empty();
    private String followed = "";

    RunMemory(EnvironmentCache environment) {
        this.environment = environment;
    }

    EnvironmentCache environment() {
        return environment;
    }

    Optional<ResolvedDatabases> databases() {
        return databases;
    }

    void remember(ResolvedDatabases resolved) {
        databases = Optional.of(resolved);
        passwords = Optional.of(resolved.redactor());
    }

    /** Credentials that no longer work are read again; what they were is masked all the same. */
    void forgetDatabases() {
        databases = Optional.empty();
    }

    /** A redactor that knows the databases' passwords; empty before they have been read once. */
    Optional<Redactor> passwords() {
        return passwords;
    }

    /** The same, or one that goes by the shape of secrets alone. */
    Redactor redactor() {
        return passwords.orElse(Redactor.none());
    }

    TargetFacts target(Instant now, Supplier<TargetFacts> look) {
        if (target.isEmpty() || Duration.between(targetSeen, now).compareTo(TARGET_STANDS) > 0) {
            target = Optional.of(look.get());
            targetSeen = now;
        }
        return target.get();
    }

    void forgetTargetBefore(Instant now) {
        if (targetSeen.isBefore(now)) {
            forgetTarget();
        }
    }

    void forgetTarget() {
        target = Optional.empty();
    }

    JobResult result(String job, Supplier<JobResult> read) {
        JobResult known = results.get(job);
        if (known == null) {
            known = read.get();
            results.put(job, known);
        }
        return known;
    }

    Optional<MigratorLogFollower> follower(String pod) {
        return follower.filter(running -> followed.equals(pod));
    }

    void follow(String pod, MigratorLogFollower running) {
        follower.ifPresent(MigratorLogFollower::close);
        follower = Optional.of(running);
        followed = pod;
    }

    @Override
    public void close() {
        follower.ifPresent(MigratorLogFollower::close);
        follower = Optional.empty();
    }
}
