package com.sourcegraph.downgrade.manifest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** The digest of target objects: the same for the same objects, whatever the text they were read from looks like. */
final class BundleDigest {

    private static final Comparator<TargetObject> ORDER = Comparator.comparing(TargetObject::apiVersion)
            .thenComparing(TargetObject::kind)
            .thenComparing(target -> target.namespace().orElse(""))
            .thenComparing(TargetObject::name);

    private BundleDigest() {}

    static String of(List<TargetObject> objects) {
        MessageDigest sha256 = sha256();
        objects.stream().sorted(ORDER).forEach(target -> {
            sha256.update(CanonicalJson.write(target.content()).getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) '\n');
        });
        return "sha256:" + HexFormat.of().formatHex(sha256.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform must have SHA-256", e);
        }
    }
}
