package com.sourcegraph.downgrade.migrator;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Cuts a stream of bytes into lines, however they arrive; a line beyond the bound is cut, not kept. */
final class LineBuffer {
    private static final int LONGEST = MigratorLogLine.LONGEST;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    void append(ByteBuffer bytes, Consumer<String> lines) {
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (next == '\n') {
                flush(lines);
            } else if (line.size() < LONGEST) {
                line.write(next);
            }
        }
    }

    /** Hands out what is there without an end of line. */
    void flush(Consumer<String> lines) {
        if (line.size() > 0) {
            String text = line.toString(StandardCharsets.UTF_8);
            line.reset();
            lines.accept(text);
        }
    }
}
