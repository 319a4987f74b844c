package com.sourcegraph.downgrade.observe;

import com.sourcegraph.downgrade.api.SourcegraphDowngradeSpec;
import com.sourcegraph.downgrade.api.StepName;
import com.sourcegraph.downgrade.api.StepStatus;
import com.sourcegraph.downgrade.history.RunHistoryStore;
import com.sourcegraph.downgrade.manifest.LiveObject;
import com.sourcegraph.downgrade.manifest.LiveObjects;
import com.sourcegraph.downgrade.manifest.LivePicture;
import com.sourcegraph.downgrade.manifest.LiveReader;
import com.sourcegraph.downgrade.manifest.LiveReading;
import com.sourcegraph.downgrade.manifest.ManifestBundle;
import com.sourcegraph.downgrade.manifest.ManifestComparison;
import com.sourcegraph.downgrade.manifest.ManifestInspector;
import com.sourcegraph.downgrade.manifest.ManifestReader;
import com.sourcegraph.downgrade.manifest.ManifestReading;
import com.sourcegraph.downgrade.manifest.ObjectKey;
import com.sourcegraph.downgrade.manifest.TargetObject;
import com.sourcegraph.downgrade.plan.ManifestSources;
import com.sourcegraph.downgrade.plan.OperatorPlace;
import com.sourcegraph.downgrade.plan.Situation;
import com.sourcegraph.downgrade.plan.TargetFacts;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Looks at the target manifests and at what lives in their place. */
final class TargetLook {

    /** The kinds of workloads that a namespace's watch has. */
    private static final Set<String> WATCHED = Set.of("Deployment", "StatefulSet", "DaemonSet");

    /** Nothing but the run itself should change the instance's objects meanwhile; what has changed all the same is refused by its version. */
    private static final Duration STANDS = Duration.ofMinutes(10);

    private static final String RBAC = "rbac.authorization.k8s.io/v1";
    private static final String OPERATOR = "sourcegraph-downgrade-operator";

    private final KubernetesClient client;
    private final Optional<OperatorPlace> operator;
    private final ManifestReader manifests = new ManifestReader();
    private final LiveReader live = new LiveReader();
    private final ManifestInspector inspector = new ManifestInspector();
    private final ManifestComparison comparison = new ManifestComparison();

    TargetLook(KubernetesClient client, Optional<OperatorPlace> operator) {
        this.client = client;
        this.operator = operator;
    }

    /** Everything read and listed anew. */
    TargetFacts now(Situation situation, TargetMemory memory) {
        return read(situation, memory).orElseGet(() -> {
            ManifestBundle bundle = memory.bundle().orElseThrow();
            LiveReading reading = memory.picture()
                    .map(LivePicture::objects)
                    .map(before -> live.readAgain(client, namespace(situation), bundle, before))
                    .orElseGet(() -> live.read(client, namespace(situation), bundle));
            return picture(situation, memory, reading)
                    .orElseGet(() -> compare(situation, memory, bundle, reading.orElseThrow())
                            .asOf(true));
        });
    }

    /**
     * From what is known. The manifests are read at the beginning of a step, and as long as they are not those of the plan. The picture of
     * what lives is kept up by the answers to the run's own writes, and only what they leave open is asked for; at the beginning of a step
     * one that is old is renewed.
     *
     * @param watched whether a watch has an object of a kind that is watched
     */
    TargetFacts look(Situation situation, TargetMemory memory, Predicate<ObjectKey> watched) {
        Optional<StepName> step = situation.journal().current().map(StepStatus::name);
        boolean begun = memory.readIn(step) && memory.picture().isPresent();
        if (!begun
                || memory.bundle().filter(bundle -> planned(situation, bundle)).isEmpty()) {
            Optional<TargetFacts> unreadable = read(situation, memory);
            if (unreadable.isPresent()) {
                return unreadable.get();
            }
        }
        ManifestBundle bundle = memory.bundle().orElseThrow();
        Optional<TargetFacts> forbidden = Optional.empty();
        if (memory.picture().isEmpty()) {
            forbidden = picture(situation, memory, live.read(client, namespace(situation), bundle));
        } else if (!begun && memory.taken().plus(STANDS).isBefore(situation.now())) {
            LiveObjects before = memory.picture().get().objects();
            forbidden = picture(situation, memory, live.readAgain(client, namespace(situation), bundle, before));
        }
        if (forbidden.isPresent()) {
            return forbidden.get();
        }
        LivePicture picture = memory.picture().get();
        settle(situation, bundle, picture, watched);
        return compare(situation, memory, bundle, picture.objects());
    }

    /** Reads the manifests; what is wrong with them, if anything. */
    private Optional<TargetFacts> read(Situation situation, TargetMemory memory) {
        ManifestReading reading = manifests.read(
                client,
                namespace(situation),
                ManifestSources.of(situation.spec().manifests()));
        if (reading instanceof ManifestReading.Unreadable unreadable) {
            memory.unreadable();
            return Optional.of(new TargetFacts.Unreadable(unreadable.problems()));
        }
        ManifestBundle read = ((ManifestReading.Read) reading).bundle();
        boolean same = memory.bundle()
                .filter(known -> known.digest().equals(read.digest()))
                .isPresent();
        memory.read(
                same ? memory.bundle().get() : read,
                situation.journal().current().map(StepStatus::name));
        return Optional.empty();
    }

    /** Takes the picture in; what a person has to grant first, if anything. */
    private static Optional<TargetFacts> picture(Situation situation, TargetMemory memory, LiveReading reading) {
        if (reading instanceof LiveReading.Forbidden forbidden) {
            memory.forget();
            if (situation.journal().running(StepName.APPLY_MANIFESTS)) {
                // The manifests are still those of the plan; what was granted then has been taken away since.
                throw forbidden.refusal();
            }
            return Optional.of(new TargetFacts.Unreadable(forbidden.problems()));
        }
        memory.remember(reading.orElseThrow(), situation.now());
        return Optional.empty();
    }

    private static boolean planned(Situation situation, ManifestBundle bundle) {
        return situation
                .journal()
                .plan()
                .filter(plan -> bundle.digest().equals(plan.manifestsDigest()))
                .isPresent();
    }

    /** Asks for what a write left open, and for what is going; a watch tells of that where there is one. */
    private void settle(Situation situation, ManifestBundle bundle, LivePicture picture, Predicate<ObjectKey> watched) {
        Set<ObjectKey> open = new LinkedHashSet<>(picture.doubtful());
        for (ObjectKey key : picture.terminating()) {
            if (!WATCHED.contains(key.kind())) {
                open.add(key);
            } else if (!watched.test(key)) {
                picture.gone(key);
            }
        }
        for (ObjectKey key : open) {
            Optional<String> apiVersion = bundle.find(key)
                    .map(TargetObject::apiVersion)
                    .or(() -> picture.objects().find(key).map(LiveObject::apiVersion));
            apiVersion
                    .flatMap(version -> live.find(client, namespace(situation), key, version))
                    .ifPresentOrElse(picture::saw, () -> picture.gone(key));
        }
    }

    private TargetFacts.Read compare(
            Situation situation, TargetMemory memory, ManifestBundle bundle, LiveObjects objects) {
        return memory.compare(
                bundle,
                objects,
                (target, lives) -> new TargetFacts.Read(
                        target,
                        inspector.inspect(target, namespace(situation), lives, reserved(situation)),
                        comparison.compare(target, lives, namespace(situation)),
                        false));
    }

    private static String namespace(Situation situation) {
        return situation.run().namespace();
    }

    /**
     * The record of runs, and what lets the operator write; the role and its binding by the name that the examples give them.
     * In the operator's own namespace also the operator, by the names that the chart gives it.
     */
    private Set<ObjectKey> reserved(Situation situation) {
        Set<ObjectKey> reserved = new HashSet<>();
        reserved.add(ObjectKey.of("v1", "ConfigMap", RunHistoryStore.NAME));
        for (String account :
                List.of(situation.spec().serviceAccountName(), SourcegraphDowngradeSpec.DEFAULT_SERVICE_ACCOUNT)) {
            reserve(reserved, account);
        }
        operator.filter(place -> place.holds(situation.run())).ifPresent(place -> {
            reserved.add(ObjectKey.of(
                    "apps/v1", place.workload().kind(), place.workload().name()));
            for (String name : List.of(place.workload().name(), OPERATOR)) {
                reserve(reserved, name);
                reserve(reserved, name + "-leader");
            }
        });
        return reserved;
    }

    private static void reserve(Set<ObjectKey> reserved, String name) {
        reserved.add(ObjectKey.of("v1", "ServiceAccount", name));
        reserved.add(ObjectKey.of(RBAC, "Role", name));
        reserved.add(ObjectKey.of(RBAC, "RoleBinding", name));
    }
}
