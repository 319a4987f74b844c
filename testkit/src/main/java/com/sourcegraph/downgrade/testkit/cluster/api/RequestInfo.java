package com.sourcegraph.downgrade.testkit.cluster.api;

import java.util.Arrays;
import java.util.List;

/** What the path of a request says: which resource, in which namespace, which object, which part of it. */
record RequestInfo(String group, String version, String plural, String namespace, String name, String subresource) {

    /** Reads {@code /api/v1/…} and {@code /apis/GROUP/VERSION/…}; null where the path is something else. */
    static RequestInfo parse(String path) {
        List<String> parts = Arrays.stream(path.split("/"))
                .filter(part -> !part.isEmpty())
                .map(part -> java.net.URLDecoder.decode(part, java.nio.charset.StandardCharsets.UTF_8))
                .toList();
        if (parts.size() >= 3 && parts.get(0).equals("api")) {
            return rest("", parts.get(1), parts.subList(2, parts.size()));
        }
        if (parts.size() >= 4 && parts.get(0).equals("apis")) {
            return rest(parts.get(1), parts.get(2), parts.subList(3, parts.size()));
        }
        return null;
    }

    private static RequestInfo rest(String group, String version, List<String> rest) {
        String namespace = "";
        if (rest.size() >= 3 && rest.get(0).equals("namespaces") && !isNamespacePart(rest)) {
            namespace = rest.get(1);
            rest = rest.subList(2, rest.size());
        }
        String name = rest.size() > 1 ? rest.get(1) : "";
        String subresource = rest.size() > 2 ? String.join("/", rest.subList(2, rest.size())) : "";
        return new RequestInfo(group, version, rest.get(0), namespace, name, subresource);
    }

    private static boolean isNamespacePart(List<String> rest) {
        return rest.size() == 3 && (rest.get(2).equals("status") || rest.get(2).equals("finalize"));
    }
}
