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
 * Turns the bytes of one key into text: plain UTF-8 or gzip, told apart by gzip's magic bytes. What it unpacks is bounded, because one
 * mebibyte of a ConfigMap can unpack to a gibibyte.
 */
final class Unpacker {

    /** More than any release needs three hundred times over (185 kB), and what an operator's heap bears. */
    static final int MOST_BYTES = 64 * 1024 * 1024;

    private final int mostBytes;

    Unpacker(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** @throws UnpackException with a message for people */
    String text(byte[] bytes) throws UnpackException {
        byte[] plain = gzipped(bytes) ? gunzip(bytes) : bytes;
        if (plain.length > mostBytes) {
            throw tooLarge();
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(plain))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new UnpackException("It is neither UTF-8 text nor gzip.");
        }
    }

    private static boolean gzipped(byte[] bytes) {
        return bytes.length > 2 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b;
    }

    private byte[] gunzip(byte[] bytes) throws UnpackException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            byte[] plain = in.readNBytes(mostBytes + 1);
            if (plain.length > mostBytes) {
                throw tooLarge();
            }
            return plain;
        } catch (IOException e) {
            throw new UnpackException("It begins like gzip but cannot be unpacked: " + e.getMessage() + ".");
        }
    }

    private UnpackException tooLarge() {
        return new UnpackException("It holds more than " + mostBytes / (1024 * 1024) + " MiB of text.");
    }

    /** The bytes of a key are no manifests. */
    static final class UnpackException extends Exception {

        UnpackException(String message) {
            super(message);
        }
    }
}
