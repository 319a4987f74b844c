package com.sourcegraph.downgrade.testkit.cluster.store;

import com.sourcegraph.downgrade.testkit.cluster.schema.ModelTypes;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressClass;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/** The resources that the cluster serves: the built-in ones, and those that CustomResourceDefinitions add. */
public final class ResourceCatalog {
    private final Map<String, ResourceType> resources = new ConcurrentSkipListMap<>();

    public ResourceCatalog() {
        core();
        workloads();
        others();
    }

    private void core() {
        namespaced("", "v1", "pods", Pod.class, "po").with("status", "log");
        namespaced("", "v1", "services", Service.class, "svc").with("status");
        namespaced("", "v1", "configmaps", ConfigMap.class, "cm").with();
        namespaced("", "v1", "secrets", Secret.class).with();
        namespaced("", "v1", "serviceaccounts", ServiceAccount.class, "sa").with();
        namespaced("", "v1", "persistentvolumeclaims", PersistentVolumeClaim.class, "pvc")
                .with("status");
        namespaced("", "v1", "endpoints", Endpoints.class, "ep").with();
        namespaced("", "v1", "events", io.fabric8.kubernetes.api.model.Event.class, "ev")
                .with();
        namespaced("", "v1", "limitranges", LimitRange.class, "limits").with();
        namespaced("", "v1", "resourcequotas", ResourceQuota.class, "quota").with("status");
        clusterWide("", "v1", "namespaces", Namespace.class, "ns").with("status");
        clusterWide("", "v1", "nodes", Node.class, "no").with("status");
        clusterWide("", "v1", "persistentvolumes", PersistentVolume.class, "pv").with("status");
    }

    private void workloads() {
        namespaced("apps", "v1", "deployments", Deployment.class, "deploy").with("status", "scale");
        namespaced("apps", "v1", "statefulsets", StatefulSet.class, "sts").with("status", "scale");
        namespaced("apps", "v1", "daemonsets", DaemonSet.class, "ds").with("status");
        namespaced("apps", "v1", "replicasets", ReplicaSet.class, "rs").with("status", "scale");
        namespaced("batch", "v1", "jobs", Job.class).with("status");
        namespaced("batch", "v1", "cronjobs", CronJob.class, "cj").with("status");
    }

    private void others() {
        namespaced("autoscaling", "v2", "horizontalpodautoscalers", HorizontalPodAutoscaler.class, "hpa")
                .with("status");
        namespaced("policy", "v1", "poddisruptionbudgets", PodDisruptionBudget.class, "pdb")
                .with("status");
        namespaced("networking.k8s.io", "v1", "ingresses", Ingress.class, "ing").with("status");
        namespaced("networking.k8s.io", "v1", "networkpolicies", NetworkPolicy.class, "netpol")
                .with();
        clusterWide("networking.k8s.io", "v1", "ingressclasses", IngressClass.class)
                .with();
        namespaced("rbac.authorization.k8s.io", "v1", "roles", Role.class).with();
        namespaced("rbac.authorization.k8s.io", "v1", "rolebindings", RoleBinding.class)
                .with();
        clusterWide("rbac.authorization.k8s.io", "v1", "clusterroles", ClusterRole.class)
                .with();
        clusterWide("rbac.authorization.k8s.io", "v1", "clusterrolebindings", ClusterRoleBinding.class)
                .with();
        clusterWide("storage.k8s.io", "v1", "storageclasses", StorageClass.class, "sc")
                .with();
        clusterWide("scheduling.k8s.io", "v1", "priorityclasses", PriorityClass.class, "pc")
                .with();
        namespaced("coordination.k8s.io", "v1", "leases", Lease.class).with();
        namespaced("events.k8s.io", "v1", "events", io.fabric8.kubernetes.api.model.events.v1.Event.class, "ev")
                .with();
        clusterWide(
                        "apiextensions.k8s.io",
                        "v1",
                        "customresourcedefinitions",
                        CustomResourceDefinition.class,
                        "crd",
                        "crds")
                .with("status");
    }

    public Optional<ResourceType> byPlural(String group, String version, String plural) {
        return Optional.ofNullable(resources.get(key(group, version, plural)));
    }

    public Optional<ResourceType> byKind(String apiVersion, String kind) {
        return resources.values().stream()
                .filter(r -> r.kind().equals(kind) && r.apiVersion().equals(apiVersion))
                .findFirst();
    }

    /** A built-in resource by its plural name and group. */
    public ResourceType required(String group, String plural) {
        return resources.values().stream()
                .filter(r -> r.group().equals(group) && r.plural().equals(plural))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("not served: " + plural + "." + group));
    }

    public Collection<ResourceType> all() {
        return List.copyOf(resources.values());
    }

    public void add(ResourceType resource) {
        resources.put(key(resource.group(), resource.version(), resource.plural()), resource);
    }

    public void remove(String group, String plural) {
        resources
                .values()
                .removeIf(
                        r -> r.custom() && r.group().equals(group) && r.plural().equals(plural));
    }

    private static String key(String group, String version, String plural) {
        return group + "/" + version + "/" + plural;
    }

    private Entry namespaced(String group, String version, String plural, Class<?> model, String... shortNames) {
        return new Entry(group, version, plural, model, true, List.of(shortNames));
    }

    private Entry clusterWide(String group, String version, String plural, Class<?> model, String... shortNames) {
        return new Entry(group, version, plural, model, false, List.of(shortNames));
    }

    private final class Entry {
        private final String group;
        private final String version;
        private final String plural;
        private final Class<?> model;
        private final boolean namespaced;
        private final List<String> shortNames;

        Entry(
                String group,
                String version,
                String plural,
                Class<?> model,
                boolean namespaced,
                List<String> shortNames) {
            this.group = group;
            this.version = version;
            this.plural = plural;
            this.model = model;
            this.namespaced = namespaced;
            this.shortNames = shortNames;
        }

        void with(String... subresources) {
            String kind = model.getSimpleName();
            boolean inAll = Set.of(
                            "pods",
                            "services",
                            "deployments",
                            "statefulsets",
                            "daemonsets",
                            "replicasets",
                            "jobs",
                            "cronjobs",
                            "horizontalpodautoscalers")
                    .contains(plural);
            add(new ResourceType(
                    group,
                    version,
                    plural,
                    kind.toLowerCase(Locale.ROOT),
                    kind,
                    namespaced,
                    shortNames,
                    inAll ? List.of("all") : List.of(),
                    Set.of(subresources),
                    ModelTypes.of(model),
                    false));
        }
    }
}
