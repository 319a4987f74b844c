package com.sourcegraph.downgrade.run;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What operators in this process do at this moment. */
final class Turns {

    private Turns() {}

    /** The stacks of all threads that are in the midst of the operator's code; one that waits for ever is among them. */
    static String inProgress() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> Arrays.stream(thread.getValue())
                        .anyMatch(frame -> frame.getClassName().startsWith("com.sourcegraph.downgrade.")
                                && !frame.getClassName().startsWith("com.sourcegraph.downgrade.testkit.")))
                .map(thread -> thread.getKey().getName() + "\n"
                        + Arrays.stream(thread.getValue())
                                .map(frame -> "    " + frame)
                                .collect(Collectors.joining("\n")))
                .collect(Collectors.joining("\n", "\n", "\n"));
    }
}
