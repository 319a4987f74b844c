package com.sourcegraph.downgrade.testkit.service;

import com.sourcegraph.downgrade.testkit.container.ProgramContext;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** This very process, seen as a container. */
final class ContainerProcess implements ProgramContext {
    private final String image;
    private final List<String> arguments;
    private final Map<String, String> environment;
    private final PrintStream output;
    private final ServicePorts ports;
    private final CountDownLatch terminated = new CountDownLatch(1);

    ContainerProcess(
            String image,
            List<String> arguments,
            Map<String, String> environment,
            PrintStream output,
            ServicePorts ports) {
        this.image = image;
        this.arguments = List.copyOf(arguments);
        this.environment = Map.copyOf(environment);
        this.output = output;
        this.ports = ports;
    }

    /** SIGTERM has come. */
    void terminate() {
        terminated.countDown();
    }

    @Override
    public String image() {
        return image;
    }

    @Override
    public String namespace() {
        return environment.getOrDefault("POD_NAMESPACE", "");
    }

    @Override
    public String podName() {
        return environment.getOrDefault("HOSTNAME", "");
    }

    @Override
    public String containerName() {
        return ImageName.parse(image).base();
    }

    @Override
    public List<String> args() {
        return arguments;
    }

    @Override
    public Map<String, String> env() {
        return environment;
    }

    @Override
    public PrintStream stdout() {
        return output;
    }

    @Override
    public void ready() {
        ports.openOwn();
    }

    @Override
    public boolean awaitTermination(Duration atMost) throws InterruptedException {
        return terminated.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }
}
