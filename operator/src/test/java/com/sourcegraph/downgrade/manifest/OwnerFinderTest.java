package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.manifest.InstanceOwner.Style;
import org.junit.jupiter.api.Test;

class OwnerFinderTest {

    private static final String KUBECTL = OwnerFinder.CLIENT_SIDE_APPLY;
    private static final String RECORD = "\"f:kubectl.kubernetes.io/last-applied-configuration\":{}";

    private final ArrayNode entries = CanonicalJson.MAPPER.createArrayNode();

    /** OpenShift does so with every ServiceAccount, later than whoever made it. */
    @Test
    void aControllerThatFillsTheListsOfSecretsOfAServiceAccountDoesNotOwnIt() {
        entry(
                KUBECTL,
                "Update",
                1,
                "{\"f:metadata\":{\"f:annotations\":{\".\":{}," + RECORD
                        + "},\"f:labels\":{\".\":{},\"f:deploy\":{}}}}");
        entry("openshift.io/image-registry-pull-secrets_service-account-controller", "Apply", 2, """
                {"f:imagePullSecrets":{"k:{\\"name\\":\\"a\\"}":{".":{},"f:name":{}}},
                "f:metadata":{"f:annotations":{"f:openshift.io/internal-registry-pull-secret-ref":{}}},
                "f:secrets":{"k:{\\"name\\":\\"a\\"}":{".":{},"f:name":{}}}}
                """);

        assertThat(owner("ServiceAccount", true)).isEqualTo(KUBECTL + " CLIENT_SIDE_APPLY");
    }

    @Test
    void nobodyOwnsAConfigMapByItsLabelsHoweverMany() {
        entry(
                KUBECTL,
                "Update",
                1,
                "{\"f:metadata\":{\"f:annotations\":{\".\":{}," + RECORD
                        + "},\"f:labels\":{\".\":{},\"f:deploy\":{}}},\"f:data\":{\".\":{},\"f:a\":{}}}");
        entry(
                "labeler",
                "Apply",
                2,
                "{\"f:metadata\":{\"f:labels\":{\"f:a\":{},\"f:b\":{},\"f:c\":{},\"f:deploy\":{}}}}");

        assertThat(owner("ConfigMap", true)).isEqualTo(KUBECTL + " CLIENT_SIDE_APPLY");
    }

    /** Such as Terraform's, or what {@code kubectl create} has made. */
    @Test
    void nobodyOwnsByItsLabelsWhatAToolThatUpdatesHasMade() {
        entry(
                "HashiCorp",
                "Update",
                1,
                "{\"f:metadata\":{\"f:labels\":{\".\":{},\"f:deploy\":{}}},\"f:data\":{\".\":{},\"f:a\":{}}}");
        entry("labeler", "Apply", 2, "{\"f:metadata\":{\"f:labels\":{\"f:team\":{}}}}");

        assertThat(owner("ConfigMap", false)).isEqualTo("HashiCorp UPDATE");
    }

    /** The name that an API server gives to what it knew no owner of. */
    @Test
    void whatKubectlHadAppliedBeforeTheFirstServerSideApplyIsKubectls() {
        entry(
                OwnerFinder.BEFORE_FIRST_APPLY,
                "Update",
                1,
                "{\"f:metadata\":{\"f:annotations\":{\".\":{}," + RECORD
                        + "},\"f:labels\":{\".\":{},\"f:deploy\":{}}},\"f:data\":{\".\":{},\"f:a\":{}}}");
        entry("labeler", "Apply", 2, "{\"f:metadata\":{\"f:labels\":{\"f:team\":{}}}}");

        assertThat(owner("ConfigMap", true)).isEqualTo(KUBECTL + " CLIENT_SIDE_APPLY");
    }

    @Test
    void nobodyOwnsAConfigMapByOneEntryOfSeveral() {
        entry(
                "argocd-controller",
                "Apply",
                1,
                "{\"f:metadata\":{\"f:labels\":{\"f:deploy\":{}}},\"f:data\":{\"f:a\":{},\"f:b\":{},\"f:c\":{}}}");
        entry("kustomize-controller", "Apply", 2, "{\"f:data\":{\"f:d\":{}}}");

        assertThat(owner("ConfigMap", false)).isEqualTo("argocd-controller SERVER_SIDE_APPLY");
    }

    /** Most of what the creator's entry owns here are defaults. */
    @Test
    void whoeverTookTheWholeObjectOverOwnsItAlsoBesideTheDefaultsOfItsCreator() {
        entry(KUBECTL, "Update", 1, """
                {"f:metadata":{"f:annotations":{".":{},%s},"f:labels":{".":{},"f:deploy":{}}},
                "f:spec":{"f:progressDeadlineSeconds":{},"f:replicas":{},"f:revisionHistoryLimit":{},"f:selector":{},
                "f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},"f:maxUnavailable":{}},"f:type":{}},
                "f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{},"f:deploy":{}}},"f:spec":{
                "f:containers":{"k:{\\"name\\":\\"a\\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},
                "f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},
                "f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},
                "f:terminationGracePeriodSeconds":{}}}}}
                """.formatted(RECORD));
        entry("argocd-controller", "Apply", 2, """
                {"f:metadata":{"f:labels":{"f:deploy":{}}},
                "f:spec":{"f:replicas":{},"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:app":{},"f:deploy":{}}},
                "f:spec":{"f:containers":{"k:{\\"name\\":\\"a\\"}":{".":{},"f:image":{},"f:name":{}}}}}}}
                """);

        assertThat(owner("Deployment", true)).isEqualTo("argocd-controller SERVER_SIDE_APPLY");
    }

    @Test
    void whoeverTookAConfigMapOverOwnsItAlsoWhereEveryValueWasChanged() {
        entry(
                KUBECTL,
                "Update",
                1,
                "{\"f:metadata\":{\"f:annotations\":{\".\":{}," + RECORD
                        + "},\"f:labels\":{\".\":{},\"f:deploy\":{}}},\"f:data\":{\".\":{}}}");
        entry(
                "argocd-controller",
                "Apply",
                2,
                "{\"f:metadata\":{\"f:labels\":{\"f:deploy\":{}}},\"f:data\":{\"f:a\":{},\"f:b\":{}}}");

        assertThat(owner("ConfigMap", true)).isEqualTo("argocd-controller SERVER_SIDE_APPLY");
    }

    private void entry(String manager, String operation, int day, String fields) {
        entries.addObject()
                .put("manager", manager)
                .put("operation", operation)
                .put("apiVersion", "v1")
                .put("time", "2026-01-0" + day + "T00:00:00Z")
                .put("fieldsType", "FieldsV1")
                .set("fieldsV1", CanonicalJson.read(fields));
    }

    private String owner(String kind, boolean annotated) {
        ObjectNode object = CanonicalJson.MAPPER.createObjectNode();
        object.put("apiVersion", "v1").put("kind", kind);
        ObjectNode metadata = object.putObject("metadata").put("name", "x");
        if (annotated) {
            metadata.putObject("annotations").put(LastApplied.ANNOTATION, "{}");
        }
        metadata.set("managedFields", entries);
        Owner owner = new OwnerFinder().find(new LiveObject("v1", object)).orElseThrow();
        Style style = owner.style();
        return owner.manager() + " " + style;
    }
}
