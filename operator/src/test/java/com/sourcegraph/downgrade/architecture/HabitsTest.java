package com.sourcegraph.downgrade.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What no class of the operator does, whatever its package. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HabitsTest {
    private static final String CLIENT = "io\\.fabric8\\.kubernetes\\.client\\..*";

    private final JavaClasses classes = OperatorClasses.imported();

    @Test
    void timeIsAskedOfTheClockThatWasGiven() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(OperatorClasses.ROOT + ".OperatorMain")
                .should()
                .callMethodWhere(calls("java\\.time\\..*", "now"))
                .orShould()
                .callMethodWhere(calls("java\\.lang\\.System", "currentTimeMillis"))
                .orShould()
                .callMethodWhere(calls("java\\.time\\.Clock", "system.*|tick.*"))
                // System.nanoTime may pace what is told of a log; no decision can be made of it.
                .because("tests and a restarted operator must see the same time")
                .check(classes);
    }

    /** The time at which a resource was created is the API server's own; every other can have been edited. */
    @Test
    void aTimeThatCanHaveBeenEditedIsReadInOnePlace() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(OperatorClasses.ROOT + ".api.StatusTime")
                .and()
                .resideOutsideOfPackage(OperatorClasses.ROOT + ".reconcile..")
                .should()
                .callMethodWhere(calls("java\\.time\\.Instant", "parse"))
                .because("a time that is none must not break a turn")
                .check(classes);
    }

    @Test
    void whatDecidesHasNoClock() {
        noClasses()
                .that()
                .resideInAnyPackage(OperatorClasses.ROOT + ".plan..", OperatorClasses.ROOT + ".preflight..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .check(classes);
    }

    @Test
    void noThreadSleeps() {
        noClasses()
                .should()
                .callMethodWhere(calls("java\\.lang\\.Thread", "sleep"))
                .orShould()
                .callMethod(TimeUnit.class, "sleep", long.class)
                .because("a turn that has nothing to do ends and is called again")
                .check(classes);
    }

    @Test
    void wordsGoToTheLogOnly() {
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(classes);
        GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(classes);
    }

    @Test
    void failuresHaveAType() {
        GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS.check(classes);
    }

    @Test
    void nothingStaticChanges() {
        fields().that().areStatic().should().beFinal().check(classes);
        noFields()
                .that()
                .areStatic()
                .and()
                .doNotHaveModifier(JavaModifier.SYNTHETIC)
                .should()
                .haveRawType(mutable())
                .because("state that all runs share is state that a test and a restart do not see")
                .check(classes);
    }

    @Test
    void namesSayWhatAClassIsFor() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .check(classes);
    }

    @Test
    void onlyTheStatusPackageWritesTheStatus() {
        noClasses()
                .that()
                .resideOutsideOfPackage(OperatorClasses.ROOT + ".status..")
                .should()
                .callMethodWhere(calls(CLIENT, "(update|edit|patch|replace)Status"))
                .because("the journal has one writer, and it writes with an optimistic lock")
                .check(classes);
    }

    @Test
    void whoLooksDoesNotWrite() {
        noClasses()
                .that()
                .resideInAPackage(OperatorClasses.ROOT + ".observe..")
                .should()
                .callMethodWhere(calls(
                        CLIENT,
                        "create|createOr.*|update|edit|patch|replace|delete|serverSideApply|scale|withTimeout.*"))
                .because("to observe is read-only")
                .check(classes);
    }

    @Test
    void noProcessIsStarted() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .orShould()
                .callMethodWhere(calls("java\\.lang\\.Runtime", "exec"))
                .check(classes);
    }

    @Test
    void everyPackageSaysWhatItIs() throws IOException {
        Path sources = Path.of("src", "main", "java");
        try (Stream<Path> files = Files.walk(sources)) {
            Map<Path, List<Path>> byFolder = files.filter(
                            file -> file.toString().endsWith(".java"))
                    .collect(java.util.stream.Collectors.groupingBy(Path::getParent));
            assertThat(byFolder).isNotEmpty().allSatisfy((folder, javaFiles) -> assertThat(javaFiles)
                    .as("package-info.java in %s", folder)
                    .anyMatch(file -> file.endsWith("package-info.java")));
        }
    }

    private static DescribedPredicate<JavaMethodCall> calls(String ownerPattern, String namePattern) {
        return DescribedPredicate.describe(
                namePattern + " of " + ownerPattern,
                call -> call.getTargetOwner().getName().matches(ownerPattern)
                        && call.getName().matches(namePattern));
    }

    private static DescribedPredicate<JavaClass> mutable() {
        List<Class<?>> kept = List.of(Collection.class, List.class, Set.class, Map.class);
        return DescribedPredicate.describe(
                "mutable collections and atomics",
                type -> type.getPackageName().equals("java.util.concurrent.atomic")
                        || (type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class))
                                && kept.stream().noneMatch(type::isEquivalentTo));
    }
}
