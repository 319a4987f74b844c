package com.sourcegraph.downgrade.database;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes one connection after the other on the loopback address and behaves as no PostgreSQL would. */
final class HostileServer implements AutoCloseable {
    /** What it does with a connection. */
    @FunctionalInterface
    interface Manner {
        void serve(DataInputStream in, DataOutputStream out, CountDownLatch closed) throws Exception;
    }

    private final ServerSocket server;
    private final Manner manner;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger connected = new AtomicInteger();

    private HostileServer(Manner manner) {
        this.manner = manner;
        try {
            server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::accept, "hostile-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** Sends parameters for ever, one byte every 20 ms, so that no wait for the next byte is long. */
    static HostileServer dripping() {
        return new HostileServer((in, out, closed) -> {
            startUp(in);
            accepted(out);
            byte[] parameter = {'S', 0, 0, 0, 8, 'a', 0, 'b', 0};
            for (int i = 0; !closed.await(20, TimeUnit.MILLISECONDS); i++) {
                out.write(parameter[i % parameter.length]);
                out.flush();
            }
        });
    }

    /** Answers the first question with a row that it says has so many bytes. */
    static HostileServer announcing(int bytes) {
        return new HostileServer((in, out, closed) -> {
            startUp(in);
            accepted(out);
            out.write(new byte[] {'Z', 0, 0, 0, 5, 'I'});
            out.flush();
            in.readByte();
            out.writeByte('T');
            out.writeInt(4 + 2 + 2 + 18);
            out.writeShort(1);
            out.write(new byte[] {'c', 0});
            out.write(new byte[4 + 2]);
            out.writeInt(25);
            out.write(new byte[2 + 4 + 2]);
            out.writeByte('D');
            out.writeInt(bytes);
            out.writeShort(1);
            out.writeInt(bytes - 10);
            out.flush();
            closed.await();
        });
    }

    private static void startUp(DataInputStream in) throws IOException {
        in.readNBytes(in.readInt() - 4);
    }

    private static void accepted(DataOutputStream out) throws IOException {
        out.write(new byte[] {'R', 0, 0, 0, 8, 0, 0, 0, 0});
        for (String parameter : List.of(
                "server_version\0" + "12.22\0",
                "client_encoding\0UTF8\0",
                "DateStyle\0ISO\0",
                "integer_datetimes\0on\0",
                "standard_conforming_strings\0on\0")) {
            out.writeByte('S');
            out.writeInt(4 + parameter.length());
            out.writeBytes(parameter);
        }
        out.flush();
    }

    /** How many clients it is talking to. */
    int connected() {
        return connected.get();
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (closed.getCount() > 0) {
            try (Socket client = server.accept();
                    DataInputStream in = new DataInputStream(client.getInputStream());
                    DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
                connected.incrementAndGet();
                manner.serve(in, out, closed);
            } catch (Exception e) {
                // The client went away, or the server is closed.
            } finally {
                connected.set(0);
            }
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
    }
}
