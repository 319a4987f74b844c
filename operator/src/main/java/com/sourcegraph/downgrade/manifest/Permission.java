package com.sourcegraph.downgrade.manifest;

/**
 * One right in the instance's namespace, as a SelfSubjectAccessReview asks for it.
 *
 * @param verb for example {@code patch}
 * @param apiGroup the group, empty for the core group
 * @param resource the plural, for example {@code deployments}
 * @param why which object needs it, for people
 */
public record Permission(String verb, String apiGroup, String resource, String why) {}
