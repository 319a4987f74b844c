package com.sourcegraph.downgrade.testkit.service;

import com.sourcegraph.downgrade.testkit.container.Program;
import com.sourcegraph.downgrade.testkit.container.Programs;
import com.sourcegraph.downgrade.testkit.migrator.MigratorFaults;
import com.sourcegraph.downgrade.testkit.migrator.MigratorSettings;
import com.sourcegraph.downgrade.testkit.postgres.InstanceDatabases;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * The programs of one instance: its frontend, the services that get their data sources from it, and the migrator, as init
 * container and as Job. Images that do not connect to a database, and the databases themselves, have no program.
 *
 * <p>A container's release is its image's tag. Faults and behaviour can be changed while the cluster runs; they hold for
 * containers that start afterwards.
 */
public final class SourcegraphPrograms implements Programs {
    private static final String MIGRATOR = "migrator";

    private final StockAddresses dns;
    private final InternalApi internalApi;
    private final List<MigratorInvocation> invocations = new CopyOnWriteArrayList<>();
    private final Queue<MigratorFaults> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger faultsReached = new AtomicInteger();
    private volatile ServiceSettings services = ServiceSettings.brisk();
    private volatile UnaryOperator<MigratorSettings> migratorSettings =
            settings -> settings.tick(Duration.ofMillis(50));

    public SourcegraphPrograms(InstanceDatabases databases) {
        this.dns = new StockAddresses(databases);
        this.internalApi = new InMemoryInternalApi(databases.environment());
    }

    /** How services behave that start from now on. */
    public void services(ServiceSettings settings) {
        services = settings;
    }

    /**
     * Changes what a migrator finds that starts from now on, for instance its pace or a newer release. Without this it
     * looks twenty times a second at what the real one looks at every second.
     */
    public void migrator(UnaryOperator<MigratorSettings> change) {
        migratorSettings = change;
    }

    /** The next downgrades that are no dry runs fail like this, one after the other; those after them do not. */
    public void failNextDowngrades(MigratorFaults... inTurn) {
        faults.addAll(List.of(inTurn));
    }

    /**
     * How many of those downgrades have come to the place where they end or hang. Whoever kills one that hangs waits for
     * this: killed before, it may be in the midst of a revert, which is another story.
     */
    public int faultsReached() {
        return faultsReached.get();
    }

    /** Every start of a migrator so far, init containers included, in order. */
    public List<MigratorInvocation> migratorInvocations() {
        return List.copyOf(invocations);
    }

    @Override
    public Optional<Program> forContainer(String image, String containerName) {
        ImageName name = ImageName.parse(image);
        if (name.base().equals(MIGRATOR)) {
            return Optional.of(new MigratorProgram(name.release(), dns, invocation -> settings(name, invocation)));
        }
        return ConnectedService.ofImage(name.base())
                .map(service -> new ServiceProgram(service, name.release(), dns::resolve, internalApi, services));
    }

    private MigratorSettings settings(ImageName name, MigratorInvocation invocation) {
        invocations.add(invocation);
        MigratorSettings settings =
                migratorSettings.apply(MigratorSettings.of(name.release().orElseThrow()));
        if (!invocation.isDowngrade()) {
            return settings;
        }
        MigratorFaults next = faults.poll();
        return next == null ? settings : settings.faults(next.telling(faultsReached::incrementAndGet));
    }
}
