package com.sourcegraph.downgrade.plan;

import java.time.Instant;
import java.util.Optional;

/**
 * A pod of a downgrade Job that may still run although its Job has ended or is gone.
 *
 * @param end when its grace period ends, if it was told to stop; long past it, its node does not answer
 */
public record LingeringPod(String name, Optional<Instant> end) {}
