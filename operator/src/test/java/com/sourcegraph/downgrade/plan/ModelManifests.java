package com.sourcegraph.downgrade.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.manifest.Action;
import com.sourcegraph.downgrade.manifest.ApplyPlan;
import com.sourcegraph.downgrade.manifest.Flavour;
import com.sourcegraph.downgrade.manifest.Inspection;
import com.sourcegraph.downgrade.manifest.InstanceOwner;
import com.sourcegraph.downgrade.manifest.LiveObject;
import com.sourcegraph.downgrade.manifest.ManifestBundle;
import com.sourcegraph.downgrade.manifest.ManifestProblem;
import com.sourcegraph.downgrade.manifest.ManifestSource;
import com.sourcegraph.downgrade.manifest.ObjectPlan;
import com.sourcegraph.downgrade.manifest.Origin;
import com.sourcegraph.downgrade.manifest.Phase;
import com.sourcegraph.downgrade.manifest.Removal;
import com.sourcegraph.downgrade.manifest.TargetObject;
import com.sourcegraph.downgrade.release.Version;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The target manifests of the model world: one object of each phase, and one object that only the newer release has. */
final class ModelManifests {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Version release;
    final Set<Phase> applied = EnumSet.noneOf(Phase.class);
    boolean pruned;
    /** Something else appears that only the newer release has. */
    boolean late;

    boolean changed;
    boolean readable = true;

    ModelManifests(Version release) {
        this.release = release;
    }

    /** As anyone reads them now. */
    String digest() {
        return "sha256:" + (changed ? "f" : "0").repeat(64);
    }

    /** Somebody puts the content back that has this digest. */
    void putBack(String digest) {
        readable = true;
        changed = digest.endsWith("f");
    }

    boolean done() {
        return pruned && applied.size() == Phase.values().length;
    }

    TargetFacts seen() {
        if (!readable) {
            return new TargetFacts.Unreadable(
                    List.of(new ManifestProblem("key \"a.yaml\", line 3", "is not YAML.", "Repair it.")));
        }
        List<TargetObject> targets = List.of(
                object("v1", "ConfigMap", "settings"),
                object("apps/v1", "StatefulSet", "pgsql"),
                object("apps/v1", "Deployment", "sourcegraph-frontend"));
        List<ObjectPlan> plans = List.of(
                plan(targets.get(0), Phase.SUPPORTING),
                plan(targets.get(1), Phase.DATABASES),
                plan(targets.get(2), Phase.REST));
        ManifestBundle bundle = new ManifestBundle(
                new ManifestSource(ManifestSource.Kind.CONFIG_MAP, "older", List.of()), targets, digest());
        return new TargetFacts.Read(
                bundle,
                new Inspection(Flavour.KUSTOMIZE, Optional.of(release), List.of(), List.of(), List.of()),
                new ApplyPlan(
                        plans,
                        removals(),
                        List.of(),
                        List.of(),
                        new InstanceOwner("kubectl", InstanceOwner.Style.CLIENT_SIDE_APPLY, Map.of(), Map.of())),
                false);
    }

    private List<Removal> removals() {
        List<Removal> result = new ArrayList<>();
        if (!pruned) {
            result.add(removal("embeddings"));
        }
        if (late) {
            result.add(removal("qdrant"));
        }
        return result;
    }

    private static Removal removal(String name) {
        return new Removal(
                new LiveObject("apps/v1", content("apps/v1", "Deployment", name)), "only the newer release has it");
    }

    private ObjectPlan plan(TargetObject target, Phase phase) {
        return new ObjectPlan(
                target,
                applied.contains(phase) ? Action.UNCHANGED : Action.UPDATE,
                "",
                Optional.empty(),
                Optional.empty());
    }

    private static TargetObject object(String apiVersion, String kind, String name) {
        return new TargetObject(
                apiVersion, kind, Optional.empty(), name, content(apiVersion, kind, name), new Origin("a.yaml", 1, 1));
    }

    private static JsonNode content(String apiVersion, String kind, String name) {
        ObjectNode content =
                JSON.createObjectNode().put("apiVersion", apiVersion).put("kind", kind);
        content.putObject("metadata").put("name", name);
        content.withObjectProperty("spec")
                .withObjectProperty("template")
                .withObjectProperty("metadata")
                .withObjectProperty("labels")
                .put("app", name);
        return content;
    }
}
