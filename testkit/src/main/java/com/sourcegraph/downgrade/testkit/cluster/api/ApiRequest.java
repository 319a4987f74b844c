package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A request as it came over the wire.
 *
 * @param uri path and query
 * @param headers by lower-case name
 * @param webSocket whether the client asks to upgrade to a WebSocket
 */
public record ApiRequest(String method, String uri, Map<String, String> headers, byte[] body, boolean webSocket) {
    private static final YAMLMapper YAML = new YAMLMapper();

    public String path() {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    /** The query parameters; of a repeated one the last counts. */
    public Map<String, String> query() {
        Map<String, String> result = new LinkedHashMap<>();
        int query = uri.indexOf('?');
        if (query >= 0) {
            for (String pair : uri.substring(query + 1).split("&")) {
                int equal = pair.indexOf('=');
                String name = equal < 0 ? pair : pair.substring(0, equal);
                String value = equal < 0 ? "" : pair.substring(equal + 1);
                result.put(decoded(name), decoded(value));
            }
        }
        return result;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    String contentType() {
        String type = header("content-type");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).trim();
    }

    /** The body as JSON or, where the type says so, YAML; null where there is none. */
    JsonNode json() {
        if (body == null || body.length == 0) {
            return null;
        }
        if (contentType().contains("protobuf")) {
            throw StatusException.unsupportedMediaType(
                    contentType(), java.util.List.of("application/json", "application/yaml"));
        }
        try {
            return contentType().endsWith("yaml") ? YAML.readTree(body) : Nodes.parse(body);
        } catch (JsonProcessingException e) {
            // Clients send YAML under other types too: server-side apply accepts it.
            try {
                return YAML.readTree(body);
            } catch (IOException yaml) {
                throw StatusException.badRequest("the body is neither JSON nor YAML: " + e.getOriginalMessage());
            }
        } catch (IOException e) {
            throw StatusException.badRequest("the body cannot be read: " + e.getMessage());
        }
    }

    ObjectNode object() {
        if (json() instanceof ObjectNode object) {
            return object;
        }
        throw StatusException.badRequest("the body of the request is no object");
    }
}
