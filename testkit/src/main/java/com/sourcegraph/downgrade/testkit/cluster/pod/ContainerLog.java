package com.sourcegraph.downgrade.testkit.cluster.pod;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What one run of a container has written, line by line. */
final class ContainerLog {
    /** One line, without its end. */
    record Line(Instant time, String text) {}

    private final Clock clock;
    private final List<Line> lines = new ArrayList<>();
    private final List<Consumer<Line>> followers = new ArrayList<>();
    private final List<Runnable> atEnd = new ArrayList<>();
    private boolean ended;

    ContainerLog(Clock clock) {
        this.clock = clock;
    }

    PrintStream stream() {
        return new PrintStream(new Lines(), true, StandardCharsets.UTF_8);
    }

    synchronized void add(String text) {
        if (ended) {
            return;
        }
        Line line = new Line(clock.instant(), text);
        lines.add(line);
        List.copyOf(followers).forEach(follower -> follower.accept(line));
    }

    synchronized List<Line> lines() {
        return List.copyOf(lines);
    }

    /** Gives the follower the lines from that one on, those to come included, and says when there are no more. */
    synchronized void follow(int from, Consumer<Line> follower, Runnable end) {
        lines.subList(from, lines.size()).forEach(follower);
        if (ended) {
            end.run();
        } else {
            followers.add(follower);
            atEnd.add(end);
        }
    }

    synchronized void unfollow(Consumer<Line> follower) {
        followers.remove(follower);
    }

    synchronized void end() {
        if (!ended) {
            ended = true;
            followers.clear();
            atEnd.forEach(Runnable::run);
            atEnd.clear();
        }
    }

    private final class Lines extends OutputStream {
        private final java.io.ByteArrayOutputStream pending = new java.io.ByteArrayOutputStream();

        @Override
        public synchronized void write(int b) {
            if (b == '\n') {
                add(pending.toString(StandardCharsets.UTF_8));
                pending.reset();
            } else if (b != '\r') {
                pending.write(b);
            }
        }
    }
}
