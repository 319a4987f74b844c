package com.sourcegraph.downgrade.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.testkit.cluster.request.RequestHook;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import com.sourcegraph.downgrade.testkit.service.MigratorInvocation;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * A GitOps tool prunes in the foreground: the garbage collector then deletes what belongs to the resource at once, whatever
 * finalizers the resource has. The migrator must not be among it.
 */
class ForegroundDeleteTest {

    @Test
    void leavesTheMigratorAloneAndTheRunGoesToItsEnd() {
        try (DowngradeWorld world = DowngradeWorld.small("5.0.6", "4.5.1")) {
            AtomicBoolean deleted = new AtomicBoolean();
            world.cluster().onRequest(new RequestHook() {
                @Override
                public void afterCommit(RequestRecord request) {
                    if (request.verb().equals("create")
                            && request.resource().equals("jobs")
                            && !world.jobs("downgrade").isEmpty()
                            && deleted.compareAndSet(false, true)) {
                        world.client()
                                .resource(world.get("back"))
                                .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                                .delete();
                    }
                }
            });
            world.startOperator();
            world.applyMigrator("back");

            world.awaitGone("back");

            assertThat(deleted).isTrue();
            assertThat(world.databases().version()).isEqualTo("4.5.1");
            assertThat(world.programs().migratorInvocations().stream().filter(MigratorInvocation::isDowngrade))
                    .hasSize(1);
            assertThat(world.unready()).isEmpty();
            assertThat(world.jobs("downgrade")).as("deleted with the resource").isEmpty();
        }
    }
}
