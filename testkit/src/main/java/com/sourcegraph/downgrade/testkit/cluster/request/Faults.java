package com.sourcegraph.downgrade.testkit.cluster.request;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Lets requests and watches fail on purpose. A fault is used up when it has happened as often as it was asked for. */
public final class Faults {
    /** What happens to a request. */
    public sealed interface Effect permits Answer, ResetBefore, ResetAfter {}

    /** It is answered with that code and has no effect. */
    public record Answer(int code, Optional<Duration> retryAfter) implements Effect {}

    /** The connection is reset and it has no effect. */
    public record ResetBefore() implements Effect {}

    /** It has its effect, but the connection is reset instead of an answer. */
    public record ResetAfter() implements Effect {}

    /** What happens to the events of a watch. */
    public enum WatchEffect {
        CUT,
        EXPIRE,
        DROP_EVENT,
        DEAFEN
    }

    /** Where and how often a fault happens; one of the last methods arms it. */
    public final class Rule {
        private final Predicate<RequestRecord> matcher;
        private final AtomicInteger toSkip = new AtomicInteger();
        private final AtomicInteger left = new AtomicInteger(1);
        private Effect effect;

        private Rule(Predicate<RequestRecord> matcher) {
            this.matcher = matcher;
        }

        /** Lets the first {@code n} matching requests pass. */
        public Rule after(int n) {
            toSkip.set(n);
            return this;
        }

        /** Happens that often; once if not said. */
        public Rule times(int n) {
            left.set(n);
            return this;
        }

        /** Answers 409, 500, 503 or another code in place of the request. */
        public void answer(int code) {
            arm(new Answer(code, Optional.empty()));
        }

        /** Answers with {@code Retry-After}, as an overloaded server does with 429. */
        public void answer(int code, Duration retryAfter) {
            arm(new Answer(code, Optional.of(retryAfter)));
        }

        public void resetBeforeCommit() {
            arm(new ResetBefore());
        }

        public void resetAfterCommit() {
            arm(new ResetAfter());
        }

        private void arm(Effect what) {
            effect = what;
            rules.add(this);
        }

        private boolean strikes(RequestRecord request) {
            if (!matcher.test(request)) {
                return false;
            }
            if (toSkip.get() > 0 && toSkip.getAndDecrement() > 0) {
                return false;
            }
            return left.getAndDecrement() > 0;
        }
    }

    /** Something that a fault can do to the watches that are open. */
    public interface OpenWatches {
        int apply(WatchEffect effect, Predicate<RequestRecord> matcher);
    }

    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final OpenWatches watches;

    /** Faults for these watches; the cluster makes one. */
    public Faults(OpenWatches watches) {
        this.watches = watches;
    }

    /** The start of a fault for the requests that match. */
    public Rule on(Predicate<RequestRecord> matcher) {
        return new Rule(matcher);
    }

    /** Ends the watches that match, as a connection that breaks. @return how many */
    public int cutWatches(Predicate<RequestRecord> matcher) {
        return watches.apply(WatchEffect.CUT, matcher);
    }

    /** Ends the watches that match with an error event 410 Gone. @return how many */
    public int expireWatches(Predicate<RequestRecord> matcher) {
        return watches.apply(WatchEffect.EXPIRE, matcher);
    }

    /** Each watch that matches does not get its next event. @return how many */
    public int dropNextEvent(Predicate<RequestRecord> matcher) {
        return watches.apply(WatchEffect.DROP_EVENT, matcher);
    }

    /** Each watch that matches stays open and gets no more events, as one whose connection has died unnoticed. @return how many */
    public int deafenWatches(Predicate<RequestRecord> matcher) {
        return watches.apply(WatchEffect.DEAFEN, matcher);
    }

    /** Takes back all faults that have not happened yet. */
    public void clear() {
        rules.clear();
    }

    /** What is to happen to this request, if anything. */
    public Optional<Effect> strike(RequestRecord request) {
        for (Rule rule : rules) {
            if (rule.strikes(request)) {
                return Optional.of(rule.effect);
            }
        }
        return Optional.empty();
    }
}
