package com.sourcegraph.downgrade.step;

import com.sourcegraph.downgrade.plan.Stop;
import java.time.Duration;

/** What came of an action. */
public sealed interface Effect {

    /** Done, or as far as it goes now; what is left shows at the next look. */
    record Done() implements Effect {}

    /** Someone else was there first or the server did not answer: look again after that long. */
    record Again(String message, Duration after) implements Effect {}

    /** Refused; a person has to repair something. */
    record Refused(Stop stop) implements Effect {}
}
