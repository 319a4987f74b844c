package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.manifest.LiveObjects;
import com.sourcegraph.downgrade.manifest.LivePicture;
import com.sourcegraph.downgrade.manifest.ManifestBundle;
import com.sourcegraph.downgrade.plan.TargetFacts;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The target manifests as they were read last and the picture of what lives in their place. Nothing in it is needed: a run that finds
 * it empty reads and lists.
 */
final class TargetMemory {

    private Optional<ManifestBundle> bundle = Optional.empty();
    private Optional<StepName> readIn = Optional.empty();
    private Optional<LivePicture> picture = Optional.empty();
    private Instant taken = Instant.EPOCH;
    private Optional<Compared> compared = Optional.empty();

    /** What came of comparing exactly these two. */
    private record Compared(ManifestBundle bundle, LiveObjects objects, TargetFacts.Read facts) {}

    Optional<ManifestBundle> bundle() {
        return bundle;
    }

    Optional<LivePicture> picture() {
        return picture;
    }

    boolean readIn(Optional<StepName> step) {
        return readIn.isPresent() && readIn.equals(step);
    }

    void read(ManifestBundle read, Optional<StepName> step) {
        bundle = Optional.of(read);
        readIn = step;
    }

    void unreadable() {
        bundle = Optional.empty();
    }

    /** What lives could not be read: the next look reads all of it. */
    void forget() {
        bundle = Optional.empty();
        picture = Optional.empty();
    }

    void remember(LiveObjects objects, Instant now) {
        picture = Optional.of(new LivePicture(objects));
        taken = now;
    }

    /** When the picture was listed. */
    Instant taken() {
        return taken;
    }

    /** Comparing costs more than looking whether anything has changed since. */
    TargetFacts.Read compare(
            ManifestBundle target, LiveObjects objects, BiFunction<ManifestBundle, LiveObjects, TargetFacts.Read> how) {
        if (compared.filter(last -> last.bundle() == target && last.objects() == objects)
                .isEmpty()) {
            compared = Optional.of(new Compared(target, objects, how.apply(target, objects)));
        }
        return compared.get().facts();
    }
}
