package com.sourcegraph.downgrade.migrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineBufferTest {
    private final LineBuffer buffer = new LineBuffer();
    private final List<String> lines = new ArrayList<>();

    @Test
    void cutsALineWithoutEndAndReadsTheNextOne() {
        for (int i = 0; i < 100; i++) {
            append("x".repeat(10_000));
        }
        append("\nnext\nhalf");
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).hasSize(64 * 1024);
        assertThat(lines.get(1)).isEqualTo("next");
        buffer.flush(lines::add);
        assertThat(lines).last().isEqualTo("half");
    }

    private void append(String text) {
        buffer.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), lines::add);
    }
}
