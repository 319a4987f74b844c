package com.sourcegraph.downgrade.testkit.cluster.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sourcegraph.downgrade.testkit.cluster.admission.FieldError;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.schema.ValueType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an API server does with a custom resource before it stores it, by the schema of one version of its
 * CustomResourceDefinition: prune, fill in defaults, judge by the schema and by its CEL rules. It needs no server.
 */
public final class CustomResourceAdmission {
    private final String group;
    private final String kind;
    private final String version;
    private final JsonNode schema;
    private final SchemaPreparation preparation;
    private final SchemaValidation validation = new SchemaValidation();
    private final CelRules rules;
    private final ValueType type;

    /**
     * Reads one version of a definition.
     *
     * @throws IllegalArgumentException where the definition does not have that version, or a rule does not compile
     */
    public CustomResourceAdmission(JsonNode definition, String version) {
        this.group = Nodes.text(definition, "spec", "group");
        this.kind = Nodes.text(definition, "spec", "names", "kind");
        this.version = version;
        this.schema = schemaOf(definition, version);
        this.preparation = new SchemaPreparation(schema);
        this.rules = new CelRules(schema);
        this.type = SchemaTypes.root(kind, schema);
    }

    /** Reads the storage version of a definition in YAML or JSON. */
    public static CustomResourceAdmission ofYaml(String definition) {
        JsonNode crd;
        try {
            crd = new YAMLMapper().readTree(definition);
        } catch (IOException e) {
            throw new IllegalArgumentException("the CustomResourceDefinition is no YAML: " + e.getMessage(), e);
        }
        for (JsonNode each : Nodes.each(crd, "spec", "versions")) {
            if (Nodes.flag(each, "storage")) {
                return new CustomResourceAdmission(crd, Nodes.text(each, "name"));
            }
        }
        throw new IllegalArgumentException("the CustomResourceDefinition has no storage version");
    }

    private static JsonNode schemaOf(JsonNode definition, String version) {
        for (JsonNode each : Nodes.each(definition, "spec", "versions")) {
            if (version.equals(Nodes.text(each, "name"))) {
                JsonNode schema = Nodes.at(each, "schema", "openAPIV3Schema");
                if (schema == null) {
                    throw new IllegalArgumentException(
                            "spec.versions[" + version + "].schema.openAPIV3Schema: Required");
                }
                return schema;
            }
        }
        throw new IllegalArgumentException("the CustomResourceDefinition has no version " + version);
    }

    /** The OpenAPI schema of this version. */
    public JsonNode schema() {
        return schema;
    }

    /** The shape of the resource, for field ownership. */
    public ValueType type() {
        return type;
    }

    /**
     * Prunes the object and fills in defaults, in place.
     *
     * @return the paths that were pruned because the schema does not know them
     */
    public List<String> prepare(ObjectNode object) {
        List<String> pruned = preparation.prune(object);
        preparation.fillIn(object);
        return pruned;
    }

    /**
     * Judges a prepared object.
     *
     * @param old what is stored, for an update; null for a create
     */
    public List<FieldError> validate(ObjectNode object, ObjectNode old) {
        List<FieldError> errors = new ArrayList<>(validation.validate(object, old, schema));
        boolean blocking = errors.stream().anyMatch(error -> List.of(
                        "FieldValueRequired",
                        "FieldValueTypeInvalid",
                        "FieldValueNotSupported",
                        "FieldValueTooLong",
                        "FieldValueTooMany")
                .contains(error.reason()));
        if (!blocking) {
            errors.addAll(rules.validate(object, old, schema));
        } else {
            errors.add(FieldError.invalid(
                    null,
                    null,
                    "some validation rules were not checked because the object was invalid; correct the existing errors"
                            + " to complete validation"));
        }
        return errors;
    }

    /**
     * The message with which an API server refuses this object, unknown fields included (as {@code kubectl} asks for
     * strict validation); empty where it is accepted.
     *
     * @param object what a user applies; it is not changed
     * @param old what is stored, for an update; null for a create
     */
    public Optional<String> refusal(ObjectNode object, ObjectNode old) {
        ObjectNode copy = object.deepCopy();
        List<String> unknown = prepare(copy);
        if (!unknown.isEmpty()) {
            return Optional.of(strictError(kind, version, unknown));
        }
        List<FieldError> errors = validate(copy, old);
        if (errors.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                kind + "." + group + " \"" + Nodes.name(object) + "\" is invalid: " + FieldError.text(errors));
    }

    /** How a server words unknown fields under {@code fieldValidation=Strict}. */
    public static String strictError(String kind, String version, List<String> unknown) {
        List<String> texts =
                unknown.stream().map(field -> "unknown field \"" + field + "\"").toList();
        return kind + " in version \"" + version + "\" cannot be handled as a " + kind + ": strict decoding error: "
                + String.join(", ", texts);
    }
}
