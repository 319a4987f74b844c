package com.sourcegraph.downgrade.testkit.cluster.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.sourcegraph.downgrade.testkit.cluster.admission.FieldError;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The validation rules of a schema, compiled once, at the places of the schema where they stand. */
final class CelRules {
    private static final String RULES = "x-kubernetes-validations";
    private static final Pattern OLD_SELF = Pattern.compile("\\boldSelf\\b");
    private static final CelOptions OPTIONS =
            CelOptions.current().enableTimestampEpoch(true).build();

    /** What a rule may refer to; a compiler is costly to build, and many rules see the same. */
    private record Variables(CelType self, CelType oldSelf) {}

    private final Map<JsonNode, List<CelRule>> rules = new IdentityHashMap<>();
    private final CelSchemaTypes types = new CelSchemaTypes();
    private final Map<Variables, CelCompiler> compilers = new HashMap<>();
    private final CelRuntime runtime = CelRuntimeFactory.standardCelRuntimeBuilder()
            .setOptions(OPTIONS)
            .addLibraries(CelExtensions.strings(), CelExtensions.optional())
            .addFunctionBindings(
                    CelFunctionBinding.from("string_find", String.class, String.class, CelRules::find),
                    CelFunctionBinding.from("string_find_all", String.class, String.class, CelRules::findAll))
            .build();

    /**
     * Compiles all rules.
     *
     * @throws IllegalArgumentException naming the place and the rule that does not compile
     */
    CelRules(JsonNode schema) {
        compile(schema, "", true);
        compilers.clear();
    }

    private void compile(JsonNode schema, String path, boolean root) {
        List<CelRule> here = new ArrayList<>();
        int index = 0;
        for (JsonNode definition : Nodes.each(schema, RULES)) {
            here.add(compile(definition, schema, path, index++, root));
        }
        if (!here.isEmpty()) {
            rules.put(schema, here);
        }
        JsonNode properties = Nodes.at(schema, "properties");
        if (properties != null) {
            properties.properties().forEach(p -> compile(p.getValue(), SchemaValidation.join(path, p.getKey()), false));
        }
        JsonNode additional = Nodes.at(schema, "additionalProperties");
        if (additional != null && additional.isObject()) {
            compile(additional, path + "[*]", false);
        }
        JsonNode items = Nodes.at(schema, "items");
        if (items != null) {
            compile(items, path + "[]", false);
        }
    }

    private CelRule compile(JsonNode definition, JsonNode schema, String path, int index, boolean root) {
        String rule = Nodes.text(definition, "rule");
        String place = "spec.validation.openAPIV3Schema" + (path.isEmpty() ? "" : " at " + path) + "." + RULES + "["
                + index + "]";
        boolean transition = OLD_SELF.matcher(rule).find();
        CelType self = types.of(schema, root ? "Object" : "Object." + path, root);
        CelType old = !transition
                ? SimpleType.NULL_TYPE
                : Nodes.flag(definition, "optionalOldSelf") ? OptionalType.create(self) : self;
        CelCompiler compiler = compilers.computeIfAbsent(new Variables(self, old), this::compiler);
        String message = Nodes.text(definition, "messageExpression");
        return new CelRule(
                definition,
                String.valueOf(Nodes.text(schema, "type")),
                program(compiler, rule, SimpleType.BOOL, place + ".rule"),
                message == null ? null : program(compiler, message, SimpleType.STRING, place + ".messageExpression"),
                transition);
    }

    private CelCompiler compiler(Variables variables) {
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addLibraries(CelExtensions.strings(), CelExtensions.optional())
                .setTypeProvider(types)
                .addFunctionDeclarations(
                        CelFunctionDecl.newFunctionDeclaration(
                                "find",
                                CelOverloadDecl.newMemberOverload(
                                        "string_find", SimpleType.STRING, SimpleType.STRING, SimpleType.STRING)),
                        CelFunctionDecl.newFunctionDeclaration(
                                "findAll",
                                CelOverloadDecl.newMemberOverload(
                                        "string_find_all",
                                        ListType.create(SimpleType.STRING),
                                        SimpleType.STRING,
                                        SimpleType.STRING)))
                .addVar("self", variables.self());
        if (!variables.oldSelf().equals(SimpleType.NULL_TYPE)) {
            builder.addVar("oldSelf", variables.oldSelf());
        }
        return builder.build();
    }

    private CelRuntime.Program program(CelCompiler compiler, String expression, CelType result, String place) {
        try {
            var ast = compiler.compile(expression).getAst();
            CelType actual = ast.getResultType();
            if (!actual.equals(result) && !actual.equals(SimpleType.DYN)) {
                throw new IllegalArgumentException(
                        place + ": must evaluate to " + result.name() + ", not " + actual.name() + ": " + expression);
            }
            return runtime.createProgram(ast);
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalArgumentException(place + ": compilation failed: " + e.getMessage(), e);
        }
    }

    /**
     * Judges the value by the rules of its schema and of everything below.
     *
     * @param old what the value was before an update; null on create
     */
    List<FieldError> validate(JsonNode value, JsonNode old, JsonNode schema) {
        List<FieldError> errors = new ArrayList<>();
        validate(value, old, schema, "", errors);
        return errors;
    }

    private void validate(JsonNode value, JsonNode old, JsonNode schema, String path, List<FieldError> errors) {
        if (schema == null || value == null || value.isNull()) {
            return;
        }
        List<CelRule> here = rules.get(schema);
        if (here != null) {
            Object self = CelValues.of(value, schema);
            Object oldSelf = old == null || old.isNull() ? null : CelValues.of(old, schema);
            boolean unchanged = old != null && old.equals(value);
            for (CelRule rule : here) {
                if (!unchanged || rule.isTransition()) {
                    rule.judge(self, oldSelf, path).ifPresent(errors::add);
                }
            }
        }
        if (value.isObject()) {
            JsonNode properties = Nodes.at(schema, "properties");
            JsonNode additional = Nodes.at(schema, "additionalProperties");
            value.properties().forEach(member -> {
                String name = member.getKey();
                JsonNode below = Nodes.at(properties, name);
                String place = SchemaValidation.join(path, name);
                if (below == null && additional != null && additional.isObject()) {
                    below = additional;
                    place = path + "[" + name + "]";
                }
                validate(member.getValue(), old == null ? null : old.get(name), below, place, errors);
            });
        } else if (value.isArray()) {
            Map<String, JsonNode> before = Correlation.byKey(old, schema);
            for (int i = 0; i < value.size(); i++) {
                String key = Correlation.key(value.get(i), schema);
                validate(
                        value.get(i),
                        key == null ? null : before.get(key),
                        Nodes.at(schema, "items"),
                        path + "[" + i + "]",
                        errors);
            }
        }
    }

    private static Object find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? matcher.group() : "";
    }

    private static Object findAll(String text, String pattern) {
        List<String> found = new ArrayList<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }
}
