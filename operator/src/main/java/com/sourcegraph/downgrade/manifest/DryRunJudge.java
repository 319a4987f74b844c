package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;

/**
 * Asks the API server whether it would accept a target object, by the one dry run that judges rightly. Stores nothing.
 *
 * <p>A dry-run apply gives false alarms, because nothing can be taken over in a dry run: fields of the newer release stay beside the
 * target's ("may not specify more than 1 handler type"). A dry-run replace shows the server exactly the target, with what the server
 * itself allocated carried over; it also judges fields that cannot be changed, and its answer shows what would be stored.
 */
public final class DryRunJudge {

    private static final List<String> SERVICE_ALLOCATIONS =
            List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort");

    private static final List<String> JOB_LABELS =
            List.of("batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "controller-uid", "job-name");

    /** A controller writes a status, as it does all the time: that says nothing of the target. */
    private static final int ATTEMPTS = 4;

    private final LiveMatch liveMatch = new LiveMatch();
    private final KubernetesClient reader;

    /** @param reader reads anew what somebody wrote between the look and the dry run */
    public DryRunJudge(KubernetesClient reader) {
        this.reader = reader;
    }

    /**
     * Judges one object; those that need no request are accepted without asking.
     *
     * @param writer the client that impersonates the instance's service account: its rights are judged as well
     * @param owner the owner of the instance's objects
     */
    public Verdict judge(KubernetesClient writer, String namespace, ObjectPlan plan, InstanceOwner owner) {
        ObjectKey key = plan.key();
        if (plan.action() == Action.SKIP_UNSERVED) {
            return new Verdict.Unserved(key, plan.reason());
        }
        if (!plan.action().writes()) {
            return new Verdict.Accepted(key);
        }
        ObjectApi api = new ObjectApi(writer, namespace);
        String verb = plan.action() == Action.UPDATE ? "update" : "create";
        String plural = ServedKind.guessPlural(key.kind());
        try {
            Optional<ServedKind> kind =
                    api.resolve(plan.target().apiVersion(), plan.target().kind());
            if (kind.isEmpty()) {
                return new Verdict.Unserved(
                        key,
                        "The cluster does not serve " + key.kind() + " of "
                                + plan.target().apiVersion() + ".");
            }
            plural = kind.get().plural();
            DesiredObject.Factory desired = new DesiredObject.Factory(namespace, owner);
            Optional<String> overruled = plan.action() == Action.UPDATE
                    ? replace(api, namespace, kind.get(), desired, plan)
                    : create(api, kind.get(), desired, plan);
            return overruled
                    .<Verdict>map(path -> new Verdict.Overruled(key, notKept(path)))
                    .orElseGet(() -> new Verdict.Accepted(key));
        } catch (KubernetesClientException e) {
            return refused(plan, new Permission(verb, key.apiGroup(), plural, verb + " " + key), Refusal.of(e));
        }
    }

    /**
     * By the measure that the run itself will use after the apply: what the server, or a webhook in it, makes of the target must be the
     * target, or no apply would ever end. The value is not told, as it may be a secret's.
     */
    private static String notKept(String path) {
        return path
                + " does not keep the target's value: the API server or an admission webhook of this cluster stores another"
                + " one, or none, so that the object would never be what the target says.";
    }

    /** The path of what the server would store otherwise. */
    private Optional<String> create(ObjectApi api, ServedKind kind, DesiredObject.Factory factory, ObjectPlan plan) {
        DesiredObject desired = factory.of(plan.target(), plan.live());
        ObjectNode content = desired.content().deepCopy();
        if (plan.action() == Action.RECREATE) {
            underAnotherName(content);
        }
        LiveObject answer = api.dryRunCreate(kind, content, TakeOver.applierFor(desired.owner()));
        return liveMatch.difference(content, answer.content());
    }

    /** The path of what the server would store otherwise. */
    private Optional<String> replace(
            ObjectApi api, String namespace, ServedKind kind, DesiredObject.Factory factory, ObjectPlan plan) {
        LiveObject live = plan.live().orElseThrow();
        for (int attempt = 1; ; attempt++) {
            DesiredObject desired = factory.of(plan.target(), Optional.of(live));
            ObjectNode content = desired.content().deepCopy();
            carryOver(content, live);
            try {
                LiveObject answer = api.dryRunReplace(kind, content, TakeOver.applierFor(desired.owner()));
                return liveMatch.difference(desired.content(), answer.content());
            } catch (KubernetesClientException e) {
                Optional<LiveObject> now = Refusal.of(e).kind() == Refusal.Kind.CONFLICT && attempt < ATTEMPTS
                        ? new ObjectApi(reader, namespace).get(kind, live.name())
                        : Optional.empty();
                live = now.orElseThrow(() -> e);
            }
        }
    }

    private static Verdict refused(ObjectPlan plan, Permission permission, Refusal refusal) {
        ObjectKey key = plan.key();
        String message = key + ": " + refusal.message();
        return switch (refusal.kind()) {
            case FORBIDDEN -> new Verdict.Forbidden(key, permission, message);
            case REJECTED -> new Verdict.Rejected(key, message);
            // A replace finds nothing when someone deleted the object; a create when the path is not there.
            case NOT_FOUND ->
                plan.action() == Action.UPDATE
                        ? new Verdict.Unavailable(key, message)
                        : new Verdict.Unserved(key, message);
            case CONFLICT, UNAVAILABLE -> new Verdict.Unavailable(key, message);
        };
    }

    /** What the target leaves to the server and the server has decided: a replace without it would ask to change it. */
    private static void carryOver(ObjectNode content, LiveObject live) {
        JsonNode liveSpec = live.content().path("spec");
        content.withObjectProperty("metadata").put("resourceVersion", live.resourceVersion());
        if (live.kind().equals("Service")) {
            ObjectNode spec = content.withObjectProperty("spec");
            for (String field : SERVICE_ALLOCATIONS) {
                if (!spec.has(field) && liveSpec.has(field)) {
                    spec.set(field, liveSpec.get(field));
                }
            }
            for (JsonNode port : spec.path("ports")) {
                for (JsonNode livePort : liveSpec.path("ports")) {
                    boolean same = livePort.path("port").equals(port.path("port"))
                            && livePort.path("protocol")
                                    .asText("TCP")
                                    .equals(port.path("protocol").asText("TCP"));
                    if (same && livePort.has("nodePort") && !port.has("nodePort") && nodePorts(spec)) {
                        ((ObjectNode) port).set("nodePort", livePort.get("nodePort"));
                    }
                }
            }
        }
        if (live.kind().equals("Job")) {
            generated(content.withObjectProperty("spec"), liveSpec);
        }
        if (live.kind().equals("PersistentVolumeClaim") && liveSpec.has("volumeName")) {
            content.withObjectProperty("spec").set("volumeName", liveSpec.get("volumeName"));
        }
        if (WorkloadView.KINDS.contains(live.kind()) && liveSpec.has("replicas")) {
            ObjectNode spec = content.withObjectProperty("spec");
            if (!spec.has("replicas")) {
                spec.set("replicas", liveSpec.get("replicas"));
            }
        }
        if (live.kind().equals("ServiceAccount") && live.content().has("secrets") && !content.has("secrets")) {
            content.set("secrets", live.content().get("secrets"));
        }
    }

    /** The API server gives a Job a selector and its pods the labels for it, when it is created and never again. */
    private static void generated(ObjectNode spec, JsonNode liveSpec) {
        if (spec.has("selector")
                || !liveSpec.has("selector")
                || liveSpec.path("manualSelector").asBoolean()) {
            return;
        }
        spec.set("selector", liveSpec.get("selector"));
        ObjectNode labels = spec.withObjectProperty("template")
                .withObjectProperty("metadata")
                .withObjectProperty("labels");
        JsonNode liveLabels = liveSpec.path("template").path("metadata").path("labels");
        for (String label : JOB_LABELS) {
            if (liveLabels.has(label) && !labels.has(label)) {
                labels.set(label, liveLabels.get(label));
            }
        }
    }

    private static boolean nodePorts(JsonNode serviceSpec) {
        String type = serviceSpec.path("type").asText("ClusterIP");
        return type.equals("NodePort") || type.equals("LoadBalancer");
    }

    /**
     * The object's own name is taken until it is deleted, and so are its addresses; everything else about it can be judged under another
     * name.
     */
    private static void underAnotherName(ObjectNode content) {
        ObjectNode metadata = content.withObjectProperty("metadata");
        String name = metadata.path("name").asText();
        metadata.put("name", name.substring(0, Math.min(name.length(), 50)) + "-dry-run");
        ObjectNode spec = content.withObjectProperty("spec");
        if (!spec.path("clusterIP").asText("None").equals("None")) {
            spec.remove(List.of("clusterIP", "clusterIPs"));
        }
        spec.path("ports").forEach(port -> ((ObjectNode) port).remove("nodePort"));
    }
}
