package com.sourcegraph.downgrade.testkit.service;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request over a connection of its own that is sent once. The JDK's clients repeat one without a word whose connection was
 * cut, and take what has come of a body for all of it; so they hide what a browser's user sees.
 */
final class PlainRequest {
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) [^\r\n]*");
    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *(\\d+) *\r?$");

    private final URI url;
    private final Duration timeout;

    PlainRequest(URI url, Duration timeout) {
        this.url = url;
        this.timeout = timeout;
    }

    /** The body of the answer, which has to be whole and come with status 200. */
    String ask() throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        int port = url.getPort() < 0 ? 80 : url.getPort();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(url.getHost(), port), (int) timeout.toMillis());
            socket.getOutputStream()
                    .write(("GET " + (url.getRawPath().isEmpty() ? "/" : url.getRawPath()) + " HTTP/1.1\r\nHost: "
                                    + url.getHost() + ":" + port + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return body(read(socket, deadline));
        }
    }

    private static String read(Socket socket, long deadline) throws IOException {
        StringBuilder answer = new StringBuilder();
        byte[] buffer = new byte[8192];
        while (true) {
            // Who was kept from its processor past the deadline still takes what has come before it.
            socket.setSoTimeout((int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            int length = socket.getInputStream().read(buffer);
            if (length < 0) {
                return answer.toString();
            }
            answer.append(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
        }
    }

    private static String body(String answer) throws IOException {
        int end = answer.indexOf(END_OF_HEAD);
        if (end < 0) {
            throw new EOFException(
                    "the connection was closed after " + answer.length() + " bytes of the answer's head");
        }
        String head = answer.substring(0, end);
        Matcher status = STATUS.matcher(head);
        if (!status.lookingAt() || !status.group(1).equals("200")) {
            throw new ProtocolException(
                    "the answer is " + head.lines().findFirst().orElse(""));
        }
        Matcher length = LENGTH.matcher(head);
        String body = answer.substring(end + END_OF_HEAD.length());
        if (!length.find() || Integer.parseInt(length.group(1)) != body.length()) {
            throw new EOFException("the connection was closed after " + body.length() + " bytes of a body of "
                    + (length.reset().find() ? length.group(1) : "a length that was not told"));
        }
        return new String(body.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
