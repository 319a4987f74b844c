package com.sourcegraph.downgrade.run;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.instance.InMemoryInstance;
import com.sourcegraph.downgrade.testkit.instance.ReleaseManifests;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** The resources of an instance, as a person with kubectl writes and reads them. */
final class DowngradeResources {

    private static final String VERSION = "downgrade.sourcegraph.com/v1alpha1";
    private static final String KIND = "SourcegraphDowngrade";

    private final InMemoryInstance instance;
    private final ReleaseManifests target;

    DowngradeResources(InMemoryInstance instance, ReleaseManifests target) {
        this.instance = instance;
        this.target = target;
    }

    /** Creates a resource with exactly that text as its spec, as kubectl does: the model would write out its defaults. */
    void apply(String name, String spec) {
        instance.apply("""
                apiVersion: downgrade.sourcegraph.com/v1alpha1
                kind: SourcegraphDowngrade
                metadata:
                  name: %s
                  namespace: %s
                spec:
                %s
                """.formatted(name, instance.namespace(), spec.indent(2).stripTrailing()));
    }

    /** A resource that runs the migrator, with more lines of spec. */
    void applyMigrator(String name, String... more) {
        apply(
                name,
                "strategy: Migrator\nto: v" + targetRelease() + "\nmanifests: {configMapRef: {name: target}}\n"
                        + String.join("\n", more));
    }

    private String targetRelease() {
        String image = target.objects().stream()
                .filter(object -> object.at("/metadata/name").asText().equals("sourcegraph-frontend")
                        && object.path("kind").asText().equals("Deployment"))
                .findFirst()
                .orElseThrow()
                .at("/spec/template/spec/containers/0/image")
                .asText();
        return image.replaceAll(".*/frontend:([0-9.]+).*", "$1");
    }

    SourcegraphDowngrade get(String name) {
        return instance.client()
                .resources(SourcegraphDowngrade.class)
                .inNamespace(instance.namespace())
                .withName(name)
                .get();
    }

    /** What {@code kubectl patch --type=merge} does to the resource. */
    void patch(String name, String json) {
        instance.client()
                .genericKubernetesResources(VERSION, KIND)
                .inNamespace(instance.namespace())
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), json);
    }

    void delete(String name) {
        instance.client()
                .resources(SourcegraphDowngrade.class)
                .inNamespace(instance.namespace())
                .withName(name)
                .withGracePeriod(0)
                .delete();
    }
}
