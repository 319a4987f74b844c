package com.sourcegraph.downgrade.testkit.contract;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A watch or a followed log that is open: its lines, as they come. */
final class EventStream implements AutoCloseable {
    private static final String END = "\u0000end";
    private static final long PATIENCE_SECONDS = 30;

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final int code;
    private Runnable closing = () -> {};

    private EventStream(int code) {
        this.code = code;
    }

    /** The status with which the server began. */
    int code() {
        return code;
    }

    static EventStream chunked(HttpClient http, HttpRequest request) {
        HttpResponse<Stream<String>> response = get(http.sendAsync(request, HttpResponse.BodyHandlers.ofLines()));
        EventStream stream = new EventStream(response.statusCode());
        Stream<String> body = response.body();
        stream.closing = body::close;
        Thread reader = new Thread(() -> stream.read(body), "contract-stream");
        reader.setDaemon(true);
        reader.start();
        return stream;
    }

    private void read(Stream<String> body) {
        try {
            body.forEach(lines::add);
        } catch (RuntimeException e) {
            // The connection was closed from here or broken from there: an end like any other for who reads.
            lines.add(END);
            return;
        }
        lines.add(END);
    }

    static EventStream webSocket(HttpClient http, URI uri, Map<String, String> headers) {
        WebSocket.Builder builder = http.newWebSocketBuilder();
        headers.forEach(builder::header);
        EventStream stream = new EventStream(101);
        WebSocket socket;
        try {
            socket = builder.buildAsync(uri, stream.new Listener()).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof java.net.http.WebSocketHandshakeException refused) {
                EventStream failed = new EventStream(refused.getResponse().statusCode());
                failed.lines.add(END);
                return failed;
            }
            throw e;
        }
        stream.closing = socket::abort;
        return stream;
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                lines.add(text.toString().strip());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            lines.add(END);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            lines.add(END);
        }
    }

    /** The next lines: so many, or (-1) all up to the end. Fewer where the stream ends or stays silent. */
    List<String> take(int count) {
        List<String> taken = new ArrayList<>();
        try {
            while (count < 0 || taken.size() < count) {
                String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (line == null) {
                    taken.add("nothing more came");
                    return taken;
                }
                if (line.equals(END)) {
                    taken.add("the stream ended");
                    return taken;
                }
                taken.add(line);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return taken;
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("no stream was opened", e);
        }
    }

    @Override
    public void close() {
        closing.run();
    }
}
