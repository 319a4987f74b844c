package com.sourcegraph.downgrade.migrator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names that are a function of run, kind and attempt: whoever comes after a crash finds the Job under the same name
 * instead of making a second one.
 */
final class MigratorJobName {
    /** A Job's name becomes the value of a label on its pods. */
    private static final int LONGEST = 63;

    private static final int HASH_DIGITS = 8;

    private MigratorJobName() {}

    static String of(String runName, MigratorJobKind kind, int attempt) {
        String suffix = "-" + kind.id() + "-" + attempt;
        return shortened(runName, LONGEST - suffix.length()) + suffix;
    }

    /** The run's name as a label value. */
    static String label(String runName) {
        return shortened(runName, LONGEST);
    }

    /**
     * Dots are legal in a resource's name and troublesome in a pod's host name. What is changed gets a digest of the
     * whole name, so that two runs never meet.
     */
    private static String shortened(String runName, int longest) {
        String plain = runName.replace('.', '-');
        if (plain.equals(runName) && plain.length() <= longest) {
            return plain;
        }
        int kept = Math.min(plain.length(), longest - HASH_DIGITS - 1);
        return plain.substring(0, kept) + "-" + digest(runName).substring(0, HASH_DIGITS);
    }

    static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
