package com.sourcegraph.downgrade.workload;

import com.sourcegraph.downgrade.release.Component;
import com.sourcegraph.downgrade.release.ComponentKind;
import com.sourcegraph.downgrade.release.Components;
import com.sourcegraph.downgrade.release.ImageName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides which objects of a namespace are the instance's and how each stands to the databases.
 *
 * <p>Only the frontend's pod template carries database credentials in any published flavour; every other service is
 * told them by the frontend's internal API and opens lasting sessions of its own. So images decide, and what belongs to
 * the instance but is not known is treated as connected. What does not belong to it is no candidate at all: a common
 * image name such as {@code worker}, or a label such as {@code app}, is not enough.
 */
final class WorkloadClassifier {
    /** Basenames that nobody else gives an image. */
    private static final Set<String> DISTINCT =
            Set.of("gitserver", "precise-code-intel-worker", "repo-updater", "syntactic-code-intel-worker");

    private static final Set<String> DATABASE_APPS = Set.of("pgsql", "codeintel-db", "codeinsights-db");

    private final EnvSources sources;
    private final Map<WorkloadRef, Boolean> overrides;
    private final OwnWork own;

    /**
     * @param overrides what the resource says of single workloads: {@code true} for connected, {@code false} for not
     */
    WorkloadClassifier(EnvSources sources, Map<WorkloadRef, Boolean> overrides, OwnWork own) {
        this.sources = sources;
        this.overrides = Map.copyOf(overrides);
        this.own = own;
    }

    /** The candidates among the given objects, each with its verdict, in the given order. */
    Map<WorkloadRef, Verdict> classify(Iterable<Candidate> objects) {
        Map<WorkloadRef, Verdict> verdicts = new LinkedHashMap<>();
        List<Candidate> others = new ArrayList<>();
        objects.forEach(object -> {
            if (!own.includes(object)) {
                others.add(object);
            }
        });
        Optional<Candidate> frontend = frontend(others);
        Databases databases = frontend.map(candidate -> Databases.of(environment(candidate, true)))
                .orElse(Databases.NONE);
        Set<String> siblings = siblings(others, frontend);
        for (Candidate candidate : others) {
            Optional<Verdict> verdict = verdict(candidate, belongs(candidate, siblings), databases);
            override(candidate, verdict).ifPresent(result -> verdicts.put(candidate.ref(), result));
        }
        return verdicts;
    }

    private Optional<Verdict> verdict(Candidate candidate, boolean belongs, Databases databases) {
        if (own.migratesForAnother(candidate)) {
            return direct("belongs to another run");
        }
        PodEnvironment environment = environment(candidate, belongs);
        Optional<Verdict> database = database(candidate, belongs, environment, databases);
        if (database.isPresent()) {
            return database;
        }
        if (belongs || !databases.provablyOthers(environment)) {
            Optional<Verdict> direct = direct(environment, databases);
            if (direct.isPresent()) {
                return direct;
            }
        }
        return belongs ? Optional.of(byImages(candidate)) : Optional.empty();
    }

    /**
     * A CronJob or Job that runs a database's image is a client (a backup with pg_dump), and so is anything outside the
     * instance that is told a host.
     */
    private Optional<Verdict> database(
            Candidate candidate, boolean belongs, PodEnvironment environment, Databases databases) {
        if (candidate.batch()) {
            return Optional.empty();
        }
        Optional<ImageName> image = candidate.mainImages().stream()
                .filter(name -> kind(name).equals(Optional.of(ComponentKind.DATABASE)))
                .findFirst();
        boolean named = databases.hosts().contains(candidate.ref().name())
                || candidate.app().filter(databases.hosts()::contains).isPresent();
        boolean client = environment.variables().stream().anyMatch(variable -> Databases.host(variable.name()));
        if (image.isPresent() && (belongs || (named && !client))) {
            return Optional.of(new Verdict(
                    Classification.DATABASE, "runs image " + image.get().basename() + ", a database"));
        }
        if (belongs && candidate.app().filter(DATABASE_APPS::contains).isPresent()) {
            return Optional.of(new Verdict(
                    Classification.DATABASE,
                    "its pods are labelled app=" + candidate.app().get() + ", a database"));
        }
        return Optional.empty();
    }

    private Optional<Verdict> direct(PodEnvironment environment, Databases databases) {
        Optional<PodEnvironment.Variable> credential = environment.variables().stream()
                .filter(variable -> Databases.credential(variable.name()))
                // The shortest says most (PGHOST), and the order makes the reason the same in every look.
                .min(Comparator.<PodEnvironment.Variable>comparingInt(
                                variable -> variable.name().length())
                        .thenComparing(PodEnvironment.Variable::name)
                        .thenComparing(PodEnvironment.Variable::container));
        if (credential.isPresent()) {
            PodEnvironment.Variable variable = credential.get();
            return direct("has database credentials: " + variable.name() + variable.source() + " in container "
                    + variable.container());
        }
        Optional<String> secret = environment.variables().stream()
                .filter(variable -> !Databases.harmless(variable.name()))
                .flatMap(variable -> variable.secret().stream())
                .filter(databases.secrets()::contains)
                .sorted()
                .findFirst()
                .or(() -> environment.wholeSecrets().stream()
                        .filter(databases.secrets()::contains)
                        .sorted()
                        .findFirst());
        if (secret.isPresent()) {
            return direct("uses Secret " + secret.get() + ", from which the frontend has its database credentials");
        }
        return environment.variables().stream()
                .filter(variable -> Databases.grafanaHost(variable.name()) && variable.set())
                .findFirst()
                .flatMap(variable -> direct("has a database as data source: " + variable.name() + variable.source()));
    }

    private static Optional<Verdict> direct(String reason) {
        return Optional.of(new Verdict(Classification.DIRECT, reason));
    }

    private static Verdict byImages(Candidate candidate) {
        List<ImageName> images = candidate.allImages();
        Optional<ImageName> connected = images.stream()
                .filter(image -> kind(image).equals(Optional.of(ComponentKind.CONNECTED)))
                .findFirst();
        if (connected.isPresent()) {
            return new Verdict(
                    Classification.INDIRECT,
                    "runs image " + connected.get().basename() + ", which opens its own database sessions");
        }
        List<String> unknown = images.stream()
                .filter(image -> !kind(image).equals(Optional.of(ComponentKind.INDEPENDENT)))
                .map(image -> PlainWord.of(image.basename()).orElse("of an odd name"))
                .distinct()
                .toList();
        if (images.isEmpty() || !unknown.isEmpty()) {
            return new Verdict(
                    Classification.UNKNOWN,
                    "runs " + names(unknown) + ", which is not known: treated as connected to a database");
        }
        List<String> known = images.stream().map(ImageName::basename).distinct().toList();
        return new Verdict(
                Classification.INDEPENDENT,
                "runs " + names(known) + (known.size() == 1 ? ", which opens" : ", which open")
                        + " no database session");
    }

    private static String names(List<String> basenames) {
        return switch (basenames.size()) {
            case 0 -> "no image";
            case 1 -> "image " + basenames.get(0);
            default -> "images " + String.join(", ", basenames);
        };
    }

    private Optional<Verdict> override(Candidate candidate, Optional<Verdict> verdict) {
        Boolean connected = overrides.get(candidate.ref());
        // Nobody's word makes a migrator harmless: one that waits for its node has no session yet.
        if (connected == null || own.migratesForAnother(candidate)) {
            return verdict;
        }
        Optional<Classification> found = verdict.map(Verdict::classification);
        if (connected) {
            // A database is not scaled for anyone's word: the migrator needs it.
            boolean keep = found.filter(c -> c.connected() || c == Classification.DATABASE)
                    .isPresent();
            return keep
                    ? verdict
                    : Optional.of(
                            new Verdict(Classification.UNKNOWN, "the resource says that it connects to a database"));
        }
        return found.filter(Classification::connected).isPresent()
                ? Optional.of(new Verdict(
                        Classification.INDEPENDENT,
                        "the resource says that it does not connect to a database (it "
                                + verdict.get().reason() + ")"))
                : verdict;
    }

    private static boolean belongs(Candidate candidate, Set<String> siblings) {
        return candidate.labelled(Markers.DEPLOY_LABEL, Markers.DEPLOY_VALUE)
                || candidate.allImages().stream()
                        .filter(image -> Components.byImage(image.basename()).isPresent())
                        .anyMatch(image -> DISTINCT.contains(image.basename())
                                || List.of(image.repository().split("/")).contains("sourcegraph")
                                || siblings.contains(placeAndTag(image)));
    }

    /** Repositories and tags that the instance's connected images come from: others from there are its siblings. */
    private static Set<String> siblings(List<Candidate> candidates, Optional<Candidate> frontend) {
        return Stream.concat(frontend.stream(), candidates.stream().filter(candidate -> belongs(candidate, Set.of())))
                .flatMap(candidate -> candidate.allImages().stream())
                .filter(image -> kind(image).equals(Optional.of(ComponentKind.CONNECTED)))
                .map(WorkloadClassifier::placeAndTag)
                .collect(Collectors.toSet());
    }

    private static String placeAndTag(ImageName image) {
        String repository = image.repository();
        return repository.substring(0, repository.length() - image.basename().length()) + ":"
                + image.tag().orElse("");
    }

    private Optional<Candidate> frontend(List<Candidate> candidates) {
        Predicate<Candidate> labelled = candidate -> candidate.labelled(Markers.DEPLOY_LABEL, Markers.DEPLOY_VALUE);
        Predicate<Candidate> image = candidate ->
                candidate.allImages().stream().anyMatch(name -> Component.FRONTEND.hasImage(name.basename()));
        Predicate<Candidate> app = candidate -> candidate.app().equals(Optional.of(Frontends.APP));
        Predicate<Candidate> named = candidate -> candidate.ref().name().equals(Frontends.APP);
        Predicate<Candidate> credentials = candidate -> environment(candidate, false).variables().stream()
                .anyMatch(variable -> Databases.credential(variable.name()));
        return List.of(labelled.and(image), labelled.and(app), labelled.and(named), image.and(credentials)).stream()
                .flatMap(test -> candidates.stream()
                        .filter(candidate -> candidate.replicas().isPresent())
                        .filter(test))
                .findFirst();
    }

    private PodEnvironment environment(Candidate candidate, boolean readSecrets) {
        return PodEnvironment.of(candidate.allContainers(), candidate.podSpec(), sources, readSecrets);
    }

    private static Optional<ComponentKind> kind(ImageName image) {
        return Components.byImage(image.basename()).map(Component::kind);
    }
}
