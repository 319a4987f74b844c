package com.sourcegraph.downgrade.manifest;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Instances in namespaces of their own on an API server: of the newer release, to be given the manifests of the older one. */
final class ApplyFixture {

    /**
     * An API server gives services that ask for no address none of the first 256 of its network while it has others; one beyond
     * them may be a service's of another test already.
     */
    private static final String ADDRESSES_TO_ASK_FOR = "10.96.0.";

    private static final AtomicInteger ADDRESSES = new AtomicInteger(new Random().nextInt(20_000));

    private final KubernetesClient client;
    private final AppliedState state;

    ApplyFixture(KubernetesClient client, boolean keepsEmptyObjects) {
        this.client = client;
        this.state = new AppliedState(client, keepsEmptyObjects);
    }

    KubernetesClient client() {
        return client;
    }

    AppliedState state() {
        return state;
    }

    /** The older release, with an address of its own for each test: the server gives each only once. */
    ManifestBundle older() {
        int number = ADDRESSES.incrementAndGet();
        return RealManifests.bundle(
                SmallReleases.OLDER.replace("10.96.77.7", ADDRESSES_TO_ASK_FOR + (16 + number % 230)));
    }

    /** An instance of the newer release, quiesced. */
    String instance(Deployer deployer, ManifestBundle newer) {
        String namespace = namespace();
        deployer.apply(client, namespace, Optional.empty(), newer);
        quiesce(namespace, newer);
        return namespace;
    }

    /** @param touched whether somebody else has a hand in the objects, so that a patch in the owner's name does not do */
    String instance(Deployer deployer, ManifestBundle newer, boolean touched) {
        String namespace = instance(deployer, newer);
        if (touched) {
            ObjectApi api = new ObjectApi(client, namespace);
            live(namespace, newer)
                    .all()
                    .forEach(object -> api.merge(
                            api.resolve(object.apiVersion(), object.kind()).orElseThrow(),
                            object.name(),
                            CanonicalJson.read("{\"metadata\":{\"labels\":{\"somebody\":\"was-here\"}}}"),
                            OwnerFinder.BEFORE_FIRST_APPLY));
        }
        return namespace;
    }

    void quiesce(String namespace, ManifestBundle bundle) {
        live(namespace, bundle).all().stream()
                .filter(object -> WorkloadView.KINDS.contains(object.kind()))
                .filter(object -> object.content().path("spec").has("replicas"))
                .forEach(object -> Deployer.quiesce(client, namespace, object));
    }

    void apply(String namespace, ManifestBundle target) {
        new ApplyToTheEnd(client).apply(namespace, target);
    }

    LiveObjects live(String namespace, ManifestBundle bundle) {
        return new LiveReader().read(client, namespace, bundle).orElseThrow();
    }

    String namespace() {
        String name = "test-" + UUID.randomUUID().toString().substring(0, 8);
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        return name;
    }

    /** Frees addresses as well: a namespace itself needs a controller to go. */
    void delete(String namespace) {
        client.services().inNamespace(namespace).delete();
        client.namespaces().withName(namespace).delete();
    }
}
