package com.sourcegraph.downgrade.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Imports point one way: from what decides when, over what decides what, down to facts and the resource's model. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImportDirectionTest {
    /** Packages that do one thing each and do not know each other. */
    private static final List<String> CAPABILITIES =
            List.of("workload", "migrator", "database", "manifest", "history", "access");

    private static final Map<String, Set<String>> MAY_IMPORT = mayImport();

    private final JavaClasses classes = OperatorClasses.imported();

    private static Map<String, Set<String>> mayImport() {
        Map<String, Set<String>> may = new LinkedHashMap<>();
        may.put("api", Set.of());
        may.put("management", Set.of("api"));
        may.put("release", Set.of("api"));
        may.put("redact", Set.of("api"));
        Set<String> facts = Set.of("api", "release", "redact");
        CAPABILITIES.forEach(capability -> may.put(capability, facts));
        Set<String> capabilities = union(facts, Set.copyOf(CAPABILITIES));
        may.put("plan", capabilities);
        may.put("preflight", union(capabilities, Set.of("plan")));
        Set<String> deciding = union(capabilities, Set.of("plan", "preflight"));
        may.put("observe", deciding);
        may.put("step", deciding);
        may.put("status", deciding);
        may.put("reconcile", union(deciding, Set.of("observe", "step", "status", "management")));
        may.put("", Set.of("reconcile"));
        return may;
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        return Stream.concat(some.stream(), others.stream()).collect(Collectors.toUnmodifiableSet());
    }

    static Stream<String> packages() {
        return MAY_IMPORT.keySet().stream();
    }

    @Test
    void everyPackageHasItsPlace() {
        Set<String> found =
                classes.stream().map(ImportDirectionTest::packageOf).collect(Collectors.toCollection(TreeSet::new));

        assertThat(found)
                .as("a new package gets its place in the table of this test first")
                .isEqualTo(new TreeSet<>(MAY_IMPORT.keySet()));
    }

    @ParameterizedTest(name = "package \"{0}\"")
    @MethodSource("packages")
    void importsOnlyWhatLiesBelow(String name) {
        List<String> wrong = new ArrayList<>();
        for (JavaClass from : classes) {
            if (!packageOf(from).equals(name)) {
                continue;
            }
            from.getDirectDependenciesFromSelf().stream()
                    .filter(dependency -> ours(dependency.getTargetClass()))
                    .filter(dependency ->
                            !packageOf(dependency.getTargetClass()).equals(name))
                    .filter(dependency -> !MAY_IMPORT.get(name).contains(packageOf(dependency.getTargetClass())))
                    .forEach(dependency -> wrong.add(dependency.getDescription()));
        }

        assertThat(wrong)
                .as("package %s may import only %s", name, MAY_IMPORT.get(name))
                .isEmpty();
    }

    @Test
    void noTwoPackagesNeedEachOther() {
        slices().matching(OperatorClasses.ROOT + ".(*)..")
                .should()
                .beFreeOfCycles()
                .check(classes);
    }

    @Test
    void onlyTheReconcilerKnowsTheSdk() {
        noClasses()
                .that()
                .resideOutsideOfPackage(in("reconcile"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.javaoperatorsdk..")
                .because("an upgrade of the SDK must touch one package")
                .check(classes);
    }

    @Test
    void whatDecidesKnowsNoClientAndNoDatabase() {
        noClasses()
                .that()
                .resideInAnyPackage(in("plan"), in("preflight"), in("release"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.fabric8.kubernetes.client..", "java.sql..", "javax.sql..", "java.net..", "java.nio.file..")
                .because("a decision depends on what was observed and on nothing else")
                .check(classes);
    }

    @Test
    void onlyTheDatabasePackageSpeaksSql() {
        noClasses()
                .that()
                .resideOutsideOfPackage(in("database"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..")
                .check(classes);
    }

    private static String in(String name) {
        return OperatorClasses.ROOT + "." + name + "..";
    }

    private static boolean ours(JavaClass type) {
        return type.getPackageName().startsWith(OperatorClasses.ROOT);
    }

    private static String packageOf(JavaClass type) {
        String below = type.getPackageName().substring(OperatorClasses.ROOT.length());
        return below.isEmpty() ? "" : below.substring(1).split("\\.")[0];
    }
}
