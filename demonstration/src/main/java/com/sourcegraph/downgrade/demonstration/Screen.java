package com.sourcegraph.downgrade.demonstration;

import java.io.PrintStream;
import java.util.List;

/** Where the demonstration is shown: a terminal whose last lines are drawn anew, or plain lines elsewhere. */
final class Screen {

    private static final String UP = "\u001b[%dA";
    private static final String CLEAR = "\u001b[2K";

    private final PrintStream out;
    private final boolean terminal;
    private int drawn;

    private Screen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    static Screen of(PrintStream out, boolean terminal) {
        return new Screen(out, terminal);
    }

    boolean terminal() {
        return terminal;
    }

    /** A line that stays. */
    void say(String line) {
        drawn = 0;
        out.println(line);
        out.flush();
    }

    /** Lines that the next call draws over, in a terminal; elsewhere nothing. */
    void draw(List<String> lines) {
        if (!terminal) {
            return;
        }
        if (drawn > 0) {
            out.printf(UP, drawn);
        }
        lines.forEach(line -> out.println(CLEAR + line));
        for (int left = lines.size(); left < drawn; left++) {
            out.println(CLEAR);
        }
        drawn = Math.max(drawn, lines.size());
        out.flush();
    }
}
