package com.sourcegraph.downgrade.manifest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/**
 * Turns the bytes of keys into text: plain UTF-8 or gzip, told apart by gzip's magic bytes. What it unpacks is bounded for all keys of one
 * reading together, because one mebibyte of a ConfigMap can unpack to a gibibyte. One reading, one instance.
 */
final class Unpacker {

    /**
     * More than any release needs forty times over (185 kB), and what an operator's heap bears. What a tree of it takes has a
     * bound of its own: {@link YamlDocuments.Parts}.
     */
    static final int MOST_BYTES = 8 * 1024 * 1024;

    private final int mostBytes;
    private int left;

    /** @param mostBytes for all keys together */
    Unpacker(int mostBytes) {
        this.mostBytes = mostBytes;
        left = mostBytes;
    }

    /**
     * The text of one key. What it takes is taken from the bound even where the key turns out to be no manifests.
     *
     * @throws UnpackException with a message for people
     */
    String text(byte[] bytes) throws UnpackException {
        byte[] plain = gzipped(bytes) ? gunzip(bytes) : bytes;
        if (plain.length > left) {
            left = 0;
            throw tooLarge();
        }
        left -= plain.length;
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(plain))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new UnpackException(
                    "It is neither UTF-8 text nor gzip.", "Store the manifests as text or as gzip of it.");
        }
    }

    private static boolean gzipped(byte[] bytes) {
        return bytes.length > 2 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b;
    }

    private byte[] gunzip(byte[] bytes) throws UnpackException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return in.readNBytes(left + 1);
        } catch (IOException e) {
            // How much came out before the mistake is not known.
            left = Math.max(0, left - bytes.length);
            throw new UnpackException(
                    "It begins like gzip but cannot be unpacked: " + Excerpt.of(e.getMessage()) + ".",
                    "Store the manifests as text or as gzip of it.");
        }
    }

    private UnpackException tooLarge() {
        return new UnpackException(
                "With it, the keys hold more than " + mostBytes / (1024 * 1024)
                        + " MiB of text; the manifests of a release are less than 0.2 MiB.",
                "Store the manifests of one release only, as `kubectl kustomize` or `helm template` prints them.");
    }

    /** The bytes of a key are no manifests. */
    static final class UnpackException extends Exception {

        private final String remedy;

        UnpackException(String message, String remedy) {
            super(message);
            this.remedy = remedy;
        }

        String remedy() {
            return remedy;
        }
    }
}
