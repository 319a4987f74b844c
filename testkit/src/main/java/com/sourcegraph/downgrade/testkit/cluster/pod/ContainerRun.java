package com.sourcegraph.downgrade.testkit.cluster.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.api.Timestamps;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.container.Program;
import com.sourcegraph.downgrade.testkit.container.ProgramContext;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * One container of a pod over all its restarts. Everything but the program itself runs under the lock of its pod; an end
 * that comes after the container was ended otherwise counts for nothing.
 */
final class ContainerRun {
    private final PodRun pod;
    private final JsonNode spec;
    private final boolean init;
    private final Clock clock;
    private final ThreadFactory threads;
    private ContainerState state = new ContainerState.Waiting("PodInitializing", null);
    private ContainerState last;
    private int restarts;
    private int attempt;
    private boolean ready;
    private ContainerLog log;
    private ContainerLog previousLog;
    private CountDownLatch termination = new CountDownLatch(1);
    private Thread thread;

    ContainerRun(PodRun pod, JsonNode spec, boolean init, Clock clock, ThreadFactory threads) {
        this.pod = pod;
        this.spec = spec;
        this.init = init;
        this.clock = clock;
        this.threads = threads;
        this.log = new ContainerLog(clock);
    }

    String name() {
        return Nodes.text(spec, "name");
    }

    String image() {
        return Nodes.text(spec, "image");
    }

    JsonNode spec() {
        return spec;
    }

    ContainerState state() {
        return state;
    }

    boolean isReady() {
        return ready;
    }

    boolean isRunning() {
        return state instanceof ContainerState.Running;
    }

    int restarts() {
        return restarts;
    }

    ContainerLog log() {
        return log;
    }

    ContainerLog previousLog() {
        return previousLog;
    }

    void await(String reason, String message) {
        state = new ContainerState.Waiting(reason, message);
    }

    /** Starts the container, the first time or again. */
    void start(Optional<Program> program, List<String> args, Map<String, String> env) {
        if (last != null || state instanceof ContainerState.Terminated) {
            restarts++;
            previousLog = log;
            log = new ContainerLog(clock);
        }
        if (state instanceof ContainerState.Terminated) {
            last = state;
        }
        attempt++;
        ready = false;
        termination = new CountDownLatch(1);
        state = new ContainerState.Running(now());
        if (program.isEmpty()) {
            if (init) {
                ended(attempt, 0, "Completed");
            } else {
                ready = true;
            }
            return;
        }
        Context context = new Context(args, env, log, termination, attempt);
        int current = attempt;
        thread = threads.newThread(() -> run(program.get(), context, current));
        thread.start();
    }

    private void run(Program program, Context context, int current) {
        int exitCode;
        try {
            exitCode = program.run(context);
        } catch (InterruptedException e) {
            exitCode = 137;
        } catch (Exception | LinkageError e) {
            context.stdout().println(e);
            exitCode = 1;
        }
        context.stdout().flush();
        pod.containerEnded(this, current, exitCode, exitCode == 0 ? "Completed" : "Error");
    }

    /** @return whether this was the end of the run that goes on now */
    boolean ended(int of, int exitCode, String reason) {
        if (of != attempt || !(state instanceof ContainerState.Running running)) {
            return false;
        }
        state = new ContainerState.Terminated(exitCode, reason, running.startedAt(), now());
        ready = false;
        log.end();
        return true;
    }

    int attempt() {
        return attempt;
    }

    /** SIGTERM. A container without a program is gone at once. */
    void terminate() {
        termination.countDown();
        if (thread == null && isRunning()) {
            ended(attempt, 0, "Completed");
        }
    }

    /** SIGKILL, or whatever else ends it at once. */
    void kill(int exitCode, String reason) {
        termination.countDown();
        if (ended(attempt, exitCode, reason) && thread != null) {
            thread.interrupt();
        }
    }

    ObjectNode status() {
        ObjectNode node = Nodes.object();
        node.put("name", name());
        node.set("state", ContainerState.json(state));
        ObjectNode lastState = node.putObject("lastState");
        if (last != null) {
            lastState.setAll(ContainerState.json(last));
        }
        boolean done = state instanceof ContainerState.Terminated terminated && terminated.exitCode() == 0;
        node.put("ready", init ? done : ready);
        node.put("started", isRunning());
        node.put("restartCount", restarts);
        node.put("image", image());
        node.put("imageID", attempt == 0 ? "" : image());
        if (attempt > 0) {
            node.put("containerID", "containerd://" + pod.uid() + "-" + name() + "-" + attempt);
        }
        return node;
    }

    /** Becomes waiting between two runs, and keeps what the last one came to. */
    void backOff(String message) {
        last = state;
        state = new ContainerState.Waiting("CrashLoopBackOff", message);
    }

    private String now() {
        return Timestamps.seconds(clock.instant());
    }

    private final class Context implements ProgramContext {
        private final List<String> args;
        private final Map<String, String> env;
        private final PrintStream stdout;
        private final CountDownLatch terminated;
        private final int of;

        Context(List<String> args, Map<String, String> env, ContainerLog output, CountDownLatch terminated, int of) {
            this.args = args;
            this.env = Map.copyOf(env);
            this.stdout = output.stream();
            this.terminated = terminated;
            this.of = of;
        }

        @Override
        public String image() {
            return ContainerRun.this.image();
        }

        @Override
        public String namespace() {
            return pod.namespace();
        }

        @Override
        public String podName() {
            return pod.name();
        }

        @Override
        public String containerName() {
            return name();
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
            pod.change(() -> {
                if (of == attempt && isRunning()) {
                    ready = true;
                }
            });
        }

        @Override
        public boolean awaitTermination(Duration atMost) throws InterruptedException {
            return terminated.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        }
    }
}
