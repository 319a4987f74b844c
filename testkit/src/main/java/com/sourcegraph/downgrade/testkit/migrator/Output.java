package com.sourcegraph.downgrade.testkit.migrator;

import java.io.PrintStream;

/** The lines for people, on stdout. */
final class Output {
    private static final String RESET = "\u001b[0m";

    /** How a line looks on a terminal. */
    enum Style {
        PLAIN(""),
        BOLD("\u001b[1m"),
        SUCCESS("\u001b[38;5;2m"),
        WARNING("\u001b[38;5;124m"),
        FAILURE("\u001b[31m"),
        SUGGESTION("\u001b[38;5;33m");

        private final String code;

        Style(String code) {
            this.code = code;
        }
    }

    private final PrintStream stream;
    private final boolean terminal;

    Output(PrintStream stream, MigratorTraits traits) {
        this.stream = stream;
        this.terminal = traits.forcesTerminal();
        if (terminal) {
            line("❗️", Style.WARNING, "An error was returned when detecting the terminal size and capabilities:");
            stream.print("\n   GetWinsize: inappropriate ioctl for device\n\n   Execution will continue, but please"
                    + " report this, along with your operating\n   system, terminal, and any other details.\n\n");
            stream.print("\u001b[?25l");
        }
    }

    void line(String emoji, Style style, String text) {
        String prefix = emoji.isEmpty() ? "" : emoji + " ";
        stream.print((terminal ? style.code + prefix + text + RESET : prefix + text) + "\n");
        stream.flush();
    }

    /** A line without an emoji. */
    void line(String text) {
        line("", Style.PLAIN, text);
    }

    void step(String text) {
        line("👉", Style.PLAIN, text);
    }

    void success(String text) {
        line("✅", Style.SUCCESS, text);
    }

    void failure(String text) {
        line("❌", Style.FAILURE, text);
    }

    void info(String text) {
        line("ℹ️", Style.SUGGESTION, text);
    }

    void suggestion(String text) {
        line("💡", Style.SUGGESTION, text);
    }

    void warning(String text) {
        line("⚠️", Style.WARNING, text);
    }

    void alarm(String text) {
        line("❗️", Style.WARNING, text);
    }
}
