package com.sourcegraph.downgrade.manifest;

import com.sourcegraph.downgrade.manifest.Finding.Severity;
import com.sourcegraph.downgrade.manifest.Finding.Topic;
import com.sourcegraph.downgrade.release.Component;
import com.sourcegraph.downgrade.release.ComponentKind;
import com.sourcegraph.downgrade.release.Components;
import com.sourcegraph.downgrade.release.ImageName;
import com.sourcegraph.downgrade.release.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the release that manifests are of, from the images' tags: the frontend's decides, the others must agree. Pure. */
final class ReleaseFinder {

    /**
     * What was read.
     *
     * @param release the release of the frontend's image
     * @param findings what disagrees
     */
    record Found(Optional<Version> release, List<Finding> findings) {}

    Found find(ManifestBundle bundle) {
        Map<ObjectKey, Version> connected = new LinkedHashMap<>();
        Map<ObjectKey, ImageName> frontends = new LinkedHashMap<>();
        for (TargetObject target : bundle.objects()) {
            WorkloadView.of(target.content()).ifPresent(workload -> {
                List<ImageName> images = new ArrayList<>(workload.images());
                images.addAll(workload.initImages());
                for (ImageName image : images) {
                    Optional<Component> component = Components.byImage(image.basename());
                    component
                            .filter(Component.FRONTEND::equals)
                            .ifPresent(frontend -> frontends.putIfAbsent(target.key(), image));
                    component
                            .filter(known -> known.kind() == ComponentKind.CONNECTED)
                            .flatMap(known -> image.version())
                            .ifPresent(version -> connected.merge(
                                    target.key(), version, (one, other) -> one.compareTo(other) > 0 ? one : other));
                }
            });
        }
        if (frontends.isEmpty()) {
            return new Found(Optional.empty(), List.of());
        }
        Map.Entry<ObjectKey, ImageName> frontend =
                frontends.entrySet().iterator().next();
        Optional<Version> release = frontend.getValue().version();
        if (release.isEmpty()) {
            return new Found(
                    Optional.empty(),
                    List.of(new Finding(
                            Topic.RELEASE,
                            Severity.FAILURE,
                            Optional.of(frontend.getKey()),
                            "The image of " + frontend.getKey() + " (" + frontend.getValue()
                                    + ") names no release, so that it cannot be told which one these manifests are of.",
                            "Name the release as its tag; a digest may follow: name:5.0.6@sha256:...")));
        }
        List<Finding> findings = new ArrayList<>();
        connected.forEach((key, version) -> {
            if (!version.equals(release.get())) {
                boolean minor = !version.toMinor().equals(release.get().toMinor());
                findings.add(new Finding(
                        Topic.RELEASE,
                        minor ? Severity.FAILURE : Severity.WARNING,
                        Optional.of(key),
                        key + " is of release " + version + ", the frontend of " + release.get() + ".",
                        "Take all target manifests from one release."));
            }
        });
        return new Found(release, findings);
    }
}
