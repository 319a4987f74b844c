package com.sourcegraph.downgrade.testkit.cluster;

import io.fabric8.kubernetes.client.Config;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** The kubeconfig of a cluster that tests were given. The client takes every key for one of RSA, unless it is told. */
public record GivenKubeconfig(Path file) {

    public Config config() {
        Config config = Config.fromKubeconfig(file.toFile());
        config.setClientKeyAlgo(keyAlgorithm(config.getClientKeyData()));
        return config;
    }

    private static String keyAlgorithm(String encodedPem) {
        if (encodedPem == null) {
            return "RSA";
        }
        String pem = new String(Base64.getDecoder().decode(encodedPem), StandardCharsets.US_ASCII);
        String body = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        try {
            KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
            return "EC";
        } catch (GeneralSecurityException e) {
            return pem.contains("EC PRIVATE KEY") ? "EC" : "RSA";
        }
    }
}
