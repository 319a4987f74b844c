package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
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
    private static final ObjectMapper LENIENT = new ObjectMapper();

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

    /** An answer comes as JSON; who wants none of it is told what a real server has. */
    void refuseUnknownForms() {
        String accept = header("accept");
        if (!webSocket && !accept.isEmpty() && !accept.contains("json") && !accept.contains("*")) {
            throw new StatusException(
                    406,
                    "NotAcceptable",
                    "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml,"
                            + " application/vnd.kubernetes.protobuf",
                    Nodes.object());
        }
    }

    /** Who is a member of which group is not kept here, so acting as one would decide nothing. */
    void refuseGroupsToImpersonate() {
        for (String name : headers.keySet()) {
            if (name.startsWith("impersonate-") && !name.equals("impersonate-user")) {
                throw StatusException.notSupported("impersonation of groups, uids and extra values");
            }
        }
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
        String type = contentType();
        boolean patch = method.equals("PATCH");
        if (!patch && !type.isEmpty() && !type.endsWith("/json") && !type.endsWith("/yaml") && !type.equals("*/*")) {
            throw type.contains("protobuf")
                    ? StatusException.unsupportedMediaType(List.of("application/json", "application/yaml"))
                    : StatusException.unsupportedMediaType(
                            List.of("application/json", "application/yaml", "application/vnd.kubernetes.protobuf"));
        }
        try {
            return contentType().endsWith("yaml") ? YAML.readTree(body) : LENIENT.readTree(body);
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
