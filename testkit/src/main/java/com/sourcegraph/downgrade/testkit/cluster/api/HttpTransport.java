package com.sourcegraph.downgrade.testkit.cluster.api;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * HTTP and WebSocket on the server under the Fabric8 mock server (Vert.x). That server itself cannot stream a body nor
 * break a connection, and {@code kubectl} watches by streaming; so its transport is used without it.
 *
 * <p>Requests are answered on the given executor, never on the event loop: a hook may block.
 */
public final class HttpTransport implements AutoCloseable {
    private final Vertx vertx;
    private final HttpServer server;
    private final Executor executor;
    private final Function<ApiRequest, ApiResponse> api;

    public HttpTransport(Executor executor, Function<ApiRequest, ApiResponse> api) {
        this.executor = executor;
        this.api = api;
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setBlockedThreadCheckInterval(1)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.DAYS)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(0)
                        .setHttp2ClearTextEnabled(false)
                        .setMaxHeaderSize(64 * 1024)
                        .setMaxInitialLineLength(64 * 1024)
                        .setWebSocketSubProtocols(List.of("v4.channel.k8s.io", "v5.channel.k8s.io"))
                        .setCompressionSupported(false)
                        .setHandle100ContinueAutomatically(true))
                .requestHandler(this::handle);
        server.listen().toCompletionStage().toCompletableFuture().join();
    }

    public int port() {
        return server.actualPort();
    }

    private void handle(HttpServerRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        request.headers().forEach(header -> headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
        boolean webSocket = headers.getOrDefault("upgrade", "").equalsIgnoreCase("websocket");
        String method = request.method().name();
        if (webSocket) {
            request.pause();
            executor.execute(() -> answer(request, new ApiRequest(method, request.uri(), headers, new byte[0], true)));
            return;
        }
        request.body()
                .onSuccess(body -> executor.execute(
                        () -> answer(request, new ApiRequest(method, request.uri(), headers, body.getBytes(), false))));
    }

    private void answer(HttpServerRequest request, ApiRequest apiRequest) {
        ApiResponse response = api.apply(apiRequest);
        if (response instanceof ApiResponse.Reset) {
            request.connection().close();
        } else if (response instanceof ApiResponse.Plain plain) {
            HttpServerResponse http = request.response().setStatusCode(plain.code());
            http.putHeader("Content-Type", plain.contentType());
            plain.headers().forEach(http::putHeader);
            if (apiRequest.webSocket()) {
                request.resume();
            }
            http.end(Buffer.buffer(plain.body()));
        } else if (response instanceof ApiResponse.Stream stream) {
            if (apiRequest.webSocket()) {
                request.toWebSocket().onSuccess(socket -> {
                    WebSocketSink sink = WebSocketSink.to(socket);
                    executor.execute(() -> stream.streaming().start(sink));
                });
                request.resume();
            } else {
                HttpServerResponse http = request.response().setChunked(true);
                http.putHeader("Content-Type", stream.contentType());
                // The headers go out at once: a client waits for them before it reads.
                http.writeHead();
                stream.streaming().start(new ChunkSink(request, http));
            }
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static final class ChunkSink implements StreamSink {
        private final HttpServerRequest request;
        private final HttpServerResponse response;

        ChunkSink(HttpServerRequest request, HttpServerResponse response) {
            this.request = request;
            this.response = response;
        }

        @Override
        public void send(byte[] message) {
            try {
                if (!response.ended() && !response.closed()) {
                    response.write(Buffer.buffer(message));
                }
            } catch (IllegalStateException e) {
                // Closed since, as above.
            }
        }

        @Override
        public void end() {
            if (!response.ended() && !response.closed()) {
                response.end();
            }
        }

        @Override
        public void abort() {
            request.connection().close();
        }

        @Override
        public void onEnd(Runnable action) {
            response.closeHandler(closed -> action.run());
            response.endHandler(ended -> action.run());
            if (response.closed()) {
                action.run();
            }
        }
    }
}
