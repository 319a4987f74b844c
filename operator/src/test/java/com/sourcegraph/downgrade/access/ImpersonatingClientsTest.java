package com.sourcegraph.downgrade.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sourcegraph.downgrade.testkit.cluster.GivenKubeconfig;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Acting in another's name with no more than the right that the chart gives, on a real API server that {@code
 * -Dtest.kubeconfig=FILE} names: in memory nobody judges rights.
 */
@Tag("real-apiserver")
class ImpersonatingClientsTest {

    private static final String OPERATOR = "operator";
    private static final String ACCOUNT = "sourcegraph-downgrade";

    private KubernetesClient admin;
    private KubernetesClient operator;
    private String namespace;

    @BeforeEach
    void makeAnOperatorThatMayOnlyImpersonate() {
        String kubeconfig = System.getProperty("test.kubeconfig", "");
        if (kubeconfig.isBlank()) {
            String skipped =
                    "SKIPPED: no real API server has judged impersonation; name one with -Dtest.kubeconfig=FILE";
            System.err.println(skipped);
            Assumptions.abort(skipped);
        }
        Config config = new GivenKubeconfig(Path.of(kubeconfig)).config();
        admin = new KubernetesClientBuilder().withConfig(config).build();
        namespace = admin.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withGenerateName("sourcegraph-downgrade-test-")
                        .endMetadata()
                        .build())
                .create()
                .getMetadata()
                .getName();
        account(
                OPERATOR,
                new PolicyRuleBuilder()
                        .withApiGroups("")
                        .withResources("serviceaccounts")
                        .withVerbs("impersonate")
                        .withResourceNames(ACCOUNT)
                        .build());
        account(
                ACCOUNT,
                new PolicyRuleBuilder()
                        .withApiGroups("")
                        .withResources("configmaps")
                        .withVerbs("list")
                        .build());
        account("other");
        operator = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl(config.getMasterUrl())
                        .withCaCertData(config.getCaCertData())
                        .withCaCertFile(config.getCaCertFile())
                        .withOauthToken(token())
                        .build())
                .build();
    }

    @AfterEach
    void leaveNothing() {
        if (operator != null) {
            operator.close();
        }
        if (admin != null) {
            admin.namespaces().withName(namespace).delete();
            admin.close();
        }
    }

    @Test
    void theAccountsRightsAreTheClients() {
        KubernetesClient client = new ImpersonatingClients(operator).of(namespace, ACCOUNT);

        assertThat(client.configMaps().inNamespace(namespace).list()).isNotNull();
        assertThatThrownBy(() -> client.secrets().inNamespace(namespace).list())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("User \"system:serviceaccount:" + namespace + ":" + ACCOUNT
                        + "\" cannot list resource \"secrets\"");
    }

    /** Every user may ask about its rights by its membership of system:authenticated, which the server adds. */
    @Test
    void theAccountCanAskAboutItsRights() {
        KubernetesClient client = new ImpersonatingClients(operator).of(namespace, ACCOUNT);

        assertThat(new AccessReviewer()
                        .missing(
                                client,
                                namespace,
                                List.of(
                                        new AccessReviewer.Right("list", "", "configmaps"),
                                        new AccessReviewer.Right("delete", "", "persistentvolumeclaims"))))
                .containsExactly(new AccessReviewer.Right("delete", "", "persistentvolumeclaims"));
    }

    @Test
    void noOtherAccountCanBeActedAs() {
        KubernetesClient client = new ImpersonatingClients(operator).of(namespace, "other");

        assertThatThrownBy(() -> client.configMaps().inNamespace(namespace).list())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("cannot impersonate resource \"serviceaccounts\"");
    }

    private void account(String name, PolicyRule... rules) {
        admin.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .build())
                .create();
        admin.resource(new RoleBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withRules(rules)
                        .build())
                .create();
        admin.resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", name)
                        .addNewSubject(null, "ServiceAccount", name, namespace)
                        .build())
                .create();
    }

    private String token() {
        TokenRequest request = admin.serviceAccounts()
                .inNamespace(namespace)
                .withName(OPERATOR)
                .tokenRequest();
        return request.getStatus().getToken();
    }
}
