package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an error means, in the words of a real API server. */
class RefusalTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500 | failed to create typed patch object (x/y; apps/v1, Kind=Deployment): .spec.template.spec.containers[name=\"a\"].env: duplicate entries for key [name=\"X\"] | REJECTED",
                "500 | failed to create typed patch object (x/y; apps/v1, Kind=Deployment): .spec.repilcas: field not declared in schema | REJECTED",
                "500 | etcdserver: request timed out | UNAVAILABLE",
                "503 | apiserver not ready | UNAVAILABLE",
                "422 | spec.selector: field is immutable | REJECTED",
            })
    void whatAnswersTheSameForEverIsRejected(int code, String message, Refusal.Kind kind) {
        KubernetesClientException error = new KubernetesClientException(
                new StatusBuilder().withCode(code).withMessage(message).build());

        assertThat(Refusal.of(error).kind()).isEqualTo(kind);
        assertThat(Refusal.of(error).message()).isEqualTo(message);
    }
}
