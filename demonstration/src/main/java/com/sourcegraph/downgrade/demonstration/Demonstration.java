package com.sourcegraph.downgrade.demonstration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Starts everything, applies the example, shows the run, and ends with what kubectl would show. */
public final class Demonstration {

    private Demonstration() {}

    public static void main(String[] args) throws Exception {
        List<String> given = List.of(args);
        boolean keep = given.contains("--keep");
        if (given.stream().anyMatch(argument -> !argument.equals("--keep"))) {
            System.err.println("usage: ./demo [--keep]");
            System.exit(2);
        }
        Path folder = Files.createTempDirectory("sourcegraph-downgrade-demo");
        // The operator brings its own logback.xml, for a container.
        System.setProperty("logback.configurationFile", "logback-demonstration.xml");
        System.setProperty("demonstration.log", folder.resolve("operator.log").toString());
        System.exit(run(keep, folder));
    }

    private static int run(boolean keep, Path folder) throws IOException, InterruptedException {
        Screen screen = Screen.of(System.out, System.console() != null);
        screen.say("Starting an embedded Kubernetes API and PostgreSQL ...");
        try (DemonstrationCluster cluster = DemonstrationCluster.start()) {
            screen.say("A sample instance of Sourcegraph " + cluster.release() + " is up in namespace "
                    + cluster.namespace() + ": " + cluster.workloads() + " workloads");
            cluster.startOperator();
            Path example = Path.of("examples", "smallest.yaml");
            String name = cluster.apply(Files.readString(example));
            screen.say("kubectl apply -f " + example);
            screen.say("");
            boolean complete = new RunDisplay(screen).follow(cluster, name);
            screen.say("");
            new Outcome(cluster, name).print(screen);
            screen.say("");
            screen.say("The operator's log: " + folder.resolve("operator.log"));
            if (keep) {
                stay(screen, cluster, folder);
            }
            return complete ? 0 : 1;
        }
    }

    private static void stay(Screen screen, DemonstrationCluster cluster, Path folder)
            throws IOException, InterruptedException {
        Path kubeconfig = folder.resolve("kubeconfig");
        Files.writeString(kubeconfig, cluster.kubeconfig());
        screen.say("");
        screen.say("The cluster stays up. In another terminal:");
        screen.say("  export KUBECONFIG=" + kubeconfig);
        screen.say("  kubectl get sgdowngrades -n " + cluster.namespace());
        screen.say("Ctrl-C ends it.");
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(ended::countDown));
        ended.await();
    }
}
