package com.sourcegraph.downgrade.workload;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What still stands between an instance and quiet, as far as Kubernetes shows it. Open database sessions are the other
 * half of the proof and are looked at in the databases.
 */
public record QuiesceState(List<Obstacle> obstacles) {
    public QuiesceState {
        obstacles = List.copyOf(obstacles);
    }

    public boolean quiet() {
        return obstacles.isEmpty();
    }

    /** The workloads that {@link Quiescer#quiesce} has to be called for, now or again. */
    public List<WorkloadRef> toQuiesce() {
        return obstacles.stream()
                .filter(obstacle ->
                        obstacle instanceof Obstacle.NotQuiesced || obstacle instanceof Obstacle.BroughtBack)
                .map(Obstacle::workload)
                .distinct()
                .toList();
    }

    /** The first that is of that workload. */
    public Obstacle of(WorkloadRef ref) {
        return obstacles.stream()
                .filter(obstacle -> obstacle.workload().equals(ref))
                .findFirst()
                .orElseThrow();
    }

    public List<Obstacle.BroughtBack> broughtBack() {
        return only(Obstacle.BroughtBack.class);
    }

    public List<Obstacle.PodNotGone> podsNotGone() {
        return only(Obstacle.PodNotGone.class);
    }

    public List<Obstacle.NotOurs> notOurs() {
        return only(Obstacle.NotOurs.class);
    }

    /** One sentence with all that is still up; empty when quiet. */
    public String message() {
        return obstacles.stream().map(Obstacle::message).collect(Collectors.joining("; "));
    }

    private <T extends Obstacle> List<T> only(Class<T> type) {
        return obstacles.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
