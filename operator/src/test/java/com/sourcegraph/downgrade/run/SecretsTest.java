package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults;
import com.sourcegraph.downgrade.testkit.postgres.SchemaName;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** What a run says: the story, each line once, and never a password. */
@Isolated("reads the log of the whole process")
class SecretsTest {

    @Test
    void noPasswordIsEverTold() {
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger("com.sourcegraph.downgrade");
        List<String> told = new ArrayList<>();
        appender.start();
        logger.addAppender(appender);
        List<String> passwords;
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            passwords = Stream.of(SchemaName.values())
                    .map(schema -> world.databases().address(schema).password())
                    .filter(password -> !password.isEmpty())
                    .distinct()
                    .toList();
            String database = world.databases().address(SchemaName.CODEINSIGHTS).database();
            // An attempt that fails with the databases' addresses in its log, and databases out of reach.
            int last =
                    world.databases().migrations(SchemaName.FRONTEND).applied().last();
            world.programs().failNextDowngrades(MigratorFaults.none().failing(last));
            world.databases()
                    .execute(SchemaName.FRONTEND, "ALTER DATABASE " + database + " WITH ALLOW_CONNECTIONS false");
            world.startOperator();
            world.applyMigrator("back");
            told.add(Serialization.asYaml(world.awaitStall("back", "PreflightFailed")));
            world.databases()
                    .execute(SchemaName.FRONTEND, "ALTER DATABASE " + database + " WITH ALLOW_CONNECTIONS true");
            world.clock().advance(Duration.ofMinutes(2));
            world.nudge();
            told.add(Serialization.asYaml(world.awaitStall("back", "MigratorFailed")));
            world.patch("back", "{\"spec\":{\"recovery\":{\"retries\":1}}}");
            told.add(Serialization.asYaml(world.awaitEnd("back")));
            told.add(world.client().v1().events().inNamespace(world.namespace()).list().getItems().stream()
                    .filter(event -> event.getInvolvedObject().getName().equals("back"))
                    .map(Serialization::asYaml)
                    .collect(Collectors.joining()));
            told.add(Serialization.asYaml(world.client()
                    .configMaps()
                    .inNamespace(world.namespace())
                    .withName("sourcegraph-downgrade-history")
                    .get()));
        } finally {
            logger.detachAppender(appender);
        }
        told.add(appender.list.stream()
                .map(line -> line.getFormattedMessage() + " " + line.getKeyValuePairs() + " "
                        + (line.getThrowableProxy() == null
                                ? ""
                                : line.getThrowableProxy().getMessage()))
                .collect(Collectors.joining("\n")));

        assertThat(passwords).isNotEmpty();
        assertThat(told).allSatisfy(text -> assertThat(text).isNotBlank().doesNotContain(passwords));
    }

    @Test
    void anUndisturbedRunIsOneStory() {
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger("com.sourcegraph.downgrade.status.Transitions");
        ch.qos.logback.classic.Level level = logger.getLevel();
        logger.setLevel(ch.qos.logback.classic.Level.INFO);
        appender.start();
        logger.addAppender(appender);
        List<String> events;
        SourcegraphDowngrade ended;
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            world.startOperator();
            world.applyMigrator("back");
            ended = world.awaitEnd("back");
            events = world.awaitEvent("back", "Complete");
        } finally {
            logger.detachAppender(appender);
            logger.setLevel(level);
        }

        assertThat(ended.getStatus().steps()).extracting(step -> step.name()).doesNotContain(StepName.PUT_BACK);
        assertThat(events)
                .containsExactly(
                        "Accepted",
                        "PreflightStarted",
                        "PlanResolved",
                        "PreflightDone",
                        "ApprovalStarted",
                        "ApprovalSkipped",
                        "QuiesceStarted",
                        "QuiesceDone",
                        "MigrateStarted",
                        "PointOfNoReturn",
                        "MigrateDone",
                        "VerifySchemaStarted",
                        "VerifySchemaDone",
                        "ApplyManifestsStarted",
                        "ApplyManifestsDone",
                        "RolloutStarted",
                        "RolloutDone",
                        "VerifyStarted",
                        "VerifyDone",
                        "Complete");
        assertThat(appender.list)
                .extracting(line -> line.getKeyValuePairs().stream()
                        .filter(pair -> pair.key.equals("reason"))
                        .map(pair -> String.valueOf(pair.value))
                        .findFirst()
                        .orElse(""))
                .containsExactlyElementsOf(events);
    }
}
