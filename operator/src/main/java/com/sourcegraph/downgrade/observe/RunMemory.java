package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.database.ResolvedDatabases;
import com.sourcegraph.downgrade.history.RunHistory;
import com.sourcegraph.downgrade.migrator.MigratorLogFollower;
import com.sourcegraph.downgrade.plan.JobResult;
import com.sourcegraph.downgrade.redact.Redactor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is kept of one run between looks, so that the same thing is not asked twice. Nothing in it is needed: an operator
 * that starts anew looks again. Used by one reconcile at a time.
 */
final class RunMemory implements AutoCloseable {

    private final EnvironmentCache environment;
    private Optional<ResolvedDatabases> databases = Optional.empty();
    private Optional<String> autoUpgrade = Optional.empty();
    private Optional<Redactor> passwords = Optional.empty();
    private Optional<RunHistory> history = Optional.empty();
    private final TargetMemory target = new TargetMemory();
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

    /** @param upgrading the frontend's {@code SRC_AUTOUPGRADE}, which is in the same environment */
    void remember(ResolvedDatabases resolved, Optional<String> upgrading) {
        databases = Optional.of(resolved);
        autoUpgrade = upgrading;
        passwords = Optional.of(resolved.redactor());
    }

    Optional<String> autoUpgrade() {
        return autoUpgrade;
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

    /** The record of runs as it was written for this run, or while nobody held the instance. */
    Optional<RunHistory> history() {
        return history;
    }

    void remember(RunHistory written) {
        history = Optional.of(written);
    }

    void forgetHistory() {
        history = Optional.empty();
    }

    TargetMemory target() {
        return target;
    }

    /** @param jobUid not its name, which another Job has once that one is removed */
    JobResult result(String jobUid, Supplier<JobResult> read) {
        JobResult known = results.get(jobUid);
        if (known == null) {
            known = read.get();
            results.put(jobUid, known);
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
