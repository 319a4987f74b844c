package com.sourcegraph.downgrade.manifest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The kinds that every supported cluster (Kubernetes 1.28 and later, as the chart says) serves, so that a release's manifests cost no discovery; and the
 * versions that none of them serves any more (Kubernetes deprecated API migration guide).
 */
final class KindCatalog {

    /** Group versions that were removed up to Kubernetes 1.28, with all their kinds but for those served under another version. */
    private static final Set<String> GONE = Set.of(
            "extensions/v1beta1",
            "apps/v1beta1",
            "apps/v1beta2",
            "batch/v1beta1",
            "networking.k8s.io/v1beta1",
            "policy/v1beta1",
            "rbac.authorization.k8s.io/v1alpha1",
            "rbac.authorization.k8s.io/v1beta1",
            "apiextensions.k8s.io/v1beta1",
            "admissionregistration.k8s.io/v1beta1",
            "autoscaling/v2beta1",
            "autoscaling/v2beta2",
            "scheduling.k8s.io/v1beta1");

    private static final Pattern API_VERSION = Pattern.compile("([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?v[a-z0-9]+");

    /** Of the namespaced kinds below, those that no release holds and that the chart's roles do not let the operator read. */
    private static final Set<String> NOT_GRANTED = Set.of("Endpoints", "LimitRange", "ResourceQuota");

    private final Map<String, ServedKind> kinds = new HashMap<>();

    KindCatalog() {
        namespaced("v1", "ConfigMap", "configmaps");
        namespaced("v1", "Secret", "secrets");
        namespaced("v1", "Service", "services");
        namespaced("v1", "ServiceAccount", "serviceaccounts");
        namespaced("v1", "PersistentVolumeClaim", "persistentvolumeclaims");
        namespaced("v1", "Pod", "pods");
        namespaced("v1", "Endpoints", "endpoints");
        namespaced("v1", "LimitRange", "limitranges");
        namespaced("v1", "ResourceQuota", "resourcequotas");
        namespaced("apps/v1", "Deployment", "deployments");
        namespaced("apps/v1", "StatefulSet", "statefulsets");
        namespaced("apps/v1", "DaemonSet", "daemonsets");
        namespaced("batch/v1", "Job", "jobs");
        namespaced("batch/v1", "CronJob", "cronjobs");
        namespaced("autoscaling/v1", "HorizontalPodAutoscaler", "horizontalpodautoscalers");
        namespaced("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers");
        namespaced("networking.k8s.io/v1", "Ingress", "ingresses");
        namespaced("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies");
        namespaced("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets");
        namespaced("rbac.authorization.k8s.io/v1", "Role", "roles");
        namespaced("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings");
        clusterScoped("v1", "Namespace", "namespaces");
        clusterScoped("v1", "Node", "nodes");
        clusterScoped("v1", "PersistentVolume", "persistentvolumes");
        clusterScoped("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles");
        clusterScoped("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings");
        clusterScoped("storage.k8s.io/v1", "StorageClass", "storageclasses");
        clusterScoped("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses");
        clusterScoped("networking.k8s.io/v1", "IngressClass", "ingressclasses");
        clusterScoped("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions");
        clusterScoped("apiregistration.k8s.io/v1", "APIService", "apiservices");
        clusterScoped(
                "admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations");
        clusterScoped(
                "admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations");
    }

    /** How the kind is served; empty for kinds that only discovery knows. */
    Optional<ServedKind> find(String apiVersion, String kind) {
        return Optional.ofNullable(kinds.get(apiVersion + " " + kind));
    }

    /** Whether the chart's roles let the operator read that kind; others are granted by its {@code rbac.extraRules}. */
    boolean grantedByTheChart(ServedKind kind) {
        return kinds.containsValue(kind) && !NOT_GRANTED.contains(kind.kind());
    }

    /** Whether no supported cluster serves that version any more. */
    boolean gone(String apiVersion) {
        return GONE.contains(apiVersion);
    }

    /** Whether the text can be an API version at all: it becomes part of a request's path. */
    static boolean wellFormed(String apiVersion) {
        return API_VERSION.matcher(apiVersion).matches();
    }

    /**
     * The kinds that releases' manifests consist of and that may be left behind by a newer one: what is listed in the namespace even
     * where the target has none of them.
     */
    List<ServedKind> releaseKinds() {
        List<ServedKind> result = new ArrayList<>();
        for (String kind : List.of("ConfigMap", "Service", "ServiceAccount", "PersistentVolumeClaim")) {
            result.add(kinds.get("v1 " + kind));
        }
        for (String kind : List.of("Deployment", "StatefulSet", "DaemonSet")) {
            result.add(kinds.get("apps/v1 " + kind));
        }
        result.add(kinds.get("networking.k8s.io/v1 Ingress"));
        result.add(kinds.get("policy/v1 PodDisruptionBudget"));
        result.add(kinds.get("rbac.authorization.k8s.io/v1 Role"));
        result.add(kinds.get("rbac.authorization.k8s.io/v1 RoleBinding"));
        return result;
    }

    private void namespaced(String apiVersion, String kind, String plural) {
        kinds.put(apiVersion + " " + kind, new ServedKind(apiVersion, kind, plural, true));
    }

    private void clusterScoped(String apiVersion, String kind, String plural) {
        kinds.put(apiVersion + " " + kind, new ServedKind(apiVersion, kind, plural, false));
    }
}
