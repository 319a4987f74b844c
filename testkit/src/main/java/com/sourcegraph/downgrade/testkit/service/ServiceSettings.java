package com.sourcegraph.downgrade.testkit.service;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * How the services of an instance behave.
 *
 * @param stopDelay how long one takes from SIGTERM to its end, its sessions open all the while
 * @param heartbeat how often one writes
 * @param refusingToStop application names of those that ignore SIGTERM and only end by SIGKILL
 */
public record ServiceSettings(Duration stopDelay, Duration heartbeat, Set<String> refusingToStop) {
    public ServiceSettings {
        refusingToStop = Set.copyOf(refusingToStop);
    }

    /** Services that stop within 50 milliseconds and write four times a second. */
    public static ServiceSettings brisk() {
        return new ServiceSettings(Duration.ofMillis(50), Duration.ofMillis(250), Set.of());
    }

    public ServiceSettings stopDelay(Duration newDelay) {
        return new ServiceSettings(newDelay, heartbeat, refusingToStop);
    }

    public ServiceSettings heartbeat(Duration newHeartbeat) {
        return new ServiceSettings(stopDelay, newHeartbeat, refusingToStop);
    }

    /** Adds a service that does not stop when it is told to. */
    public ServiceSettings refusingToStop(String applicationName) {
        Set<String> names = new HashSet<>(refusingToStop);
        names.add(applicationName);
        return new ServiceSettings(stopDelay, heartbeat, names);
    }
}
