package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is the same in other words, and what is not. */
class LiveMatchTest {

    private final LiveMatch match = new LiveMatch();

    private Optional<String> difference(String target, String live) {
        return match.difference(read(target), read(live));
    }

    private static JsonNode read(String yaml) {
        try {
            return new YAMLMapper().readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By {@code subPath}, as is usual: the volume's name tells nothing. */
    @Test
    void aVolumeMountedTwiceIsComparedByItsPaths() {
        String twice = "volumeMounts: [{name: c, mountPath: /a, subPath: a}, {name: c, mountPath: /b, subPath: b}]";

        assertThat(difference(twice, twice)).isEmpty();
        assertThat(
                        difference(
                                twice,
                                "volumeMounts: [{name: c, mountPath: /b, subPath: b}, {name: x, mountPath: /mesh}, {name: c, mountPath: /a, subPath: a}]"))
                .isEmpty();
        assertThat(difference(twice, twice.replace("subPath: b", "subPath: x"))).hasValue("volumeMounts[/b].subPath");
    }

    @Test
    void aPortWithoutANumberIsComparedByItsPlace() {
        String ports = "ingress: [{ports: [{protocol: UDP}, {protocol: TCP, port: 80}]}]";

        assertThat(difference(ports, ports)).isEmpty();
        assertThat(difference(ports, ports.replace("UDP", "SCTP"))).isPresent();
    }

    @Test
    void aServicesPortsAreComparedByNumberAndProtocol() {
        String dns = "ports: [{name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53}]";

        assertThat(difference(
                        dns, "ports: [{name: dns-tcp, port: 53, protocol: TCP}, {name: dns, port: 53, protocol: UDP}]"))
                .isEmpty();
        assertThat(difference(dns, dns.replace("name: dns-tcp", "name: other"))).hasValue("ports[53].name");
    }

    @ParameterizedTest
    @CsvSource({
        "'spec: {clusterIP: \"\"}', 'spec: {clusterIP: 10.0.0.1}'",
        "'spec: {sessionAffinity: \"\"}', 'spec: {sessionAffinity: None}'",
        "'ports: [{port: 80, nodePort: 0}]', 'ports: [{port: 80, nodePort: 30080}]'",
        "'livenessProbe: {timeoutSeconds: 0}', 'livenessProbe: {timeoutSeconds: 1}'",
    })
    void whatTheServerFillsInIsWhatWasLeftToIt(String target, String live) {
        assertThat(difference(target, live)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'data: {clusterIP: \"\"}', 'data: {clusterIP: 10.0.0.1}'",
        "'spec: {clusterIP: None}', 'spec: {clusterIP: 10.0.0.1}'",
        "'env: [{name: A, value: \"\"}]', 'env: [{name: A, value: x}]'",
        "'spec: {replicas: 0}', 'spec: {replicas: 1}'",
    })
    void anEmptyValueElsewhereIsAValue(String target, String live) {
        assertThat(difference(target, live)).isPresent();
    }
}
