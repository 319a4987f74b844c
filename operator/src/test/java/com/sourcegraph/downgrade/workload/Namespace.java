package com.sourcegraph.downgrade.workload;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A namespace of a cluster, with what the tests do in it in the name of others. */
final class Namespace {
    private static final EnvSources NOTHING = new EnvSources() {
        @Override
        public Optional<Map<String, String>> configMap(String any) {
            return Optional.empty();
        }

        @Override
        public Optional<Set<String>> secretKeys(String any) {
            return Optional.empty();
        }
    };

    private final KubernetesClient client;
    private final String name;

    Namespace(KubernetesClient client) {
        this.client = client;
        this.name = client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withGenerateName("sourcegraph-")
                        .endMetadata()
                        .build())
                .create()
                .getMetadata()
                .getName();
    }

    String name() {
        return name;
    }

    void delete() {
        client.namespaces().withName(name).delete();
    }

    /** As {@code kubectl apply} on the client's side and Helm 3 do: an ordinary request under their name. */
    void create(String manager, String yaml) {
        create(manager, parse(yaml));
    }

    private void create(String manager, HasMetadata object) {
        client.raw(
                "/apis/" + object.getApiVersion() + "/namespaces/" + name + "/" + object.getPlural() + "?fieldManager="
                        + manager,
                "POST",
                object);
    }

    /** As {@code kubectl apply --server-side}, Argo CD and Helm 4 do, without force. */
    void apply(String manager, String yaml) {
        client.resource(parse(yaml)).inNamespace(name).fieldManager(manager).serverSideApply();
    }

    private static HasMetadata parse(String yaml) {
        return Manifests.parse(yaml).objects().get(0);
    }

    /** What the pods of real manifests mount and read. */
    void installFoundations(Manifests manifests) {
        Set<String> kinds = Set.of("ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim");
        manifests.objects().stream()
                .filter(object -> kinds.contains(object.getKind()))
                .forEach(object -> {
                    object.getMetadata().setNamespace(name);
                    client.resource(object).inNamespace(name).create();
                });
    }

    /** The workloads of real manifests, as that manager leaves them there. */
    void install(Manifests manifests, String manager, boolean serverSide) {
        for (HasMetadata object : manifests.workloads()) {
            object.getMetadata().setNamespace(name);
            if (serverSide) {
                client.resource(object).inNamespace(name).fieldManager(manager).serverSideApply();
            } else {
                create(manager, object);
            }
        }
    }

    Workloads read() {
        return new WorkloadReader().read(name, objects(), NOTHING, Map.of(), new OwnWork(Optional.empty(), "run"));
    }

    Workload read(String kind, String workload) {
        return read().byRef(new WorkloadRef(kind, workload)).orElseThrow();
    }

    Workload read(WorkloadRef ref) {
        return read().byRef(ref).orElseThrow();
    }

    NamespaceObjects objects() {
        return new NamespaceObjects(
                client.apps().deployments().inNamespace(name).list().getItems(),
                client.apps().statefulSets().inNamespace(name).list().getItems(),
                client.apps().daemonSets().inNamespace(name).list().getItems(),
                client.batch().v1().cronjobs().inNamespace(name).list().getItems(),
                client.batch().v1().jobs().inNamespace(name).list().getItems(),
                client.pods().inNamespace(name).list().getItems(),
                client.apps().replicaSets().inNamespace(name).list().getItems(),
                client.autoscaling()
                        .v2()
                        .horizontalPodAutoscalers()
                        .inNamespace(name)
                        .list()
                        .getItems());
    }
}
