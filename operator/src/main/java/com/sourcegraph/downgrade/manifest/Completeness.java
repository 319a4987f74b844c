package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.manifest.Finding.Severity;
import com.sourcegraph.downgrade.manifest.Finding.Topic;
import com.sourcegraph.downgrade.release.Component;
import com.sourcegraph.downgrade.release.ComponentKind;
import com.sourcegraph.downgrade.release.Version;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Says what is missing from target manifests: components that the release or the instance has, and objects that are referred to. Pure. */
final class Completeness {

    /** Without these there is no instance, in any release that ships them. */
    private static final Set<Component> REQUIRED = EnumSet.of(
            Component.FRONTEND,
            Component.GITSERVER,
            Component.WORKER,
            Component.SEARCHER,
            Component.SYMBOLS,
            Component.REPO_UPDATER,
            Component.PRECISE_CODE_INTEL_WORKER);

    /** Components that come and go with the release, or that one replaces with another. */
    private static final Set<Component> REPLACED = EnumSet.of(Component.MINIO, Component.BLOBSTORE, Component.MIGRATOR);

    private final References references = new References();

    List<Finding> of(ManifestBundle bundle, LiveObjects live, Optional<Version> release) {
        List<Finding> findings = new ArrayList<>();
        Set<Component> inTarget = EnumSet.noneOf(Component.class);
        bundle.objects().forEach(target -> component(target.content()).ifPresent(inTarget::add));
        Set<Component> inInstance = EnumSet.noneOf(Component.class);
        live.all().forEach(object -> component(object.content()).ifPresent(inInstance::add));
        for (Component component : Component.values()) {
            boolean shipped = release.map(version -> component.shippedIn(version.toMinor()))
                    .orElse(true);
            if (!inTarget.contains(component) && shipped) {
                missing(component, inInstance).ifPresent(findings::add);
            }
        }
        for (Component component : inTarget) {
            if (component.kind() == ComponentKind.DATABASE
                    && !inInstance.contains(component)
                    && inInstance.contains(Component.FRONTEND)) {
                findings.add(finding(
                        Severity.FAILURE,
                        "The target brings a database, " + name(component)
                                + ", which the instance does not run: its databases are external, and this one would start empty.",
                        "Render the target manifests with the external databases."));
            }
        }
        for (References.Reference reference : references.of(bundle)) {
            boolean there = bundle.find(reference.to()).isPresent()
                    || live.find(reference.to()).isPresent()
                    || live.references().contains(reference.to());
            if (!there) {
                findings.add(new Finding(
                        Topic.COMPLETENESS,
                        reference.weak() ? Severity.WARNING : Severity.FAILURE,
                        Optional.of(reference.from()),
                        reference.from() + " refers to " + reference.to()
                                + ", which is neither in the target manifests nor in the namespace.",
                        "Add it to the target manifests or create it."));
            }
        }
        return findings;
    }

    private static Optional<Finding> missing(Component component, Set<Component> inInstance) {
        boolean running = inInstance.contains(component);
        if (component == Component.FRONTEND) {
            return Optional.of(finding(
                    Severity.FAILURE,
                    "The target has no frontend, so it is no Sourcegraph release.",
                    "Store the whole release in it: every object that `kubectl kustomize` or `helm template` prints."));
        }
        if (component.kind() == ComponentKind.DATABASE) {
            return running
                    ? Optional.of(finding(
                            Severity.FAILURE,
                            "The instance runs its database " + name(component) + ", and the target has none.",
                            "Add it to the target manifests."))
                    : Optional.empty();
        }
        if (REPLACED.contains(component)) {
            return Optional.empty();
        }
        if (REQUIRED.contains(component)) {
            // An instance that runs without it was made so on purpose.
            return running || inInstance.isEmpty()
                    ? Optional.of(finding(
                            Severity.FAILURE,
                            "The target has no " + name(component) + ", which its release needs.",
                            "Add it to the target manifests."))
                    : Optional.empty();
        }
        return running
                ? Optional.of(finding(
                        Severity.WARNING,
                        "The instance runs " + name(component)
                                + ", which its target release also ships; the target manifests have none.",
                        "Add it to the target manifests, unless the older release is to run without it."))
                : Optional.empty();
    }

    private static Optional<Component> component(JsonNode content) {
        return WorkloadView.of(content).flatMap(WorkloadView::component);
    }

    private static String name(Component component) {
        return component.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Finding finding(Severity severity, String message, String remedy) {
        return new Finding(Topic.COMPLETENESS, severity, Optional.empty(), message, remedy);
    }
}
