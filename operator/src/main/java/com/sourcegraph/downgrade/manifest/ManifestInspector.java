package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.manifest.Finding.Severity;
import com.sourcegraph.downgrade.manifest.Finding.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Says what the target manifests are, and what is wrong with them, without asking anyone. Pure. */
public final class ManifestInspector {

    private static final int MOST_NAMED = 5;
    /** Kinds without which pods do not run: skipping one of them would leave half an instance. */
    private static final Set<String> NEEDED_KINDS = Set.of(
            "Deployment",
            "StatefulSet",
            "DaemonSet",
            "Service",
            "ConfigMap",
            "Secret",
            "ServiceAccount",
            "PersistentVolumeClaim",
            "CronJob",
            "Job");

    private final KindCatalog catalog = new KindCatalog();
    private final FlavourFinder flavours = new FlavourFinder();
    private final ReleaseFinder releases = new ReleaseFinder();
    private final Completeness completeness = new Completeness();
    private final RepeatedKeys repeatedKeys = new RepeatedKeys();

    /**
     * Inspects the bundle.
     *
     * @param namespace the instance's namespace
     * @param live what lives there; {@link LiveObjects#none()} to judge the bundle on its own
     * @param reserved objects that the run itself relies on and that no manifests may replace
     */
    public Inspection inspect(ManifestBundle bundle, String namespace, LiveObjects live, Set<ObjectKey> reserved) {
        List<Finding> findings = new ArrayList<>(foreign(bundle, namespace));
        findings.addAll(new GuardFindings(namespace, live, reserved).of(bundle));
        findings.addAll(repeatedKeys.of(bundle));
        List<ObjectKey> unserved = new ArrayList<>();
        List<ObjectKey> clusterScoped = new ArrayList<>();
        for (TargetObject target : bundle.objects()) {
            if (catalog.gone(target.apiVersion()) || live.unserved().contains(target.key())) {
                unserved.add(target.key());
                findings.add(unserved(target));
            } else if (clusterScoped(target, live)) {
                clusterScoped.add(target.key());
            }
            if (target.key().apiGroup().equals("downgrade.sourcegraph.com")) {
                findings.add(new Finding(
                        Topic.COMPLETENESS,
                        Severity.FAILURE,
                        Optional.of(target.key()),
                        target.key() + " is no part of a release: a downgrade must not start another one.",
                        "Remove it from the target manifests."));
            }
        }
        if (!clusterScoped.isEmpty()) {
            findings.add(new Finding(
                    Topic.CLUSTER_SCOPED,
                    Severity.WARNING,
                    Optional.empty(),
                    names(clusterScoped) + (clusterScoped.size() == 1 ? " belongs" : " belong")
                            + " to no namespace and will be skipped: they are shared with other instances.",
                    "Where the older release needs them changed, let an administrator of the cluster apply them."));
        }
        FlavourFinder.Found flavour = flavours.find(contents(bundle));
        findings.addAll(flavour(flavour, live));
        ReleaseFinder.Found release = releases.find(bundle);
        findings.addAll(release.findings());
        findings.addAll(completeness.of(bundle, live, release.release()));
        return new Inspection(flavour.flavour(), release.release(), clusterScoped, unserved, findings);
    }

    /** How the live instance is deployed. */
    public Flavour flavourOf(LiveObjects live) {
        return flavours.find(contents(live)).flavour();
    }

    private boolean clusterScoped(TargetObject target, LiveObjects live) {
        return live.clusterScoped().contains(target.key())
                || catalog.find(target.apiVersion(), target.kind())
                        .filter(kind -> !kind.namespaced())
                        .isPresent();
    }

    private List<Finding> flavour(FlavourFinder.Found target, LiveObjects live) {
        if (live.objects().isEmpty()) {
            return List.of();
        }
        FlavourFinder.Found instance = flavours.find(contents(live));
        if (target.flavour() == Flavour.UNKNOWN || instance.flavour() == Flavour.UNKNOWN) {
            return List.of(new Finding(
                    Topic.FLAVOUR,
                    Severity.WARNING,
                    Optional.empty(),
                    "It cannot be told whether instance (" + instance.flavour() + ") and target (" + target.flavour()
                            + ") are deployed alike.",
                    "Make sure that the target manifests come from the same source as the instance's."));
        }
        if (target.flavour() != instance.flavour()) {
            return List.of(new Finding(
                    Topic.FLAVOUR,
                    Severity.FAILURE,
                    Optional.empty(),
                    "The instance is deployed as " + instance.flavour() + ", the target manifests are "
                            + target.flavour()
                            + ". Their selectors and volumes differ and cannot be changed into each other.",
                    "Take the target manifests from the " + instance.flavour() + " source of the older release."));
        }
        if (!target.helmRelease().equals(instance.helmRelease())) {
            return List.of(new Finding(
                    Topic.FLAVOUR,
                    Severity.FAILURE,
                    Optional.empty(),
                    "The instance is Helm release \"" + instance.helmRelease()
                            + "\", the target manifests are rendered for \"" + target.helmRelease()
                            + "\", and the name is part of every selector.",
                    "Take what was installed then (helm history " + instance.helmRelease() + ", helm get manifest "
                            + instance.helmRelease()
                            + " --revision N), or render them with the values of this instance: helm template "
                            + instance.helmRelease()
                            + " sourcegraph/sourcegraph --version OLDER -f VALUES"));
        }
        return List.of();
    }

    private List<Finding> foreign(ManifestBundle bundle, String namespace) {
        Map<String, List<ObjectKey>> foreign = new TreeMap<>();
        for (TargetObject target : bundle.objects()) {
            boolean namespaced = catalog.find(target.apiVersion(), target.kind())
                    .map(ServedKind::namespaced)
                    .orElse(true);
            if (namespaced
                    && target.namespace()
                            .filter(other -> !other.equals(namespace))
                            .isPresent()) {
                foreign.computeIfAbsent(target.namespace().orElseThrow(), other -> new ArrayList<>())
                        .add(target.key());
            }
        }
        List<Finding> findings = new ArrayList<>();
        foreign.forEach((other, keys) -> findings.add(new Finding(
                Topic.NAMESPACE,
                Severity.FAILURE,
                Optional.of(keys.get(0)),
                names(keys) + (keys.size() == 1 ? " is" : " are") + " of namespace " + other
                        + ", but the instance is in " + namespace + ", and nothing is written outside it.",
                "Render the target manifests for namespace " + namespace + ", or remove the namespace from them.")));
        return findings;
    }

    private static Finding unserved(TargetObject target) {
        boolean needed = NEEDED_KINDS.contains(target.kind());
        return new Finding(
                Topic.UNSERVED,
                needed ? Severity.FAILURE : Severity.WARNING,
                Optional.of(target.key()),
                "The cluster does not serve " + target.kind() + " of " + target.apiVersion() + "; " + target.key()
                        + (needed ? " cannot be applied." : " is skipped."),
                needed
                        ? "Convert it to a version that `kubectl api-resources` lists."
                        : "Nothing depends on it; remove it from the target manifests to silence this.");
    }

    private static String names(List<ObjectKey> keys) {
        String first = keys.stream().limit(MOST_NAMED).map(ObjectKey::toString).collect(Collectors.joining(", "));
        return keys.size() > MOST_NAMED ? first + " and " + (keys.size() - MOST_NAMED) + " more" : first;
    }

    private static Collection<JsonNode> contents(ManifestBundle bundle) {
        return bundle.objects().stream().map(TargetObject::content).toList();
    }

    private static Collection<JsonNode> contents(LiveObjects live) {
        return live.all().stream().map(LiveObject::content).toList();
    }
}
