package com.sourcegraph.downgrade.manifest;

/**
 * Where a target object was read, so that a message can send a person there.
 *
 * @param key the key of the ConfigMap or Secret
 * @param document the number of the YAML document in that key, from 1
 * @param line the line in the (unpacked) text on which the document's content starts, from 1
 */
public record Origin(String key, int document, int line) {

    @Override
    public String toString() {
        return "key \"" + key + "\", document " + document + " (line " + line + ")";
    }
}
