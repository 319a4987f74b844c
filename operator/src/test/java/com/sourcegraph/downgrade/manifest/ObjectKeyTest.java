package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** An object is named once in what is told of it. */
class ObjectKeyTest {

    private final ObjectKey searcher = new ObjectKey("apps", "Deployment", "searcher");

    @Test
    void namesTheObjectOfAMessageThatDoesNot() {
        assertThat(searcher.naming("spec.selector: field is immutable"))
                .isEqualTo("Deployment/searcher: spec.selector: field is immutable");
        assertThat(searcher.naming("Deployment/searcher-canary: exists"))
                .isEqualTo("Deployment/searcher: Deployment/searcher-canary: exists");
    }

    @Test
    void repeatsNoName() {
        assertThat(searcher.naming("Deployment/searcher: field is immutable"))
                .isEqualTo("Deployment/searcher: field is immutable");
        assertThat(searcher.naming("Waiting until Deployment/searcher and its pods are gone."))
                .isEqualTo("Waiting until Deployment/searcher and its pods are gone.");
    }
}
