package com.sourcegraph.downgrade.release;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNameTest {
    @ParameterizedTest
    @CsvSource({
        "index.docker.io/sourcegraph/frontend:5.0.6@sha256:45e8, index.docker.io/sourcegraph/frontend, frontend, 5.0.6, sha256:45e8, 5.0.6",
        "frontend, frontend, frontend, , , ",
        "sourcegraph/frontend:v4.0.1, sourcegraph/frontend, frontend, v4.0.1, , 4.0.1",
        "registry.example.com:5000/a/b/gitserver:6.12.5040, registry.example.com:5000/a/b/gitserver, gitserver, 6.12.5040, , 6.12.5040",
        "registry.example.com:5000/gitserver, registry.example.com:5000/gitserver, gitserver, , , ",
        "localhost:5000/x@sha256:ab, localhost:5000/x, x, , sha256:ab, ",
        "sourcegraph/postgres-12-alpine:4.5.1-patched, sourcegraph/postgres-12-alpine, postgres-12-alpine, 4.5.1-patched, , 4.5.1",
        "redis:7-alpine, redis, redis, 7-alpine, , ",
        "prom/prometheus:v2.45.0, prom/prometheus, prometheus, v2.45.0, , ",
        "sourcegraph/worker:insiders, sourcegraph/worker, worker, insiders, , ",
        "sourcegraph/worker:latest, sourcegraph/worker, worker, latest, , ",
        "sourcegraph/worker:4.5, sourcegraph/worker, worker, 4.5, , ",
        "sourcegraph/worker:218595_2023-05-09_5.0-abc, sourcegraph/worker, worker, 218595_2023-05-09_5.0-abc, , "
    })
    void takesNamesApart(String image, String repository, String basename, String tag, String digest, String version) {
        ImageName name = ImageName.parse(image);
        assertThat(name.repository()).isEqualTo(repository);
        assertThat(name.basename()).isEqualTo(basename);
        assertThat(name.tag().orElse(null)).isEqualTo(tag);
        assertThat(name.digest().orElse(null)).isEqualTo(digest);
        assertThat(name.version().map(Version::toString).orElse(null)).isEqualTo(version);
        assertThat(name).hasToString(image);
    }

    @Test
    void changesParts() {
        ImageName name = ImageName.parse("r.example.com:5000/sourcegraph/frontend:5.0.6@sha256:45e8");
        assertThat(name.withTag("5.1.0").withBasename("migrator"))
                .hasToString("r.example.com:5000/sourcegraph/migrator:5.1.0");
    }

    @ParameterizedTest
    @CsvSource({"''", "':'", "'@'", "'/'", "'a/:'", "' x '"})
    void neverFails(String image) {
        assertThat(ImageName.parse(image).version()).isEmpty();
    }
}
