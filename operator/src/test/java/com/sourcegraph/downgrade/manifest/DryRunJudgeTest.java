package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What an answer to a dry run means that is not what was asked for. */
class DryRunJudgeTest {

    private static final ObjectKey PROMETHEUS = ObjectKey.of("apps/v1", "Deployment", "prometheus");
    private static final ObjectKey GITHUB_PROXY = ObjectKey.of("apps/v1", "Deployment", "github-proxy");

    /** After the apply it would differ from the target for ever, and the run would find that out when the schema is down. */
    @Test
    void whatAnAdmissionWebhookDecidesOtherwiseIsToldBeforeAnythingIsWritten() throws Exception {
        UnaryOperator<String> mirror = body -> body.replace("\"image\":\"sourcegraph/", "\"image\":\"mirror.example/");

        for (ObjectKey key : new ObjectKey[] {PROMETHEUS, GITHUB_PROXY}) {
            Verdict verdict = judged(key, mirror);

            assertThat(verdict)
                    .isInstanceOfSatisfying(Verdict.Overruled.class, overruled -> assertThat(overruled.message())
                            .contains("spec.template.spec.containers[" + key.name()
                                    + "].image does not keep the target's value")
                            .doesNotContain("mirror.example"));
        }
    }

    @Test
    void whatAnAdmissionWebhookAddsIsAccepted() throws Exception {
        UnaryOperator<String> mesh = body -> body.replace(
                "\"containers\":[", "\"securityContext\":{\"fsGroup\":1},\"containers\":[{\"name\":\"mesh\"},");

        assertThat(judged(PROMETHEUS, mesh)).isInstanceOf(Verdict.Accepted.class);
        assertThat(judged(GITHUB_PROXY, mesh)).isInstanceOf(Verdict.Accepted.class);
    }

    /** By an API server that accepts everything, as an admission webhook makes it. */
    private static Verdict judged(ObjectKey key, UnaryOperator<String> admission) throws Exception {
        ManifestBundle target = RealManifests.bundle(SmallReleases.OLDER);
        LiveObjects live = LiveInstance.of(RealManifests.bundle(SmallReleases.NEWER), Deployer.KUBECTL_CLIENT_SIDE);
        ApplyPlan plan = new ManifestComparison().compare(target, live, "sourcegraph");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            byte[] answer = admission.apply(body).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .build())
                .build()) {
            return new DryRunJudge(client)
                    .judge(client, "sourcegraph", plan.find(key).orElseThrow(), plan.owner());
        } finally {
            server.stop(0);
        }
    }
}
