package com.sourcegraph.downgrade.testkit.instance;

import com.sourcegraph.downgrade.testkit.postgres.Release;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names images as release manifests do: with the release as tag and a digest, which is made up here. */
final class SampleImage {

    private SampleImage() {}

    static String of(String base, Release release) {
        String name = "index.docker.io/sourcegraph/" + base + ":" + release;
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return name + "@sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
