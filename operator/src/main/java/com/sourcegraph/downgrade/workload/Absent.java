package com.sourcegraph.downgrade.workload;

import java.util.List;

/**
 * The model's lists are empty where a field is absent, but null where it is written as {@code env: null} or as
 * {@code env:} with nothing after it, as some releases' manifests do.
 */
final class Absent {
    private Absent() {}

    static <T> List<T> orEmpty(List<T> list) {
        return list == null ? List.of() : list;
    }
}
