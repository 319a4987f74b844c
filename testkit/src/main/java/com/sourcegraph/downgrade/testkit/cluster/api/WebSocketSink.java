package com.sourcegraph.downgrade.testkit.cluster.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The client's end of a WebSocket. Nothing is sent before the client has answered a ping: the JDK's client (17.0.15) loses what it
 * reads together with the answer to its handshake but beyond a buffer of 16 KiB. It then takes the middle of a message for the
 * beginning of a frame, or waits for the lost bytes. Seen over plain HTTP in 31 of 1,900 connections that began with frames of 30 KB,
 * over TLS, as to a real API server, in none of 2,400. Inferred from its source: the selector's thread hands the buffers of one
 * read one by one to a reader that the thread of the handshake empties meanwhile.
 */
final class WebSocketSink implements StreamSink {
    private final ServerWebSocket socket;
    private final List<String> heldBack = new ArrayList<>();
    private boolean clientReads;
    private boolean ended;

    private WebSocketSink(ServerWebSocket socket) {
        this.socket = socket;
    }

    /** Pings the client of this socket, which must not have sent anything yet. */
    static WebSocketSink to(ServerWebSocket socket) {
        WebSocketSink sink = new WebSocketSink(socket);
        socket.pongHandler(pong -> sink.clientReads());
        socket.writePing(Buffer.buffer());
        return sink;
    }

    private void clientReads() {
        boolean close;
        synchronized (this) {
            clientReads = true;
            heldBack.forEach(this::write);
            heldBack.clear();
            close = ended;
        }
        if (close) {
            close();
        }
    }

    @Override
    public synchronized void send(byte[] message) {
        String text = new String(message, StandardCharsets.UTF_8);
        if (ended) {
            return;
        }
        if (clientReads) {
            write(text);
        } else if (!socket.isClosed()) {
            heldBack.add(text);
        }
    }

    private void write(String text) {
        try {
            if (!socket.isClosed()) {
                socket.writeTextMessage(text);
            }
        } catch (IllegalStateException e) {
            // Closed since: whoever changes an object, and who else watches it, must not hear of it.
        }
    }

    @Override
    public void end() {
        synchronized (this) {
            ended = true;
            if (!clientReads) {
                return;
            }
        }
        close();
    }

    @Override
    public void abort() {
        synchronized (this) {
            ended = true;
        }
        close();
    }

    /** Not under this object's lock: whoever hears of the end may wait for another that holds the store and wants to send. */
    private void close() {
        if (!socket.isClosed()) {
            socket.close();
        }
    }

    @Override
    public void onEnd(Runnable action) {
        try {
            socket.closeHandler(closed -> action.run());
        } catch (IllegalStateException e) {
            // Closed already: then it tells nobody.
            action.run();
            return;
        }
        if (socket.isClosed()) {
            action.run();
        }
    }
}
