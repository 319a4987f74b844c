package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.DriftCheck;
import com.sourcegraph.downgrade.api.MigrationStatus;
import com.sourcegraph.downgrade.api.Reason;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepState;
import com.sourcegraph.downgrade.database.DatabaseState;
import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import com.sourcegraph.downgrade.migrator.MigratorJobPhase;
import com.sourcegraph.downgrade.migrator.MigratorJobState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One Job, one pod, {@code migrator downgrade}. A new attempt is journalled before its Job is made, so that no crash can
 * lead to two; and a Job is only made while nothing is connected and no other migrator is at work.
 */
final class MigratePolicy implements StepPolicy {

    /** So long a migrator whose end nobody confirms is waited for before a person is told. */
    private static final Duration UNCLEAR = Duration.ofMinutes(1);

    private final QuiescePolicy quiesce = new QuiescePolicy();
    private final MigratorFailurePolicy failures = new MigratorFailurePolicy();

    @Override
    public StepName step() {
        return StepName.MIGRATE;
    }

    @Override
    public Decision decide(Situation situation) {
        if (situation.facts().jobs().isEmpty() || situation.facts().workloads().isEmpty()) {
            return Decision.look(Need.JOBS, Need.WORKLOADS);
        }
        int attempt = MigrationNotes.attempt(situation.journal());
        if (attempt == 0) {
            return first(situation);
        }
        // Also between attempts and while a person is waited for: the newer frontend would run "migrator up".
        Optional<Decision> again = quiesce.scaleDown(situation, step());
        if (again.isPresent()) {
            return again.get();
        }
        Optional<MigratorJobState> job = JobLookup.find(situation, MigratorJobKind.DOWNGRADE, attempt);
        if (job.isEmpty()) {
            return FailedAttempt.journalled(situation.journal())
                    .map(gone -> failed(situation, gone))
                    .orElseGet(() -> missing(situation, attempt));
        }
        if (!job.get().isFinished()) {
            return running(situation, job.get());
        }
        if (job.get().phase() == MigratorJobPhase.SUCCEEDED) {
            return done(
                    situation,
                    "The migrator has taken the schemas to " + situation.to().toMinor());
        }
        return ended(situation, job.get());
    }

    private Decision first(Situation situation) {
        Optional<Decision> loud = quiesce.untilQuiet(situation, step());
        if (loud.isPresent()) {
            return loud.get();
        }
        DatabaseState state = state(situation);
        if (SchemaRule.problems(state, situation.to().toMinor()).isEmpty()) {
            return new Decision.Go(
                    List.of(new JournalEntry.PointOfNoReturn()),
                    new Move.Conclude(
                            step(),
                            StepState.SKIPPED,
                            "The schemas are at " + situation.to().toMinor() + " already"));
        }
        List<String> wrong = SchemaRule.problems(state, situation.fromMinor());
        if (!wrong.isEmpty()) {
            return Decision.go(new Move.Wait(
                    step(),
                    "The schemas are not as preflight saw them",
                    Planner.REPAIR,
                    Optional.of(new Stop(
                            Reason.SCHEMA_NOT_VERIFIED,
                            "The schemas are not as preflight saw them, so the migrator is not started: "
                                    + String.join("; ", wrong),
                            "Repair it, or give up: "
                                    + situation.run().patchCommand("{\"spec\":{\"cancel\":true}}")))));
        }
        return start(situation, new Attempt(1, false, ""));
    }

    /** Journalled but not there: never made because of a crash, or deleted by someone before it was seen at work. */
    private Decision missing(Situation situation, int attempt) {
        Optional<Decision> loud = quiesce.untilQuiet(situation, step());
        if (loud.isPresent()) {
            return loud.get();
        }
        DatabaseState state = state(situation);
        if (SchemaRule.problems(state, situation.to().toMinor()).isEmpty()) {
            return done(situation, "The schemas are at " + situation.to().toMinor());
        }
        return alive(situation)
                .or(() -> failures.interrupted(situation, state))
                .orElseGet(() -> start(situation, new Attempt(attempt, false, "")));
    }

    private Decision running(Situation situation, MigratorJobState job) {
        MigrationStatus progress = MigrationNotes.progress(situation, job);
        Move.Wait wait = JobLookup.waitFor(situation, step(), job, "the migrator: " + progress.phase());
        return new Decision.Go(List.of(new JournalEntry.Migration(progress)), late(situation, job, progress, wait));
    }

    /** Past the deadline a migrator that is slow and one that hangs look the same but for the time of its last progress. */
    private Move late(Situation situation, MigratorJobState job, MigrationStatus progress, Move.Wait wait) {
        Optional<Stop> lost = job.overdue()
                .filter(end -> situation.now().isAfter(end.plus(UNCLEAR)))
                .map(end -> unseen(situation, job.podName().orElse(job.name()), end));
        if (lost.isPresent()) {
            return new Move.Wait(step(), wait.message(), Planner.REPAIR, lost);
        }
        if (wait.stop().isPresent() || job.phase() != MigratorJobPhase.RUNNING) {
            return wait;
        }
        return DeadlineWatch.overdue(
                        situation, step(), wait.message() + ". It last got further at " + progress.lastProgress())
                .map(stop -> new Stop(stop.reason(), stop.message(), lookAt(situation, job)))
                .map(stop -> new Move.Wait(step(), wait.message(), wait.atMost(), Optional.of(stop)))
                .orElse(wait);
    }

    private static Stop unseen(Situation situation, String pod, Instant end) {
        return new Stop(
                Reason.MIGRATOR_LOST,
                "Pod " + pod + " of the migrator was told to stop and should have ended at " + end
                        + ", but its node does not say that it has: it may still be at work",
                "Bring its node back; the run goes on by itself. Only if the node is certainly off: "
                        + situation.run().kubectl("delete pod " + pod + " --force"));
    }

    private static String lookAt(Situation situation, MigratorJobState job) {
        return "Look whether it still gets further ("
                + situation.run().kubectl("logs job/" + job.name() + " --tail=5 --timestamps")
                + "). Let one that is slow work; docs/stops.md, \"End a migrator that hangs\", tells how one is ended that hangs";
    }

    /** Whatever is decided, the journal tells that this attempt is over: its Job may be removed at any time. */
    private Decision ended(Situation situation, MigratorJobState job) {
        Optional<FailedAttempt> told = FailedAttempt.told(situation.journal(), job);
        if (told.isPresent()) {
            return failed(situation, told.get());
        }
        if (situation.facts().databases().isEmpty()
                || situation.facts().jobResult().isEmpty()) {
            return Decision.look(Need.DATABASES, Need.JOB_RESULT);
        }
        FailedAttempt failed =
                FailedAttempt.of(job, situation.facts().jobResult().get());
        Decision decision = failed(situation, failed);
        return decision instanceof Decision.Go go
                ? go.after(new JournalEntry.Migration(MigrationNotes.failed(situation.journal(), failed)))
                : decision;
    }

    private Decision failed(Situation situation, FailedAttempt failed) {
        if (situation.facts().databases().isEmpty()) {
            return Decision.look(Need.DATABASES);
        }
        if (!(situation.facts().databases().get() instanceof DatabaseFacts.Seen seen)
                || !seen.state().allReachable()) {
            return quiesce.untilQuiet(situation, step())
                    .orElseGet(() -> Decision.go(new Move.Wait(
                            step(), "Waits for the databases to answer", Planner.SOON, Optional.empty())));
        }
        if (SchemaRule.problems(seen.state(), situation.to().toMinor()).isEmpty()) {
            return done(
                    situation,
                    "Job " + failed.job() + " ended badly, but after it had set the versions row: the schemas are at "
                            + situation.to().toMinor());
        }
        Optional<Decision> alive = alive(situation);
        if (alive.isPresent()) {
            return alive.get();
        }
        return failures.decide(situation, failed, seen.state(), next -> quiesce.untilQuiet(situation, step())
                .orElseGet(() -> start(situation, next)));
    }

    private Decision start(Situation situation, Attempt attempt) {
        DatabaseFacts.Seen seen =
                (DatabaseFacts.Seen) situation.facts().databases().orElseThrow();
        Optional<Decision> alive = alive(situation);
        if (alive.isPresent()) {
            return alive.get();
        }
        // Last, so that waiting for another migrator asks the API server nothing.
        if (!situation.facts().workloadsNow()) {
            return Decision.look(Need.WORKLOADS_NOW);
        }
        int number = attempt.number();
        boolean skipDrift =
                number > 1 || seen.reverted() > 0 || situation.spec().migrator().driftCheck() == DriftCheck.SKIP;
        List<JournalEntry> entries = new ArrayList<>(List.of(
                new JournalEntry.PointOfNoReturn(),
                new JournalEntry.Attempt(step(), number),
                new JournalEntry.Migration(MigrationNotes.started(situation, number, attempt.granted()))));
        if (number > 1 && number > MigrationNotes.attempt(situation.journal())) {
            entries.add(new JournalEntry.DeadlineRenewed(step()));
        }
        return new Decision.Go(
                entries,
                new Move.Perform(
                        step(),
                        new Action.StartDowngrade(number, skipDrift),
                        "Starting the migrator from " + situation.fromMinor() + " to "
                                + situation.to().toMinor() + (number > 1 ? ", attempt " + number : "")
                                + attempt.why()));
    }

    /**
     * A migrator that may still be at work: a session of one, or a pod of ours that is not gone though its Job is. Nothing
     * can be said of its unfinished migrations until then, and two must never run at once.
     */
    private Optional<Decision> alive(Situation situation) {
        DatabaseFacts.Seen seen =
                (DatabaseFacts.Seen) situation.facts().databases().orElseThrow();
        List<String> found =
                new ArrayList<>(new SessionRule(situation.spec().quiesce().ignoreSessions()).migrators(seen.state()));
        situation.facts().lingering().stream().map(pod -> "pod " + pod.name()).forEach(found::add);
        String message = "A migrator may still be at work, and two must never run at once: " + String.join("; ", found);
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(Decision.go(new Move.Wait(step(), message, Planner.SOON, left(situation, message))));
    }

    /** A session that outlives its pod: PostgreSQL does not notice that a client is gone while it waits for a lock. */
    private Optional<Stop> left(Situation situation, String message) {
        Optional<Stop> lost = situation.facts().lingering().stream()
                .filter(pod -> pod.end()
                        .filter(end -> situation.now().isAfter(end.plus(UNCLEAR)))
                        .isPresent())
                .findFirst()
                .map(pod -> unseen(situation, pod.name(), pod.end().orElseThrow()));
        if (lost.isPresent()) {
            return lost;
        }
        Instant ended = JobLookup.find(
                        situation, MigratorJobKind.DOWNGRADE, MigrationNotes.attempt(situation.journal()))
                .flatMap(MigratorJobState::finished)
                .orElseGet(() -> situation.begun(step()));
        if (!situation.now().isAfter(ended.plus(UNCLEAR))) {
            return Optional.empty();
        }
        Optional<LingeringPod> stray = situation.facts().lingering().stream()
                .filter(pod -> pod.end().isEmpty())
                .findFirst();
        if (stray.isPresent()) {
            return Optional.of(stray(situation, stray.get(), message));
        }
        return situation.facts().lingering().isEmpty()
                ? Optional.of(new Stop(
                        Reason.MIGRATOR_LOST,
                        message + ". No migrator of this run is left; its session may be, until PostgreSQL notices",
                        "Make sure that nobody else runs a migrator, then end the session in that database with"
                                + " SELECT pg_terminate_backend(<pid>); the run goes on by itself (docs/stops.md, MigratorLost). Who it is: "
                                + situation
                                        .run()
                                        .kubectl("describe sgdowngrade "
                                                + situation.run().name())))
                : Optional.empty();
    }

    /** A copy of the run's Job under another name, or whatever else carries its labels. */
    private static Stop stray(Situation situation, LingeringPod pod, String message) {
        return new Stop(
                Reason.MIGRATOR_LOST,
                message + ". Pod " + pod.name()
                        + " carries this run's labels and belongs to no Job that the run has made",
                "Wait for its end, or delete what has made it if it has not started; the run goes on by itself"
                        + " (docs/stops.md, MigratorLost): "
                        + situation.run().kubectl("describe pod " + pod.name()));
    }

    private Decision done(Situation situation, String message) {
        MigrationStatus ended = MigrationNotes.ended(situation.journal());
        return new Decision.Go(
                List.of(new JournalEntry.Migration(ended)), new Move.Conclude(step(), StepState.DONE, message));
    }

    private static DatabaseState state(Situation situation) {
        return ((DatabaseFacts.Seen) situation.facts().databases().orElseThrow()).state();
    }
}
