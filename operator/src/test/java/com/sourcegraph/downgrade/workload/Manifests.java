package com.sourcegraph.downgrade.workload;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The objects of one real release's manifests, as an API server would list them, or of a crafted instance. */
record Manifests(List<HasMetadata> objects) {
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    /** The folder beside the project that holds real releases; not part of the project. */
    static Path folder() {
        String property = System.getProperty("manifests.dir");
        if (property != null) {
            return Path.of(property);
        }
        return Stream.of("../shared/manifests", "../../shared/manifests")
                .map(Path::of)
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(Path.of("../shared/manifests"));
    }

    static Manifests release(String name) {
        Path file = folder().resolve(name);
        boolean there = Files.isRegularFile(file);
        if (!there) {
            System.out.println("Skipped: no real manifests at " + file);
        }
        assumeTrue(there, "no real manifests at " + file);
        try (InputStream text = Files.newInputStream(file)) {
            return new Manifests(flatten(SERIALIZATION.unmarshal(text)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Manifests parse(String... documents) {
        return new Manifests(Arrays.stream(documents)
                .flatMap(text -> flatten(SERIALIZATION.unmarshal("---\n" + text)).stream())
                .toList());
    }

    private static List<HasMetadata> flatten(Object parsed) {
        Collection<?> many = parsed instanceof Collection<?> collection ? collection : List.of(parsed);
        return many.stream()
                .filter(Objects::nonNull)
                .map(HasMetadata.class::cast)
                .toList();
    }

    Manifests with(String... documents) {
        List<HasMetadata> more = new ArrayList<>(objects);
        more.addAll(parse(documents).objects());
        return new Manifests(more);
    }

    NamespaceObjects namespaceObjects() {
        return new NamespaceObjects(
                of(io.fabric8.kubernetes.api.model.apps.Deployment.class),
                of(io.fabric8.kubernetes.api.model.apps.StatefulSet.class),
                of(io.fabric8.kubernetes.api.model.apps.DaemonSet.class),
                of(io.fabric8.kubernetes.api.model.batch.v1.CronJob.class),
                of(io.fabric8.kubernetes.api.model.batch.v1.Job.class),
                of(io.fabric8.kubernetes.api.model.Pod.class),
                of(io.fabric8.kubernetes.api.model.apps.ReplicaSet.class),
                of(io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler.class));
    }

    /** The objects that make pods. */
    List<HasMetadata> workloads() {
        Set<String> kinds = Set.of("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job");
        return objects.stream()
                .filter(object -> kinds.contains(object.getKind()))
                .toList();
    }

    /** The uid of the run that looks. */
    static final String RUN = "run-uid-of-this-one";

    Workloads read() {
        return read(Map.of(), Optional.empty());
    }

    Workloads read(Map<WorkloadRef, Boolean> overrides, Optional<WorkloadRef> self) {
        return new WorkloadReader()
                .read("sourcegraph", namespaceObjects(), sources(), overrides, new OwnWork(self, RUN));
    }

    /** Answers from the ConfigMaps and Secrets among the objects. */
    EnvSources sources() {
        Map<String, ConfigMap> configMaps = byName(ConfigMap.class);
        Map<String, io.fabric8.kubernetes.api.model.Secret> secrets =
                byName(io.fabric8.kubernetes.api.model.Secret.class);
        return new EnvSources() {
            @Override
            public Optional<Map<String, String>> configMap(String name) {
                return Optional.ofNullable(configMaps.get(name)).map(ConfigMap::getData);
            }

            @Override
            public Optional<Set<String>> secretKeys(String name) {
                return Optional.ofNullable(secrets.get(name)).map(secret -> secret.getStringData().entrySet().stream()
                        .filter(entry -> !entry.getValue().isEmpty())
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet()));
            }
        };
    }

    private <T extends HasMetadata> List<T> of(Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private <T extends HasMetadata> Map<String, T> byName(Class<T> type) {
        return of(type).stream()
                .collect(Collectors.toMap(object -> object.getMetadata().getName(), Function.identity()));
    }
}
