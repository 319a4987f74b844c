package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Phase;
import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import com.sourcegraph.downgrade.testkit.cluster.request.Faults;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An API server that fails in every way, at every write of a run. Each kind of write fails once in the same run: what comes
 * of it is the same as without, and one migrator Job.
 */
class WriteFaultTest {

    /** How a request fails. */
    enum Failure {
        CONFLICT {
            @Override
            void arm(Faults.Rule rule) {
                rule.answer(409);
            }
        },
        TOO_MANY {
            @Override
            void arm(Faults.Rule rule) {
                rule.answer(429, Duration.ofSeconds(1));
            }
        },
        BROKEN {
            @Override
            void arm(Faults.Rule rule) {
                rule.answer(500);
            }
        },
        UNAVAILABLE {
            @Override
            void arm(Faults.Rule rule) {
                rule.answer(503);
            }
        },
        LOST_BEFORE {
            @Override
            void arm(Faults.Rule rule) {
                rule.resetBeforeCommit();
            }
        },
        LOST_AFTER {
            @Override
            void arm(Faults.Rule rule) {
                rule.resetAfterCommit();
            }
        };

        abstract void arm(Faults.Rule rule);
    }

    /** The writes of an undisturbed run, each once: verb, kind and object. */
    private static final class Golden {
        static final Golden RUN = new Golden();

        private final List<Write> writes;
        private final Map<String, String> workloads;

        private Golden() {
            try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
                world.startOperator();
                world.applyMigrator("back");
                assertThat(world.awaitEnd("back").getStatus().phase()).isEqualTo(Phase.COMPLETE);
                world.awaitLetGo("back");
                writes = world.cluster().requests().writes().stream()
                        .filter(request -> request.user().equals(DowngradeWorld.OPERATOR))
                        .map(Write::of)
                        .distinct()
                        .toList();
                workloads = world.workloads();
            }
        }
    }

    private record Write(String verb, String resource, String subresource, String name, String patchType) {
        static Write of(RequestRecord request) {
            return new Write(
                    request.verb(), request.resource(), request.subresource(), request.name(), request.patchType());
        }

        Predicate<RequestRecord> matches() {
            return request -> request.user().equals(DowngradeWorld.OPERATOR)
                    && !request.dryRun()
                    && of(request).equals(this);
        }
    }

    @ParameterizedTest
    @EnumSource
    void atEveryKindOfWrite(Failure failure) {
        Golden golden = Golden.RUN;
        assertThat(golden.writes).hasSizeGreaterThanOrEqualTo(20);
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            for (Write write : golden.writes) {
                failure.arm(world.cluster().faults().on(write.matches()));
            }
            world.startOperator();
            world.applyMigrator("back");

            SourcegraphDowngrade ended = world.awaitEnd("back");
            world.awaitLetGo("back");

            assertThat(ended.getStatus().phase())
                    .as(Serialization.asYaml(ended.getStatus()))
                    .isEqualTo(Phase.COMPLETE);
            assertThat(world.jobs("downgrade")).singleElement().satisfies(job -> assertThat(
                            job.getMetadata().getOwnerReferences())
                    .hasSize(1));
            assertThat(world.programs().migratorInvocations())
                    .filteredOn(invocation -> invocation.isDowngrade())
                    .hasSize(1);
            assertThat(world.workloads()).isEqualTo(golden.workloads);
            assertThat(world.unready()).isEmpty();
        }
    }

    /** And at each single status write, one after the other, as many as a run has. */
    @ParameterizedTest
    @EnumSource(names = {"CONFLICT", "UNAVAILABLE", "LOST_AFTER"})
    void atEveryWriteOfTheStatus(Failure failure) {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            Predicate<RequestRecord> status = request -> request.resource().equals("sourcegraphdowngrades")
                    && request.subresource().equals("status");
            for (int i = 0; i < 60; i += 2) {
                failure.arm(world.cluster().faults().on(status).after(i / 2));
            }
            world.startOperator();
            world.applyMigrator("back");

            SourcegraphDowngrade ended = world.awaitEnd("back");

            assertThat(ended.getStatus().phase())
                    .as(Serialization.asYaml(ended.getStatus()))
                    .isEqualTo(Phase.COMPLETE);
            assertThat(world.jobs("downgrade")).hasSize(1);
            assertThat(world.unready()).isEmpty();
        }
    }
}
