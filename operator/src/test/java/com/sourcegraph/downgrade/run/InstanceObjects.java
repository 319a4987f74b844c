package com.sourcegraph.downgrade.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sourcegraph.downgrade.migrator.MigratorLabels;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What there is in the instance's namespace: workloads, pods, the migrator's Jobs, and the events of a resource. */
final class InstanceObjects {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;
    private final String namespace;

    InstanceObjects(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** Everything of the instance's workloads that a person or a manifest says, to compare before and after. */
    Map<String, String> workloads() {
        Map<String, String> found = new TreeMap<>();
        Stream.of(
                        client.apps()
                                .deployments()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.apps()
                                .statefulSets()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.batch()
                                .v1()
                                .cronjobs()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.autoscaling()
                                .v2()
                                .horizontalPodAutoscalers()
                                .inNamespace(namespace)
                                .list()
                                .getItems())
                .flatMap(List::stream)
                .map(HasMetadata.class::cast)
                .forEach(object ->
                        found.put(object.getKind() + "/" + object.getMetadata().getName(), said(object)));
        return found;
    }

    private static String said(HasMetadata object) {
        Map<String, String> annotations = new TreeMap<>(object.getMetadata().getAnnotations());
        annotations.remove("deployment.kubernetes.io/revision");
        JsonNode json = JSON.valueToTree(object);
        return annotations + " " + json.path("spec");
    }

    int replicas(String deployment) {
        return client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(deployment)
                .get()
                .getSpec()
                .getReplicas();
    }

    /** The migrator Jobs of that kind ({@code checks}, {@code downgrade}, {@code drift}). */
    List<Job> jobs(String kind) {
        return client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withLabel(MigratorLabels.JOB, kind)
                .list()
                .getItems();
    }

    /** The instance's pods that are not ready. */
    List<String> unready() {
        List<Pod> pods = client.pods().inNamespace(namespace).list().getItems();
        if (pods.isEmpty()) {
            return List.of("no pods");
        }
        return pods.stream()
                .filter(pod -> !pod.getMetadata().getLabels().containsKey(MigratorLabels.JOB))
                .filter(pod -> !Readiness.isPodReady(pod))
                .map(pod -> pod.getMetadata().getName())
                .toList();
    }

    /** Workloads and pods as they stand, one a line. */
    String told() {
        return Stream.of(
                        client.apps()
                                .deployments()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.apps()
                                .replicaSets()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.apps()
                                .statefulSets()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.batch().v1().jobs().inNamespace(namespace).list().getItems(),
                        client.pods().inNamespace(namespace).list().getItems())
                .flatMap(List::stream)
                .map(HasMetadata.class::cast)
                .map(object -> {
                    JsonNode json = JSON.valueToTree(object);
                    return object.getKind() + "/" + object.getMetadata().getName() + " version "
                            + object.getMetadata().getResourceVersion() + " generation "
                            + object.getMetadata().getGeneration() + " replicas " + json.at("/spec/replicas")
                            + " deleted " + object.getMetadata().getDeletionTimestamp() + " " + json.path("status");
                })
                .collect(Collectors.joining("\n", "\n", "\n"));
    }

    /** The reasons of the resource's events, in the order in which they were written. */
    List<String> events(String name) {
        return written(name).map(Event::getReason).toList();
    }

    /** The messages of the resource's events with that reason, in the order in which they were written. */
    List<String> eventMessages(String name, String reason) {
        return written(name)
                .filter(event -> event.getReason().equals(reason))
                .map(Event::getMessage)
                .toList();
    }

    private Stream<Event> written(String name) {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> event.getInvolvedObject().getName().equals(name))
                .sorted(Comparator.comparingLong(
                        event -> Long.parseLong(event.getMetadata().getResourceVersion())));
    }
}
