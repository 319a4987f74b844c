package com.sourcegraph.downgrade.testkit.cluster.api;

/** The client's end of a stream. Neither method blocks; after the end they do nothing. */
public interface StreamSink {
    /** Sends one message: a frame on a WebSocket, a chunk otherwise. */
    void send(byte[] message);

    /** Ends the stream in order. */
    void end();

    /** Breaks the connection. */
    void abort();

    /** Runs when the client has gone or the stream has ended. */
    void onEnd(Runnable action);
}
