package com.sourcegraph.downgrade.testkit.cluster.request;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * One request to the API.
 *
 * @param verb as Kubernetes names it: get, list, watch, create, update, patch, delete, deletecollection
 * @param path with its query
 * @param group the API group; empty for the core group and for paths that are no resource
 * @param resource the plural name; empty where the path is no resource
 * @param subresource empty where there is none
 * @param namespace empty for cluster-scoped requests and for all namespaces
 * @param name empty for collections
 * @param user who sent it
 * @param impersonated as whom ({@code Impersonate-User}); empty for nobody else
 * @param patchType {@code json}, {@code merge}, {@code strategic} or {@code apply}; empty for other verbs
 * @param fieldManager as the request names it, or as its user agent implies
 * @param shape what a server has to understand of it, see {@link
 *     com.sourcegraph.downgrade.testkit.cluster.api.RequestShape}
 * @param responseCode 0 as long as there is no answer, and for a connection that was reset instead
 * @param started when it came
 * @param took how long the answer took
 */
public record RequestRecord(
        String verb,
        String path,
        String group,
        String resource,
        String subresource,
        String namespace,
        String name,
        String user,
        String impersonated,
        boolean dryRun,
        String patchType,
        String fieldManager,
        String shape,
        int responseCode,
        Instant started,
        Duration took) {
    private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete", "deletecollection");

    /** Whether it asks to change something; a dry run does not. */
    public boolean isWrite() {
        return WRITES.contains(verb) && !dryRun && !group.equals("authorization.k8s.io");
    }

    /** In whose name it acts. */
    public String effectiveUser() {
        return impersonated.isEmpty() ? user : impersonated;
    }

    /** The same request with its answer. */
    public RequestRecord answered(int code, Duration duration) {
        return new RequestRecord(
                verb,
                path,
                group,
                resource,
                subresource,
                namespace,
                name,
                user,
                impersonated,
                dryRun,
                patchType,
                fieldManager,
                shape,
                code,
                started,
                duration);
    }
}
