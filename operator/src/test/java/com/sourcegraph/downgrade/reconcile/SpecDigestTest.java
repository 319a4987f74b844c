package com.sourcegraph.downgrade.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By this a resource is recognised when it comes back: by what it asks for, not by how it was steered. */
class SpecDigestTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SPEC =
            "{\"to\": \"4.0.1\", \"manifests\": {\"configMapRef\": {\"name\": \"older\", \"keys\": [\"a\", \"b\"]}}}";

    private final SpecDigest digest = new SpecDigest();

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    suspend                 | true                                           | same
                    cancel                  | true                                           | same
                    approvedPlan            | "sha256:aa"                                    | same
                    recovery                | {"retries": 2}                                 | same
                    ttlSecondsAfterFinished | 60                                             | same
                    strategy                | "Auto"                                         | same
                    mode                    | "Run"                                          | same
                    to                      | "4.0.0"                                        | another
                    from                    | "4.5.1"                                        | another
                    strategy                | "Migrator"                                     | another
                    mode                    | "Plan"                                         | another
                    manifests               | {"configMapRef": {"name": "other"}}            | another
                    manifests               | {"secretRef": {"name": "older", "keys": ["a"]}} | another
                    """)
    void whatCannotChangeDecides(String field, String value, String expected) throws Exception {
        ObjectNode changed = (ObjectNode) JSON.readTree(SPEC);
        changed.set(field, JSON.readTree(value));

        boolean same = digest.of(spec(JSON.readTree(SPEC).toString())).equals(digest.of(spec(changed.toString())));

        assertThat(same ? "same" : "another").isEqualTo(expected);
    }

    @Test
    void itIsTheSameInEveryProcess() throws Exception {
        assertThat(new SpecDigest().of(spec(SPEC)))
                .isEqualTo(digest.of(spec(SPEC)))
                .matches("sha256:[0-9a-f]{64}");
    }

    private static SourcegraphDowngradeSpec spec(String json) throws Exception {
        return JSON.readValue(json, SourcegraphDowngradeSpec.class);
    }
}
