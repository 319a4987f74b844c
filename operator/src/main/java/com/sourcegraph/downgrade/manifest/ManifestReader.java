package com.sourcegraph.downgrade.manifest;

import com.sourcegraph.downgrade.manifest.Unpacker.UnpackException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads the target manifests from a ConfigMap or Secret of the resource's namespace, with one get. */
public final class ManifestReader {

    private static final int MOST_NAMED = 10;

    private final YamlDocuments documents = new YamlDocuments();
    private final int mostBytes;

    public ManifestReader() {
        this(Unpacker.MOST_BYTES);
    }

    ManifestReader(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * Reads all of it or says everything that is wrong with it.
     *
     * @throws KubernetesClientException where the API server cannot be asked (but for 403 and 404, which a person can repair and which
     *     come back as {@link ManifestReading.Unreadable})
     */
    public ManifestReading read(KubernetesClient client, String namespace, ManifestSource source) {
        Optional<SortedMap<String, byte[]>> data;
        try {
            data = fetch(client, namespace, source);
        } catch (KubernetesClientException e) {
            if (e.getCode() == 403) {
                return unreadable(
                        source,
                        "The operator may not read it.",
                        "Allow get on " + source.kind().kubernetesKind().toLowerCase(Locale.ROOT) + "s in " + namespace
                                + " for the operator's service account.");
            }
            throw e;
        }
        if (data.isEmpty()) {
            return unreadable(
                    source,
                    "It does not exist in namespace " + namespace + ".",
                    "Create it: " + source.creation(namespace));
        }
        return parse(source, data.get());
    }

    /** Reads what a ConfigMap or Secret holds. */
    ManifestReading parse(ManifestSource source, SortedMap<String, byte[]> data) {
        ManifestParser parser = new ManifestParser(documents, source);
        List<String> keys = source.keys().isEmpty() ? List.copyOf(data.keySet()) : source.keys();
        Unpacker unpacker = new Unpacker(mostBytes);
        for (String key : keys) {
            if (!data.containsKey(key)) {
                parser.problems()
                        .add(new ManifestProblem(
                                source.toString(),
                                "It has no key \"" + key + "\".",
                                "It has: " + names(data.keySet()) + "."));
                continue;
            }
            try {
                parser.read(key, unpacker.text(data.get(key)));
            } catch (UnpackException e) {
                parser.problems()
                        .add(new ManifestProblem(source + ", key \"" + key + "\"", e.getMessage(), e.remedy()));
            }
        }
        if (!parser.problems().isEmpty()) {
            return new ManifestReading.Unreadable(parser.problems());
        }
        if (parser.objects().isEmpty()) {
            return unreadable(source, "It holds no Kubernetes object.", "Store the target release's manifests in it.");
        }
        return new ManifestReading.Read(
                new ManifestBundle(source, parser.objects(), BundleDigest.of(parser.objects())));
    }

    private static String names(Set<String> keys) {
        String first = keys.stream().limit(MOST_NAMED).map(Excerpt::of).collect(Collectors.joining(", "));
        return keys.size() > MOST_NAMED ? first + " and " + (keys.size() - MOST_NAMED) + " more" : first;
    }

    private static ManifestReading unreadable(ManifestSource source, String message, String remedy) {
        return new ManifestReading.Unreadable(List.of(new ManifestProblem(source.toString(), message, remedy)));
    }

    private static Optional<SortedMap<String, byte[]>> fetch(
            KubernetesClient client, String namespace, ManifestSource source) {
        SortedMap<String, byte[]> result = new TreeMap<>();
        switch (source.kind()) {
            case CONFIG_MAP -> {
                ConfigMap configMap = client.configMaps()
                        .inNamespace(namespace)
                        .withName(source.name())
                        .get();
                if (configMap == null) {
                    return Optional.empty();
                }
                if (configMap.getData() != null) {
                    configMap.getData().forEach((key, text) -> result.put(key, text.getBytes(StandardCharsets.UTF_8)));
                }
                if (configMap.getBinaryData() != null) {
                    configMap.getBinaryData().forEach((key, text) -> result.put(key, decode(text)));
                }
            }
            case SECRET -> {
                Secret secret = client.secrets()
                        .inNamespace(namespace)
                        .withName(source.name())
                        .get();
                if (secret == null) {
                    return Optional.empty();
                }
                if (secret.getData() != null) {
                    secret.getData().forEach((key, text) -> result.put(key, decode(text)));
                }
            }
        }
        return Optional.of(result);
    }

    private static byte[] decode(String base64) {
        return Base64.getMimeDecoder().decode(base64);
    }
}
