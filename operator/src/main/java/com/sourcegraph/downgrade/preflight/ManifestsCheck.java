package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.manifest.Finding;
import com.sourcegraph.downgrade.manifest.ManifestProblem;
import com.sourcegraph.downgrade.plan.ManifestSources;
import com.sourcegraph.downgrade.plan.TargetFacts;
import com.sourcegraph.downgrade.release.Version;
import java.util.Optional;
import java.util.stream.Collectors;

/** The target manifests can be read, are whole, of the instance's flavour, and of the release asked for. */
final class ManifestsCheck implements Check {

    private static final Found FOUND = new Found("TargetManifests");

    @Override
    public CheckStatus judge(PreflightInput input) {
        if (input.situation().facts().target().orElse(null) instanceof TargetFacts.Unreadable unreadable) {
            return FOUND.failed(
                    Found.told(unreadable.problems().stream()
                            .map(problem -> problem.where() + ": " + problem.message())
                            .toList()),
                    unreadable.problems().stream()
                            .map(ManifestProblem::remedy)
                            .distinct()
                            .limit(3)
                            .collect(Collectors.joining(" ")));
        }
        if (input.target().isEmpty()) {
            return FOUND.skipped("The target manifests were not read");
        }
        Version to = Version.parse(input.situation().spec().to());
        Optional<Version> release = input.target().get().inspection().release();
        if (release.isEmpty()) {
            return FOUND.failed(
                    "The release of the target manifests cannot be told: no frontend image with a release in its tag",
                    "Put the manifests of release " + to + " into "
                            + ManifestSources.of(input.situation().spec().manifests()));
        }
        boolean agrees = release.get().toMinor().equals(to.toMinor())
                && (to.patch().isEmpty() || to.patch().equals(release.get().patch()));
        if (!agrees) {
            return FOUND.failed(
                    "The target manifests are of release " + release.get() + ", but spec.to is " + to,
                    "Put the manifests of release " + to + " into "
                            + ManifestSources.of(input.situation().spec().manifests()));
        }
        return FOUND.of(
                input.findings(
                        Finding.Topic.FLAVOUR,
                        Finding.Topic.RELEASE,
                        Finding.Topic.COMPLETENESS,
                        Finding.Topic.REPEATED,
                        Finding.Topic.NAMESPACE,
                        Finding.Topic.RIGHTS,
                        Finding.Topic.CLUSTER_SCOPED,
                        Finding.Topic.UNSERVED,
                        Finding.Topic.REPLICAS,
                        Finding.Topic.OWNER),
                input.target().get().bundle().objects().size() + " objects of release " + release.get());
    }
}
