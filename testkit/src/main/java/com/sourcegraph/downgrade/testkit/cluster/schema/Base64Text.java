package com.sourcegraph.downgrade.testkit.cluster.schema;

import java.util.Base64;

/** Bytes as the API server reads and writes them: line breaks do not count, and what it gives back has none. */
final class Base64Text {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private Base64Text() {}

    static String canonical(String text) {
        String line = text.replaceAll("[\r\n]", "");
        int content = 0;
        while (content < line.length() && ALPHABET.indexOf(line.charAt(content)) >= 0) {
            content++;
        }
        String padding = line.substring(content);
        if (line.length() % 4 != 0 || !(padding.isEmpty() || padding.equals("=") || padding.equals("=="))) {
            throw new Normalizer.WrongType("illegal base64 data at input byte " + content);
        }
        return Base64.getEncoder().encodeToString(Base64.getDecoder().decode(line));
    }
}
