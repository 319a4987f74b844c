package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two resources for one namespace: one comes first, and both agree which. */
class QueueRuleTest {
    private static final Instant EARLY = Instant.parse("2026-01-01T10:00:00Z");
    private static final Instant LATE = EARLY.plusSeconds(60);

    private final QueueRule rule = new QueueRule();

    @Test
    void theOldestThatWantsToActComesFirst() {
        assertThat(ahead(waiting("b", LATE), waiting("a", EARLY), waiting("c", LATE)))
                .contains("a");
        assertThat(ahead(waiting("a", EARLY), waiting("b", LATE))).isEmpty();
    }

    @Test
    void ofTwoOfTheSameSecondTheNameDecidesForBoth() {
        assertThat(ahead(waiting("b", EARLY), waiting("a", EARLY))).contains("a");
        assertThat(ahead(waiting("a", EARLY), waiting("b", EARLY))).isEmpty();
    }

    @Test
    void whoActsComesFirstHoweverYoung() {
        assertThat(ahead(waiting("a", EARLY), acting("b", LATE))).contains("b");
        assertThat(ahead(acting("b", LATE), waiting("a", EARLY))).isEmpty();
    }

    @Test
    void heldFinishedAndPlanningOnesAreOvertaken() {
        QueueRule.Entry held = new QueueRule.Entry("held", "held", EARLY, false, false, true, false);
        QueueRule.Entry finished = new QueueRule.Entry("finished", "finished", EARLY, true, false, false, true);
        QueueRule.Entry planning = new QueueRule.Entry("planning", "planning", EARLY, false, true, false, false);

        assertThat(ahead(waiting("b", LATE), held, finished, planning)).isEmpty();
    }

    @Test
    void oneThatIsHeldInTheMiddleOfItsRunIsNotOvertaken() {
        QueueRule.Entry held = new QueueRule.Entry("held", "held", LATE, false, false, true, true);

        assertThat(ahead(waiting("a", EARLY), held)).contains("held");
    }

    @Test
    void whateverTheOrderInWhichTheyAreListedExactlyOneGoes() {
        List<QueueRule.Entry> all = new ArrayList<>(
                List.of(waiting("a", LATE), waiting("b", EARLY), waiting("c", EARLY), waiting("d", LATE)));
        for (int turn = 0; turn < all.size(); turn++) {
            Collections.rotate(all, 1);
            List<String> first = all.stream()
                    .filter(entry -> rule.queue(entry, all).ahead().isEmpty())
                    .map(QueueRule.Entry::name)
                    .toList();
            assertThat(first).containsExactly("b");
        }
    }

    @Test
    void everyLivingResourceIsKnownByItsUid() {
        assertThat(rule.queue(waiting("a", EARLY), List.of(waiting("a", EARLY), acting("b", LATE)))
                        .liveUids())
                .containsExactlyInAnyOrder("a-uid", "b-uid");
    }

    private Optional<String> ahead(QueueRule.Entry self, QueueRule.Entry... others) {
        List<QueueRule.Entry> all = new ArrayList<>(List.of(others));
        all.add(self);
        return rule.queue(self, all).ahead();
    }

    private static QueueRule.Entry waiting(String name, Instant created) {
        return new QueueRule.Entry(name, name + "-uid", created, false, false, false, false);
    }

    private static QueueRule.Entry acting(String name, Instant created) {
        return new QueueRule.Entry(name, name + "-uid", created, false, false, false, true);
    }
}
