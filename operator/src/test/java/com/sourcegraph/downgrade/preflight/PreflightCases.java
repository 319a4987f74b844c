package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.Strategy;
import com.sourcegraph.downgrade.database.SchemaState;
import com.sourcegraph.downgrade.database.VersionsLookup;
import com.sourcegraph.downgrade.database.VersionsRow;
import com.sourcegraph.downgrade.manifest.Finding;
import com.sourcegraph.downgrade.manifest.ManifestProblem;
import com.sourcegraph.downgrade.manifest.ObjectKey;
import com.sourcegraph.downgrade.manifest.Permission;
import com.sourcegraph.downgrade.manifest.Verdict;
import com.sourcegraph.downgrade.plan.DatabaseFacts;
import com.sourcegraph.downgrade.plan.OperatorPlace;
import com.sourcegraph.downgrade.plan.TargetFacts;
import com.sourcegraph.downgrade.release.Schema;
import com.sourcegraph.downgrade.release.Version;
import com.sourcegraph.downgrade.workload.Classification;
import com.sourcegraph.downgrade.workload.Workload;
import com.sourcegraph.downgrade.workload.WorkloadRef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What can be wrong with an instance, by the check that has to say it. */
final class PreflightCases {
    private static final ObjectKey FRONTEND = new ObjectKey("apps", "Deployment", "sourcegraph-frontend");

    private final Map<String, Map<String, Consumer<Instance>>> byCheck = new LinkedHashMap<>();

    PreflightCases() {
        instanceAndDatabases();
        versions();
        strategies();
        schemas();
        workloads();
        manifests();
        answersOfTheApiServer();
    }

    Map<String, Map<String, Consumer<Instance>>> byCheck() {
        return byCheck;
    }

    private void instanceAndDatabases() {
        add("Operator", "outside the cluster", is -> {});
        add("Operator", "elsewhere", is -> is.operator = operator("sourcegraph-downgrade-system", true));
        add("Operator", "beside the instance and nowhere else", is -> is.operator = operator("sourcegraph", false));
        add("Operator", "beside the instance and elsewhere", is -> is.operator = operator("sourcegraph", true));
        add("Instance", "sound", is -> {});
        add("Instance", "no frontend", is -> is.workloads());
        add("Databases", "sound", is -> {});
        add("Databases", "no credentials", PreflightCases::noCredentials);
        add("Databases", "two do not answer", is -> {
            is.schemas.put(Schema.CODEINTEL, new SchemaState.Unreachable("connection refused"));
            is.schemas.put(Schema.FRONTEND, new SchemaState.Unreachable("password authentication failed"));
        });
        Consumer<Instance> external = is -> {
            is.workloads(Instance.workload(
                    "Deployment", "sourcegraph-frontend", Classification.DIRECT, 2, "sourcegraph/frontend:5.11.0"));
            is.row = Instance.row("5.11.0");
            is.to = "5.3.0";
        };
        add("Postgres", "same major version", is -> {});
        add("Postgres", "over the boundary with external databases", external);
        add("Postgres", "over the boundary with databases in the cluster", is -> {
            external.accept(is);
            is.workloads(Instance.workload(
                    "StatefulSet", "pgsql", Classification.DATABASE, 1, "sourcegraph/postgresql-16:5.11.0"));
        });
        add("Postgres", "release unknown", PreflightCases::nothingKnown);
    }

    private void versions() {
        add("Versions", "sound", is -> {});
        add("Versions", "not read", PreflightCases::noCredentials);
        add("Versions", "no table", is -> {
            is.row = Optional.empty();
            is.lookup = VersionsLookup.TABLE_MISSING;
        });
        add("Versions", "no row", is -> {
            is.row = Optional.empty();
            is.lookup = VersionsLookup.ROW_MISSING;
        });
        add("Versions", "development build", is -> is.row = Instance.row("dev"));
        add("Versions", "spec.from agrees", is -> is.from = "v4.5");
        add("Versions", "spec.from differs", is -> is.from = "4.4.2");
        add("Versions", "spec.from differs in its patch", is -> is.from = "4.5.0");
        add("Versions", "image differs from row", is -> is.row = Instance.row("4.4.2"));
        add("Versions", "target is the same release", is -> is.to = "4.5.1");
        add("Versions", "target is the same minor without a patch", is -> is.to = "4.5");
        add("Versions", "target is an older patch", is -> is.to = "4.5.0");
        add("Versions", "target is newer", is -> is.to = "5.0.0");
        Consumer<Instance> switchedOn =
                is -> is.row = Optional.of(new VersionsRow("4.5.1", Optional.empty(), Optional.of(true)));
        add("AutoUpgrade", "off", is -> {});
        add("AutoUpgrade", "on in the database", switchedOn);
        add("AutoUpgrade", "on in the environment", is -> is.autoUpgrade = Optional.of("true"));
        add("AutoUpgrade", "off in the environment", is -> is.autoUpgrade = Optional.of("false"));
        add("AutoUpgrade", "row not read", PreflightCases::noCredentials);
    }

    private void strategies() {
        add("Strategy", "migrator chosen", is -> {});
        add("Strategy", "manifests chosen", is -> is.to = "4.4.2");
        add("Strategy", "migrator asked for over one minor", is -> {
            is.to = "4.4.2";
            is.strategy = Strategy.MIGRATOR;
        });
        add("Strategy", "manifests asked for over many minors", is -> is.strategy = Strategy.MANIFESTS);
        add("Strategy", "migrator asked for within a minor", is -> {
            is.to = "4.5.0";
            is.strategy = Strategy.MIGRATOR;
        });
        add("Strategy", "below the oldest target", is -> is.to = "3.19.2");
        add("Strategy", "no migrator image", is -> is.migratorImage = Optional.empty());
        add("Strategy", "migrator too old", is -> is.migratorImage = Optional.of("sourcegraph/migrator:4.4.2"));
        add("Strategy", "migrator newer", is -> is.migratorImage = Optional.of("sourcegraph/migrator:5.3.0"));
        add(
                "Strategy",
                "migrator by digest",
                is -> is.migratorImage = Optional.of("sourcegraph/migrator@sha256:" + "a".repeat(64)));
        add("Strategy", "release unknown", PreflightCases::nothingKnown);
        add("OutOfBandMigrations", "nothing moved", is -> {});
        add("OutOfBandMigrations", "not begun", is -> is.outOfBand.add(Instance.migration(19, "4.4", 0, true)));
        add("OutOfBandMigrations", "reversed", is -> is.outOfBand.add(Instance.migration(19, "4.4", 1, true)));
        add("OutOfBandMigrations", "destructive", is -> {
            is.outOfBand.add(Instance.migration(20, "4.4", 0.5, false));
            is.outOfBand.add(Instance.migration(19, "4.3", 1, true));
        });
        add(
                "OutOfBandMigrations",
                "older than the target",
                is -> is.outOfBand.add(Instance.migration(3, "3.36", 1, true)));
        add("OutOfBandMigrations", "left by manifests", is -> {
            is.to = "4.4.2";
            is.strategy = Strategy.MANIFESTS;
            is.outOfBand.add(Instance.migration(19, "4.4", 1, true));
        });
        add("OutOfBandMigrations", "not read", PreflightCases::noCredentials);
    }

    private void schemas() {
        add("Schemas", "clean", is -> {});
        add(
                "Schemas",
                "dirty",
                is -> is.schemas.put(
                        Schema.FRONTEND,
                        Instance.schema(true, Instance.logs(Schema.FRONTEND, 1, 2, 3, 4, 5, 6), List.of(), List.of())));
        add(
                "Schemas",
                "pending",
                is -> is.schemas.put(
                        Schema.CODEINTEL,
                        Instance.schema(true, List.of(), Instance.logs(Schema.CODEINTEL, 1670600028), List.of())));
        add(
                "Schemas",
                "interrupted",
                is -> is.schemas.put(
                        Schema.CODEINSIGHTS,
                        Instance.schema(true, List.of(), List.of(), Instance.logs(Schema.CODEINSIGHTS, 1670253074))));
        add(
                "Schemas",
                "no logs",
                is -> is.schemas.put(Schema.FRONTEND, Instance.schema(false, List.of(), List.of(), List.of())));
        add("Schemas", "not read", PreflightCases::noCredentials);
    }

    private void workloads() {
        Workload frontend = Instance.workload(
                "Deployment", "sourcegraph-frontend", Classification.DIRECT, 2, "sourcegraph/frontend:4.5.1");
        Workload agent = Instance.workload("DaemonSet", "agent", Classification.DIRECT, 0, "example.com/agent:1");
        Workload unknown = Instance.workload("Deployment", "custom", Classification.UNKNOWN, 1, "example.com/custom:1");
        add("Workloads", "all known", is -> {});
        add("Workloads", "unknown ones", is -> is.workloads(frontend, unknown));
        add("Workloads", "one that cannot be stopped", is -> is.workloads(frontend, agent));
        add("Workloads", "one that cannot be stopped and need not", is -> {
            is.to = "4.4.2";
            is.workloads(frontend, agent);
        });
        Workload other = Instance.workload(
                "Job", "earlier-downgrade-1", Classification.DIRECT, 0, "index.docker.io/sourcegraph/migrator:4.5.1");
        add("Workloads", "a migrator that is not this run's", is -> is.workloads(frontend, other));
        add("Workloads", "a migrator that is not this run's, and nothing to stop", is -> {
            is.to = "4.4.2";
            is.workloads(frontend, other);
        });
        add("Workloads", "not read", is -> is.workloads = Optional.empty());
    }

    private void manifests() {
        add("TargetManifests", "sound", is -> {});
        add("TargetManifests", "not read", is -> is.targetRead = false);
        add(
                "TargetManifests",
                "unreadable",
                is -> is.unreadableTarget = Optional.of(new TargetFacts.Unreadable(List.of(
                        new ManifestProblem("ConfigMap/older", "does not exist.", "Create it."),
                        new ManifestProblem("key \"a.yaml\", document 2 (line 9)", "is no object.", "Repair it.")))));
        add("TargetManifests", "release unknown", is -> is.targetRelease = Optional.empty());
        add("TargetManifests", "of another release", is -> is.targetRelease = Optional.of(Version.parse("4.1.0")));
        add("TargetManifests", "of another patch", is -> is.targetRelease = Optional.of(Version.parse("4.0.0")));
        add("TargetManifests", "patch not asked for", is -> {
            is.to = "4.0";
            is.targetRelease = Optional.of(Version.parse("4.0.0"));
        });
        add("TargetManifests", "incomplete, with a warning beside", is -> {
            is.findings.add(finding(Finding.Topic.REPLICAS, Finding.Severity.WARNING, "a warning", "Look at it."));
            is.findings.add(finding(
                    Finding.Topic.COMPLETENESS,
                    Finding.Severity.FAILURE,
                    "there is no gitserver",
                    "Add the missing files."));
        });
        add("TargetManifests", "many warnings", is -> {
            for (int number = 1; number <= 7; number++) {
                is.findings.add(finding(
                        Finding.Topic.CLUSTER_SCOPED,
                        Finding.Severity.WARNING,
                        "ClusterRole/r" + number + " is left out",
                        "Apply it yourself."));
            }
        });
        add("Volumes", "sound", is -> {});
        add("Volumes", "not read", is -> is.targetRead = false);
        add(
                "Volumes",
                "shrunk",
                is -> is.findings.add(finding(
                        Finding.Topic.VOLUMES,
                        Finding.Severity.FAILURE,
                        "PersistentVolumeClaim/pgsql would shrink from 200Gi to 100Gi",
                        "Ask for 200Gi in the target manifests.")));
        add(
                "Volumes",
                "one that is scaled to zero would lose its claims",
                is -> is.workloads(Instance.losing("metabase")));
        add("Volumes", "one that would lose its claims, and nothing to scale", is -> {
            is.to = "4.4.2";
            is.workloads(Instance.losing("metabase"));
        });
        add("Volumes", "one that would lose its claims is told once", is -> {
            is.findings.add(new Finding(
                    Finding.Topic.VOLUMES,
                    Finding.Severity.FAILURE,
                    Optional.of(FRONTEND.withKind("StatefulSet")),
                    "StatefulSet/sourcegraph-frontend would lose its claims",
                    "Keep them."));
            is.workloads(Instance.losing("sourcegraph-frontend"));
        });
    }

    private void answersOfTheApiServer() {
        add("ObjectsAccepted", "accepted", is -> is.verdicts.add(new Verdict.Accepted(FRONTEND)));
        add("ObjectsAccepted", "rejected", is -> {
            is.verdicts.add(new Verdict.Unavailable(FRONTEND.withKind("Service"), "timeout"));
            is.verdicts.add(new Verdict.Rejected(FRONTEND, "spec.selector: field is immutable"));
            is.verdicts.add(new Verdict.Unserved(FRONTEND.withKind("Ingress"), "no such kind"));
        });
        add(
                "ObjectsAccepted",
                "stored otherwise",
                is -> is.verdicts.add(new Verdict.Overruled(FRONTEND, "spec.x does not keep the target's value.")));
        add("ObjectsAccepted", "not judged", is -> is.verdicts.add(new Verdict.Unavailable(FRONTEND, "timeout")));
        add("ObjectsAccepted", "not read", is -> is.targetRead = false);
        add("Permissions", "all granted", is -> {});
        add("Permissions", "not to be impersonated", is -> is.impersonable = false);
        add("Permissions", "missing", is -> {
            Permission patch = new Permission("patch", "apps", "deployments", "stopping what is connected");
            is.missing.add(patch);
            is.missing.add(new Permission("create", "", "configmaps", "the record of runs"));
            is.verdicts.add(new Verdict.Forbidden(FRONTEND, patch, "forbidden"));
        });
    }

    private static Optional<OperatorPlace> operator(String namespace, boolean watchesOthers) {
        return Optional.of(new OperatorPlace(
                namespace, new WorkloadRef("Deployment", "sourcegraph-downgrade-operator"), watchesOthers));
    }

    private static void noCredentials(Instance is) {
        is.unknownDatabases = Optional.of(new DatabaseFacts.Unknown(
                "The frontend's environment does not lead to all three databases.",
                "Set the variables on the frontend."));
    }

    private static void nothingKnown(Instance is) {
        noCredentials(is);
        is.workloads();
    }

    private static Finding finding(Finding.Topic topic, Finding.Severity severity, String message, String remedy) {
        return new Finding(topic, severity, Optional.empty(), message, remedy);
    }

    private void add(String check, String name, Consumer<Instance> spoil) {
        byCheck.computeIfAbsent(check, key -> new LinkedHashMap<>()).put(name, spoil);
    }
}
