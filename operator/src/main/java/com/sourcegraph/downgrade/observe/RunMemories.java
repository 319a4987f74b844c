package com.sourcegraph.downgrade.observe;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The memory of each run that is under way. */
final class RunMemories {

    private final KubernetesClient client;
    private final Map<String, RunMemory> memories = new ConcurrentHashMap<>();

    RunMemories(KubernetesClient client) {
        this.client = client;
    }

    RunMemory of(String namespace, String runUid) {
        return memories.computeIfAbsent(runUid, uid -> new RunMemory(new EnvironmentCache(client, namespace)));
    }

    void forget(String runUid) {
        RunMemory memory = memories.remove(runUid);
        if (memory != null) {
            memory.close();
        }
    }

    void close() {
        memories.values().forEach(RunMemory::close);
        memories.clear();
    }
}
