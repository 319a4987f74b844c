package com.sourcegraph.downgrade.manifest;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the live objects that the target manifests are compared with: one list a kind, by label {@code deploy=sourcegraph}, and single
 * gets for what carries no such label. Workloads and claims are listed without it: a StatefulSet's claims never carry it, and each that
 * is being deleted is part of the picture. Secrets are only ever read by get.
 */
public final class LiveReader {

    private static final String CLAIM = "PersistentVolumeClaim";

    private final KindCatalog catalog = new KindCatalog();
    private final References references = new References();

    /**
     * Reads what lives now. A release of 56 objects takes about a dozen requests.
     *
     * @throws KubernetesClientException where the API server cannot be asked, also for lack of a right that the chart gives the operator
     */
    public LiveReading read(KubernetesClient client, String namespace, ManifestBundle bundle) {
        return new Reading(client, namespace, bundle).run(LiveObjects.none(), catalog.releaseKinds());
    }

    /**
     * The same, but of kinds that the target has none of only claims and those of which something was there before, and of what it refers
     * to outside itself nothing: what was found of that stands.
     */
    public LiveReading readAgain(KubernetesClient client, String namespace, ManifestBundle bundle, LiveObjects before) {
        List<ServedKind> kinds = catalog.releaseKinds().stream()
                .filter(kind -> kind.kind().equals(CLAIM)
                        || before.all().stream()
                                .anyMatch(object -> object.kind().equals(kind.kind())
                                        && object.apiVersion().equals(kind.apiVersion())))
                .toList();
        return new Reading(client, namespace, bundle).run(before, kinds);
    }

    /** Asks for one object; empty where it is gone. */
    public Optional<LiveObject> find(KubernetesClient client, String namespace, ObjectKey key, String apiVersion) {
        ObjectApi api = new ObjectApi(client, namespace);
        return api.resolve(apiVersion, key.kind()).flatMap(kind -> api.get(kind, key.name()));
    }

    private final class Reading {

        private final ObjectApi api;
        private final String namespace;
        private final ManifestBundle bundle;
        private final Map<String, ManifestProblem> forbidden = new LinkedHashMap<>();
        private final List<KubernetesClientException> refusals = new ArrayList<>();
        private final Map<ObjectKey, LiveObject> objects = new HashMap<>();
        private final Set<ObjectKey> unserved = new HashSet<>();
        private final Set<ObjectKey> clusterScoped = new HashSet<>();
        private final Set<ObjectKey> referenced = new HashSet<>();
        private final Map<String, Optional<ServedKind>> resolved = new HashMap<>();

        Reading(KubernetesClient client, String namespace, ManifestBundle bundle) {
            this.api = new ObjectApi(client, namespace);
            this.namespace = namespace;
            this.bundle = bundle;
        }

        LiveReading run(LiveObjects before, List<ServedKind> releaseKinds) {
            Map<String, ServedKind> listed = new LinkedHashMap<>();
            releaseKinds.forEach(kind -> listed.put(identity(kind.apiVersion(), kind.kind()), kind));
            for (TargetObject target : bundle.objects()) {
                Optional<ServedKind> kind = resolve(target.apiVersion(), target.kind());
                if (kind.isEmpty()) {
                    unserved.add(target.key());
                } else if (!kind.get().namespaced()) {
                    clusterScoped.add(target.key());
                } else if (!target.kind().equals("Secret")) {
                    listed.putIfAbsent(identity(target.apiVersion(), target.kind()), kind.get());
                }
            }
            Set<String> whole = new HashSet<>();
            for (ServedKind kind : listed.values()) {
                if (WorkloadView.KINDS.contains(kind.kind())) {
                    // Of these some of the target mostly are not there: one list tells what many gets would.
                    whole.add(kind.kind());
                }
                if (whole.contains(kind.kind()) || kind.kind().equals(CLAIM)) {
                    ask(
                            kind,
                            () -> api.list(kind).stream().filter(this::concerns).forEach(this::found));
                } else {
                    ask(kind, () -> api.list(kind, PrunePlanner.LABEL, PrunePlanner.LABEL_VALUE)
                            .forEach(this::found));
                }
            }
            for (TargetObject target : bundle.objects()) {
                if (!whole.contains(target.kind())
                        && !unserved.contains(target.key())
                        && !clusterScoped.contains(target.key())) {
                    resolve(target.apiVersion(), target.kind())
                            .ifPresent(kind -> ask(kind, () -> get(kind, target.key())));
                }
            }
            for (References.Reference reference : references.of(bundle)) {
                ObjectKey key = reference.to();
                boolean known = before.references().contains(key);
                if (bundle.find(key).isEmpty() && (known || objects.containsKey(key) || exists(key))) {
                    referenced.add(key);
                }
            }
            return refusals.isEmpty()
                    ? new LiveReading.Seen(new LiveObjects(objects, unserved, clusterScoped, referenced))
                    : new LiveReading.Forbidden(List.copyOf(forbidden.values()), refusals.get(0));
        }

        /** Goes on where a right is missing that the chart does not give by itself, to tell of all such kinds at once. */
        private void ask(ServedKind kind, Runnable requests) {
            if (forbidden.containsKey(identity(kind.apiVersion(), kind.kind()))) {
                return;
            }
            try {
                requests.run();
            } catch (KubernetesClientException e) {
                if (catalog.grantedByTheChart(kind) || Refusal.of(e).kind() != Refusal.Kind.FORBIDDEN) {
                    throw e;
                }
                refusals.add(e);
                forbidden.put(identity(kind.apiVersion(), kind.kind()), problem(kind));
            }
        }

        private ManifestProblem problem(ServedKind kind) {
            String resource = kind.group().isEmpty() ? kind.plural() : kind.plural() + "." + kind.group();
            return new ManifestProblem(
                    kind.kind() + " of " + kind.apiVersion(),
                    "The operator may not get, list " + resource + " in namespace " + namespace
                            + ", which the target manifests hold.",
                    "Have whoever installed the operator add get, list on " + resource
                            + " to the chart's rbac.extraRules (helm upgrade; without Helm as deploy/README.md shows), and give the service account create,"
                            + " update, patch on them, as examples/instance-rbac.yaml shows, or take these objects out"
                            + " of the target manifests: the run goes on by itself.");
        }

        private void found(LiveObject object) {
            objects.put(object.key(), object);
        }

        private boolean concerns(LiveObject object) {
            return object.label(PrunePlanner.LABEL).equals(PrunePlanner.LABEL_VALUE)
                    || bundle.find(object.key()).isPresent()
                    || object.kind().equals(CLAIM) && object.terminating();
        }

        /** What was not in the lists is absent, or there without the label: a get tells. */
        private void get(ServedKind kind, ObjectKey key) {
            if (!objects.containsKey(key)) {
                api.get(kind, key.name()).ifPresent(this::found);
            }
        }

        private boolean exists(ObjectKey key) {
            return catalog.find("v1", key.kind())
                    .flatMap(kind -> api.get(kind, key.name()))
                    .isPresent();
        }

        private Optional<ServedKind> resolve(String apiVersion, String kind) {
            return resolved.computeIfAbsent(identity(apiVersion, kind), identity -> api.resolve(apiVersion, kind));
        }

        private static String identity(String apiVersion, String kind) {
            return apiVersion + " " + kind;
        }
    }
}
