package com.sourcegraph.downgrade.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunHistoryTest {
    @Test
    void aResourceThatCameBackIsKnownByNameAndSpecUnderAnotherUid() {
        RunHistory history = RunHistory.empty().released(run("back", "first", "d1", RunRecord.COMPLETE));

        assertThat(history.earlierLife("back", "second", "d1"))
                .map(RunRecord::uid)
                .contains("first");
        assertThat(history.earlierLife("back", "first", "d1")).as("itself").isEmpty();
        assertThat(history.earlierLife("back", "second", "d2"))
                .as("asks for something else")
                .isEmpty();
        assertThat(history.earlierLife("again", "second", "d1"))
                .as("another name, on purpose")
                .isEmpty();
    }

    @Test
    void aCancelledRunIsAnEarlierLifeToo() {
        RunHistory history = RunHistory.empty().released(run("back", "first", "d1", RunRecord.CANCELLED));

        assertThat(history.earlierLife("back", "second", "d1")).isPresent();
        assertThat(history.ended("first")).isPresent();
    }

    @Test
    void theLastOfSeveralLivesCounts() {
        RunHistory history = RunHistory.empty()
                .released(run("back", "first", "d1", RunRecord.COMPLETE))
                .released(run("back", "second", "d1", RunRecord.COMPLETE));

        assertThat(history.earlierLife("back", "third", "d1"))
                .map(RunRecord::uid)
                .contains("second");
    }

    @Test
    void onlyTheNewestRunsAreKept() {
        RunHistory history = RunHistory.empty();
        for (int number = 0; number < RunHistory.LIMIT + 5; number++) {
            history = history.released(run("run-" + number, "uid-" + number, "d", RunRecord.COMPLETE));
        }

        assertThat(history.runs()).hasSize(RunHistory.LIMIT);
        assertThat(history.ended("uid-4")).isEmpty();
        assertThat(history.ended("uid-5")).isPresent();
        assertThat(history.runs().get(RunHistory.LIMIT - 1).uid()).isEqualTo("uid-" + (RunHistory.LIMIT + 4));
    }

    @Test
    void releasingTwiceKeepsOneRecordAndNobodyHolds() {
        RunRecord begun = new RunRecord("back", "first", "d1", "4.5.1", "4.0.1", "2026-01-01T10:00:00Z", null, null);
        RunHistory held = RunHistory.empty().claimedBy(begun);
        assertThat(held.heldBy("first")).isTrue();
        assertThat(held.heldBy("second")).isFalse();

        RunRecord ended = begun.ended("2026-01-01T11:00:00Z", RunRecord.COMPLETE);
        RunHistory twice = held.released(ended).released(ended);

        assertThat(twice).isEqualTo(new RunHistory(Optional.empty(), List.of(ended), Optional.empty()));
        assertThat(ended.completed()).isTrue();
        assertThat(ended.startedAt()).isEqualTo("2026-01-01T10:00:00Z");
    }

    static RunRecord run(String name, String uid, String digest, String outcome) {
        return new RunRecord(
                name, uid, digest, "4.5.1", "4.0.1", "2026-01-01T10:00:00Z", "2026-01-01T11:00:00Z", outcome);
    }
}
