package com.sourcegraph.downgrade.testkit.cluster.request;

/** Who may do what. It answers access reviews, and requests that it does not allow are answered 403 Forbidden. */
@FunctionalInterface
public interface AccessPolicy {
    /**
     * One thing that someone wants to do.
     *
     * @param namespace empty for cluster-scoped resources and for all namespaces
     * @param name empty for collections
     * @param path for a request that is no resource; otherwise empty
     */
    record Attempt(
            String user,
            String verb,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name,
            String path) {}

    boolean allows(Attempt attempt);

    /** Everybody may do everything. */
    static AccessPolicy allowAll() {
        return attempt -> true;
    }
}
