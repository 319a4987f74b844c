package com.sourcegraph.downgrade.testkit.cluster.api;

import com.sourcegraph.downgrade.testkit.cluster.request.Faults;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The watches that are open at the moment. */
public final class OpenWatches implements Faults.OpenWatches {
    private final Set<WatchStream> open = ConcurrentHashMap.newKeySet();

    void add(WatchStream watch) {
        open.add(watch);
    }

    void remove(WatchStream watch) {
        open.remove(watch);
    }

    public int count() {
        return open.size();
    }

    @Override
    public int apply(Faults.WatchEffect effect, Predicate<RequestRecord> matcher) {
        List<WatchStream> struck =
                open.stream().filter(watch -> matcher.test(watch.request())).toList();
        for (WatchStream watch : struck) {
            switch (effect) {
                case CUT -> watch.cut();
                case EXPIRE -> watch.expire("too old resource version");
                case DROP_EVENT -> watch.dropNext();
                case DEAFEN -> watch.deafen();
            }
        }
        return struck.size();
    }
}
