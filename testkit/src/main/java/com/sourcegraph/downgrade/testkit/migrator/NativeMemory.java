package com.sourcegraph.downgrade.testkit.migrator;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Memory beside the JVM's heap, whose limit would otherwise end it with an error of Java's own. */
final class NativeMemory {
    private static final int MEBIBYTE = 1 << 20;

    private final List<ByteBuffer> kept = new ArrayList<>();

    /** Takes it in full: a direct buffer is filled with zeros when it is made. */
    void take(int mebibytes) {
        for (int taken = 0; taken < mebibytes; taken++) {
            kept.add(ByteBuffer.allocateDirect(MEBIBYTE));
        }
    }
}
