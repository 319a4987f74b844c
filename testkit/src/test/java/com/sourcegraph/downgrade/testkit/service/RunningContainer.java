package com.sourcegraph.downgrade.testkit.service;

import com.sourcegraph.downgrade.testkit.container.Program;
import com.sourcegraph.downgrade.testkit.container.ProgramContext;
import com.sourcegraph.downgrade.testkit.container.Programs;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One container without a cluster around it. */
final class RunningContainer implements ProgramContext, AutoCloseable {
    private final String image;
    private final List<String> args;
    private final Map<String, String> env;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final PrintStream stdout = new PrintStream(output, true, StandardCharsets.UTF_8);
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch terminated = new CountDownLatch(1);
    private final Thread thread;
    private volatile int exitCode = -1;

    RunningContainer(Programs programs, String image, List<String> args, Map<String, String> env) {
        this.image = image;
        this.args = args;
        this.env = env;
        Program program = programs.forContainer(image, "container").orElseThrow();
        this.thread = new Thread(() -> {
            try {
                exitCode = program.run(this);
            } catch (InterruptedException e) {
                exitCode = 137;
            }
        });
        thread.start();
    }

    boolean isReady() {
        return ready.getCount() == 0;
    }

    boolean hasEnded() {
        return !thread.isAlive();
    }

    String log() {
        return output.toString(StandardCharsets.UTF_8);
    }

    void terminate() {
        terminated.countDown();
    }

    void kill() {
        thread.interrupt();
    }

    int exitCode() throws InterruptedException {
        thread.join(30_000);
        return exitCode;
    }

    @Override
    public void close() throws InterruptedException {
        terminate();
        kill();
        thread.join(30_000);
    }

    @Override
    public String image() {
        return image;
    }

    @Override
    public String namespace() {
        return "sourcegraph";
    }

    @Override
    public String podName() {
        return "pod-" + System.identityHashCode(this);
    }

    @Override
    public String containerName() {
        return "container";
    }

    @Override
    public List<String> args() {
        return args;
    }

    @Override
    public Map<String, String> env() {
        return env;
    }

    @Override
    public PrintStream stdout() {
        return stdout;
    }

    @Override
    public void ready() {
        ready.countDown();
    }

    @Override
    public boolean awaitTermination(Duration atMost) throws InterruptedException {
        return terminated.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }
}
