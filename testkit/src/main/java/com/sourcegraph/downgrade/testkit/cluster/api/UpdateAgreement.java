package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.admission.FieldError;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.store.ResourceType;
import java.util.List;

/** Whether an update is of the object that is stored, in the version from which it was made. */
final class UpdateAgreement {
    private UpdateAgreement() {}

    static void agree(ResourceType resource, ObjectNode live, ObjectNode updated) {
        String name = Nodes.name(live);
        String version = Nodes.text(updated, "metadata", "resourceVersion");
        if (version != null && !version.isEmpty() && !version.equals(Nodes.text(live, "metadata", "resourceVersion"))) {
            throw StatusException.conflict(resource, name);
        }
        String uid = Nodes.text(updated, "metadata", "uid");
        if (uid != null && !uid.isEmpty() && !uid.equals(Nodes.uid(live))) {
            FieldError error =
                    FieldError.invalid("metadata.uid", Nodes.at(updated, "metadata", "uid"), "field is immutable");
            throw StatusException.invalid(resource, name, List.of(error, error));
        }
        if (!name.equals(Nodes.name(updated))) {
            throw StatusException.badRequest("the name of the object (" + Nodes.name(updated)
                    + ") does not match the name on the URL (" + name + ")");
        }
        for (String field : List.of("apiVersion", "kind")) {
            if (!String.valueOf(Nodes.text(live, field)).equals(Nodes.text(updated, field))) {
                throw StatusException.badRequest("the " + field + " in the data (" + Nodes.text(updated, field)
                        + ") does not match the expected " + field + " (" + Nodes.text(live, field) + ")");
            }
        }
    }

    /** A whole object that is put in place of another one is refused by the storage, a patch by validation. */
    static void sameObject(ResourceType resource, ObjectNode live, ObjectNode updated) {
        String uid = Nodes.text(updated, "metadata", "uid");
        if (uid != null && !uid.isEmpty() && !uid.equals(Nodes.uid(live))) {
            String key = "/registry/" + (resource.custom() ? resource.group() + "/" : "") + resource.plural() + "/"
                    + (resource.namespaced() ? Nodes.namespace(live) + "/" : "") + Nodes.name(live);
            throw StatusException.conflict(
                    resource,
                    Nodes.name(live),
                    "StorageError: invalid object, Code: 4, Key: " + key
                            + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: "
                            + uid
                            + ", UID in object meta: " + Nodes.uid(live));
        }
    }
}
