package com.sourcegraph.downgrade.testkit.cluster.request;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Sorts the requests of one client by verb, resource and the step of a run in which they came: a number alone does not say
 * where requests go. A hook of the cluster: it counts from when it is added.
 */
public final class RequestBreakdown implements RequestHook {
    private static final String RESOURCE = "sourcegraphdowngrades";

    /** One request and the step that was stored when it came. */
    private record Line(String step, RequestRecord request) {}

    private final Predicate<RequestRecord> counted;
    private final Supplier<String> currentStep;
    private final List<Line> lines = new ArrayList<>();
    private String step = "";

    /**
     * @param counted whose requests are counted
     * @param currentStep reads the step that is stored now; is asked whenever the resource was written
     */
    public RequestBreakdown(Predicate<RequestRecord> counted, Supplier<String> currentStep) {
        this.counted = counted;
        this.currentStep = currentStep;
    }

    @Override
    public void afterCommit(RequestRecord request) {
        // Reading the step is a request too, and must not be made under the lock.
        String now = request.resource().equals(RESOURCE) && request.isWrite() ? currentStep.get() : null;
        synchronized (this) {
            if (counted.test(request)) {
                lines.add(new Line(step, request));
            }
            step = now == null ? step : now;
        }
    }

    /** What was counted so far, oldest first. */
    public synchronized List<RequestRecord> requests() {
        return lines.stream().map(Line::request).toList();
    }

    public synchronized int count() {
        return lines.size();
    }

    /** How many there were of each kind, such as {@code list deployments}. */
    public synchronized Map<String, Long> kinds() {
        return new TreeMap<>(
                lines.stream().collect(Collectors.groupingBy(line -> kind(line.request()), Collectors.counting())));
    }

    /** A line a kind: how many in all, and how many in each step in the order of the course. */
    public synchronized String table() {
        Map<String, Map<String, Long>> table = new TreeMap<>();
        for (Line line : lines) {
            table.computeIfAbsent(kind(line.request()), kind -> new LinkedHashMap<>())
                    .merge(line.step(), 1L, Long::sum);
        }
        return table.entrySet().stream()
                .map(entry -> "%4d  %-44s %s"
                        .formatted(
                                entry.getValue().values().stream()
                                        .mapToLong(Long::longValue)
                                        .sum(),
                                entry.getKey(),
                                entry.getValue().entrySet().stream()
                                        .map(cell -> (cell.getKey().isEmpty() ? "Accepting" : cell.getKey()) + " "
                                                + cell.getValue())
                                        .collect(Collectors.joining(", "))))
                .collect(Collectors.joining("\n", lines.size() + " requests\n", ""));
    }

    private static String kind(RequestRecord request) {
        return request.verb()
                + (request.dryRun() ? " (dry run) " : " ")
                + (request.resource().isEmpty() ? request.path() : request.resource())
                + (request.subresource().isEmpty() ? "" : "/" + request.subresource())
                + (request.patchType().isEmpty() ? "" : " (" + request.patchType() + ")");
    }
}
