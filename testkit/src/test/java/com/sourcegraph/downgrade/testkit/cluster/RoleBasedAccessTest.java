package com.sourcegraph.downgrade.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Access as the stored roles and bindings give it. */
class RoleBasedAccessTest {
    private static final String OPERATOR = "system:serviceaccount:ops:operator";
    private static final String HELPER = "system:serviceaccount:default:helper";

    private InMemoryCluster cluster;
    private Api api;

    @BeforeEach
    void start() {
        cluster = InMemoryCluster.builder().controllers().roleBasedAccess().start();
        api = new Api(cluster);
        String rbac = "/apis/rbac.authorization.k8s.io/v1/";
        create(rbac + "clusterroles", """
                kind: ClusterRole
                metadata: {name: reader}
                rules:
                - {apiGroups: [apps], resources: [deployments], verbs: [get, list]}
                """);
        create(rbac + "clusterrolebindings", """
                kind: ClusterRoleBinding
                metadata: {name: reader}
                roleRef: {kind: ClusterRole, name: reader}
                subjects: [{kind: ServiceAccount, name: operator, namespace: ops}]
                """);
        create(rbac + "namespaces/default/roles", """
                kind: Role
                metadata: {name: helper}
                rules:
                - {apiGroups: [apps], resources: [deployments/scale], verbs: [patch]}
                - {apiGroups: [""], resources: [secrets], resourceNames: [pgsql-auth], verbs: [get]}
                """);
        create(rbac + "namespaces/default/rolebindings", """
                kind: RoleBinding
                metadata: {name: helper}
                roleRef: {kind: Role, name: helper}
                subjects: [{kind: ServiceAccount, name: helper}]
                """);
        create(rbac + "namespaces/default/roles", """
                kind: Role
                metadata: {name: impersonate}
                rules:
                - {apiGroups: [""], resources: [serviceaccounts], resourceNames: [helper], verbs: [impersonate]}
                """);
        create(rbac + "namespaces/default/rolebindings", """
                kind: RoleBinding
                metadata: {name: impersonate}
                roleRef: {kind: Role, name: impersonate}
                subjects: [{kind: ServiceAccount, name: operator, namespace: ops}]
                """);
        api.post("/apis/apps/v1/namespaces/default/deployments", Objects.deployment("web", 1, "x:1"));
    }

    private void create(String path, String yaml) {
        Api.Answer answer = api.post(path, Objects.yaml("apiVersion: rbac.authorization.k8s.io/v1\n" + yaml));
        assertThat(answer.code()).as(answer.message()).isEqualTo(201);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource({
        "system:serviceaccount:ops:operator, GET, /apis/apps/v1/deployments, 200",
        "system:serviceaccount:ops:operator, GET, /apis/apps/v1/namespaces/default/deployments/web, 200",
        "system:serviceaccount:ops:operator, DELETE, /apis/apps/v1/namespaces/default/deployments/web, 403",
        "system:serviceaccount:ops:operator, GET, /api/v1/namespaces/default/secrets/pgsql-auth, 403",
        "system:serviceaccount:default:helper, GET, /api/v1/namespaces/default/secrets/pgsql-auth, 404",
        "system:serviceaccount:default:helper, GET, /api/v1/namespaces/default/secrets/other, 403",
        "system:serviceaccount:default:helper, GET, /api/v1/namespaces/default/secrets, 403",
        "system:serviceaccount:default:helper, GET, /apis/apps/v1/namespaces/default/deployments/web, 403",
        "nobody, GET, /apis/apps/v1/deployments, 403",
    })
    void onlyWhatIsGrantedIsDone(String user, String method, String path, int code) {
        assertThat(api.send(method, path, "application/json", null, "Authorization", "Bearer " + user)
                        .code())
                .isEqualTo(code);
    }

    @Test
    void whoMayImpersonateActsWithTheOthersRightsOnly() {
        String scale = "/apis/apps/v1/namespaces/default/deployments/web/scale";
        assertThat(as(OPERATOR, HELPER, scale).code()).isEqualTo(200);
        assertThat(as(OPERATOR, "", scale).code()).isEqualTo(403);
        Api.Answer other = as(OPERATOR, "system:serviceaccount:default:default", scale);
        assertThat(other.message())
                .isEqualTo("serviceaccounts \"default\" is forbidden: User \"" + OPERATOR
                        + "\" cannot impersonate resource \"serviceaccounts\" in API group \"\" in the namespace"
                        + " \"default\"");
    }

    private Api.Answer as(String user, String impersonated, String path) {
        return impersonated.isEmpty()
                ? api.send(
                        "PATCH",
                        path,
                        "application/merge-patch+json",
                        Objects.yaml("spec: {replicas: 0}"),
                        "Authorization",
                        "Bearer " + user)
                : api.send(
                        "PATCH",
                        path,
                        "application/merge-patch+json",
                        Objects.yaml("spec: {replicas: 0}"),
                        "Authorization",
                        "Bearer " + user,
                        "Impersonate-User",
                        impersonated);
    }
}
