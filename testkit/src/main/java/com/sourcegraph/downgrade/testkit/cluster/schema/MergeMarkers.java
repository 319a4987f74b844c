package com.sourcegraph.downgrade.testkit.cluster.schema;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which lists of the built-in kinds merge by key or as sets, and which objects are replaced whole: the
 * {@code x-kubernetes-list-type}, {@code x-kubernetes-list-map-keys} and {@code x-kubernetes-map-type} markers of the
 * Kubernetes API, by model type and field. A list that is not named here is atomic, an object granular.
 */
final class MergeMarkers {
    private MergeMarkers() {}

    /** {@code Type.field} to the keys that identify an element. */
    static final Map<String, List<String>> MAP_LISTS = Map.ofEntries(
            Map.entry("PodSpec.containers", List.of("name")),
            Map.entry("PodSpec.initContainers", List.of("name")),
            Map.entry("PodSpec.ephemeralContainers", List.of("name")),
            Map.entry("PodSpec.volumes", List.of("name")),
            Map.entry("PodSpec.imagePullSecrets", List.of("name")),
            Map.entry("PodSpec.hostAliases", List.of("ip")),
            Map.entry("PodSpec.schedulingGates", List.of("name")),
            Map.entry("PodSpec.resourceClaims", List.of("name")),
            Map.entry("PodSpec.topologySpreadConstraints", List.of("topologyKey", "whenUnsatisfiable")),
            Map.entry("Container.env", List.of("name")),
            Map.entry("Container.ports", List.of("containerPort", "protocol")),
            Map.entry("Container.volumeMounts", List.of("mountPath")),
            Map.entry("Container.volumeDevices", List.of("devicePath")),
            Map.entry("EphemeralContainer.env", List.of("name")),
            Map.entry("EphemeralContainer.ports", List.of("containerPort", "protocol")),
            Map.entry("EphemeralContainer.volumeMounts", List.of("mountPath")),
            Map.entry("ResourceRequirements.claims", List.of("name")),
            Map.entry("ServiceSpec.ports", List.of("port", "protocol")),
            Map.entry("ServiceAccount.secrets", List.of("name")),
            Map.entry("ObjectMeta.ownerReferences", List.of("uid")),
            Map.entry("PodStatus.conditions", List.of("type")),
            Map.entry("PodStatus.podIPs", List.of("ip")),
            Map.entry("PodStatus.hostIPs", List.of("ip")),
            Map.entry("DeploymentStatus.conditions", List.of("type")),
            Map.entry("ReplicaSetStatus.conditions", List.of("type")),
            Map.entry("StatefulSetStatus.conditions", List.of("type")),
            Map.entry("DaemonSetStatus.conditions", List.of("type")),
            Map.entry("NodeStatus.conditions", List.of("type")),
            Map.entry("NamespaceStatus.conditions", List.of("type")),
            Map.entry("PersistentVolumeClaimStatus.conditions", List.of("type")),
            Map.entry("ServiceStatus.conditions", List.of("type")),
            Map.entry("HorizontalPodAutoscalerStatus.conditions", List.of("type")),
            Map.entry("PodDisruptionBudgetStatus.conditions", List.of("type")),
            Map.entry("CustomResourceDefinitionStatus.conditions", List.of("type")));

    static final Set<String> SET_LISTS = Set.of("ObjectMeta.finalizers");

    /** Types that are replaced whole. */
    static final Set<String> ATOMIC_TYPES = Set.of(
            "LabelSelector",
            "ConfigMapKeySelector",
            "SecretKeySelector",
            "LocalObjectReference",
            "ObjectFieldSelector",
            "ResourceFieldSelector",
            "NodeSelector",
            "NodeSelectorTerm",
            "ObjectReference",
            "TypedLocalObjectReference",
            "SecretReference",
            "RoleRef",
            "Subject",
            "ScopeSelector",
            "FieldsV1");

    /** Maps that are replaced whole. */
    static final Set<String> ATOMIC_MAPS = Set.of("PodSpec.nodeSelector", "ServiceSpec.selector");

    /** The value that a missing key counts as. */
    static final Map<String, String> KEY_DEFAULTS = Map.of("protocol", "TCP");
}
