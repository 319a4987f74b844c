package com.sourcegraph.downgrade.testkit.service;

import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * The entry point of a service in a container of its own: the same program that runs on the in-memory cluster.
 *
 * <p>Variables: {@code STAND_IN_IMAGE} (required), the image that this container stands for; {@code
 * STAND_IN_STOP_MILLIS}, from SIGTERM to the end, 2000 by default; {@code STAND_IN_REFUSES_TO_STOP}, {@code true} to
 * ignore SIGTERM.
 */
public final class ServiceMain {
    private static final String INTERNAL = "http://sourcegraph-frontend-internal";
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private ServiceMain() {}

    /** Ends the JVM with the service's exit code. */
    public static void main(String[] arguments) throws InterruptedException {
        Map<String, String> environment = System.getenv();
        String image = environment.get("STAND_IN_IMAGE");
        if (image == null) {
            throw new IllegalArgumentException(
                    "STAND_IN_IMAGE is not set: give the image to stand for, such as sourcegraph/worker:5.0.6");
        }
        ImageName name = ImageName.parse(image);
        ConnectedService service = ConnectedService.ofImage(name.base())
                .orElseThrow(() -> new IllegalArgumentException(image + " does not connect to a database"));
        ServicePorts ports = new ServicePorts(
                service.ports(), service.applicationName() + " " + name.tag().orElse("") + "\n");
        PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        ContainerProcess process = new ContainerProcess(image, List.of(arguments), environment, output, ports);
        ports.openDebug();
        ServiceProgram program = new ServiceProgram(
                service,
                name.release(),
                variables -> variables,
                new HttpInternalApi(URI.create(INTERNAL)),
                settings(service, environment));
        stopOnSigterm(process);
        Runtime.getRuntime().halt(program.run(process));
    }

    private static ServiceSettings settings(ConnectedService service, Map<String, String> environment) {
        long stop = Long.parseLong(environment.getOrDefault("STAND_IN_STOP_MILLIS", "2000"));
        ServiceSettings settings = new ServiceSettings(Duration.ofMillis(stop), HEARTBEAT, Set.of());
        return Boolean.parseBoolean(environment.get("STAND_IN_REFUSES_TO_STOP"))
                ? settings.refusingToStop(service.applicationName())
                : settings;
    }

    /** The JVM ends when its hooks have; this one never does, so that the program's own end is the JVM's. */
    private static void stopOnSigterm(ContainerProcess process) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            process.terminate();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "sigterm"));
    }
}
