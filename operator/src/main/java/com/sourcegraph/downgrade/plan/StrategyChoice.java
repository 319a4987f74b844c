package com.sourcegraph.downgrade.plan;

import com.sourcegraph.downgrade.api.Strategy;

/**
 * Which strategy, or why none fits.
 *
 * @param strategy never {@code Auto}
 * @param reason why, for people
 * @param problem why the strategy that was asked for cannot be used; empty if it can
 * @param remedy what to do about it
 */
public record StrategyChoice(Strategy strategy, String reason, String problem, String remedy) {

    public boolean possible() {
        return problem.isEmpty();
    }
}
