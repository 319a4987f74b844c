package com.sourcegraph.downgrade.testkit.contract;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** HTTP as it goes over the wire, to any API server: nothing is retried, completed or decoded. */
final class RawClient implements AutoCloseable {
    /** What came back. */
    record Answer(int code, String contentType, java.util.List<String> warnings, String body) {}

    private final HttpClient http;
    private final String url;
    private final String token;

    RawClient(Config config) {
        this.url = config.getMasterUrl().replaceFirst("/$", "");
        this.token = config.getOauthToken() == null ? config.getAutoOAuthToken() : config.getOauthToken();
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(20));
        if (url.startsWith("https")) {
            try {
                builder.sslContext(SSLUtils.sslContext(config));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("the kubeconfig's certificates cannot be used", e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        this.http = builder.build();
    }

    Answer send(String method, String path, String type, Map<String, String> headers, String body) {
        HttpRequest.Builder request = request(path, headers)
                .header("Content-Type", type)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        try {
            // The request's own timeout ends with the headers, and a watch that should have been refused never ends.
            HttpResponse<String> response = http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                    .get(20, TimeUnit.SECONDS);
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    response.headers().allValues("Warning"),
                    response.body());
        } catch (TimeoutException e) {
            return new Answer(0, "", java.util.List.of(), "no answer in time");
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(method + " " + path, e);
        }
    }

    /** Opens a stream: over a WebSocket as the Fabric8 client does, or chunked as kubectl does. */
    EventStream open(boolean webSocket, String path, Map<String, String> headers) {
        Map<String, String> withOrigin = all(headers);
        // The server refuses a WebSocket without it; the Fabric8 client sends it.
        withOrigin.put("Origin", url);
        return webSocket
                ? EventStream.webSocket(http, URI.create(url.replaceFirst("^http", "ws") + path), withOrigin)
                : EventStream.chunked(http, request(path, headers).build());
    }

    private HttpRequest.Builder request(String path, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
        all(headers).forEach(request::header);
        return request;
    }

    private Map<String, String> all(Map<String, String> headers) {
        Map<String, String> all = new java.util.LinkedHashMap<>(headers);
        all.putIfAbsent("Accept", "application/json");
        all.putIfAbsent("User-Agent", "contract/1");
        if (token != null && !token.isEmpty()) {
            all.put("Authorization", "Bearer " + token);
        }
        return all;
    }

    @Override
    public void close() {
        // The client's threads end with it; Java 17 has no way to end them sooner.
    }
}
