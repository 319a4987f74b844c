package com.sourcegraph.downgrade.manifest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.manifest.InstanceOwner.Style;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;

/**
 * Applies one target object in the name of its owner, so that it becomes the target and the owner's next apply works.
 *
 * <p>For an owner that updates ({@code kubectl apply}, Helm 3) one patch in its name does in the plain case. Where others have a hand in the
 * object, or where the patch does not lead to the target, the owner is taken over, the target is applied, and the object is given back: three
 * requests. An owner that applies needs one, under its own name. What does not exist is created in the name of the instance's other
 * objects. Each request may be the last one before a crash: the object then says by its managed fields how far it came, and the next call
 * continues there.
 */
public final class OwnerApplier {

    /** The beginning of our field manager's name; while an object is taken over, its owner's name follows after a colon. */
    public static final String FIELD_MANAGER = "sourcegraph-downgrade-operator";

    /** With {@link Style#SERVER_SIDE_APPLY} kubectl keeps the record, where there is one, under a manager of its own. */
    private static final String RECORD_MANAGER = "kubectl-last-applied";

    private final KindCatalog catalog = new KindCatalog();
    private final OwnerPatch ownerPatch = new OwnerPatch();
    private final OwnedFields ownedFields = new OwnedFields();
    private final TakeOver takeOver = new TakeOver();
    private final LiveMatch liveMatch = new LiveMatch();

    /**
     * Brings one object to what its plan says. May be called again after any failure or crash: it continues from what lives.
     *
     * @param writer the client that impersonates the instance's service account
     * @param plan the object's plan; its live object is the base, and a change made since is a {@link WriteOutcome.Conflict}
     * @param owner the owner of the instance's other objects, for those that do not exist
     */
    public WriteOutcome apply(KubernetesClient writer, String namespace, ObjectPlan plan, InstanceOwner owner) {
        if (!plan.action().writes()) {
            return new WriteOutcome.Written(plan.key(), 0);
        }
        DesiredObject.Factory factory = new DesiredObject.Factory(namespace, owner);
        Attempt attempt = new Attempt(new ObjectApi(writer, namespace), plan, factory);
        try {
            Optional<ServedKind> kind = attempt.api.resolve(
                    plan.target().apiVersion(), plan.target().kind());
            if (kind.isEmpty() || !kind.get().namespaced()) {
                return new WriteOutcome.Rejected(
                        plan.key(),
                        plan.target().kind() + " of " + plan.target().apiVersion()
                                + (kind.isEmpty() ? " is not served by this cluster." : " belongs to no namespace."));
            }
            DesiredObject desired = factory.of(plan.target(), plan.live());
            return switch (plan.action()) {
                case UPDATE -> attempt.update(kind.get(), plan.live().orElseThrow(), desired);
                case CREATE -> attempt.create(kind.get(), desired);
                case SWAP_KIND, RECREATE -> attempt.remove(plan.replaces().orElseThrow());
                case UNCHANGED, KEEP, SKIP_CLUSTER_SCOPED, SKIP_UNSERVED -> new WriteOutcome.Written(plan.key(), 0);
            };
        } catch (KubernetesClientException e) {
            return attempt.failed(Refusal.of(e));
        }
    }

    /** One call: counts its requests, and knows which right the next one needs. */
    private final class Attempt {

        private final ObjectApi api;
        private final ObjectPlan plan;
        private final DesiredObject.Factory factory;
        private int requests;
        private String verb = "";
        private String plural = "";

        Attempt(ObjectApi api, ObjectPlan plan, DesiredObject.Factory factory) {
            this.api = api;
            this.plan = plan;
            this.factory = factory;
        }

        /**
         * What one patch in the owner's name has made of the object; empty where that is not for it, or where the server refuses it.
         */
        private Optional<LiveObject> patched(ServedKind kind, LiveObject live, DesiredObject desired) {
            Optional<ObjectNode> patch =
                    catalog.find(kind.apiVersion(), kind.kind()).isPresent()
                            ? ownerPatch.of(live, desired)
                            : Optional.empty();
            if (patch.isEmpty()) {
                return Optional.empty();
            }
            next("patch", kind);
            try {
                return Optional.of(api.merge(
                        kind, live.name(), patch.get(), desired.owner().manager()));
            } catch (KubernetesClientException e) {
                if (Refusal.of(e).kind() != Refusal.Kind.REJECTED) {
                    throw e;
                }
                return Optional.empty();
            }
        }

        /** By the same measure as the next look, and nothing of the owner's is left that the target does not know. */
        private boolean isTarget(LiveObject live, DesiredObject desired) {
            return new ObjectComparison(LiveObjects.of(List.of(live)), factory)
                                    .compare(plan.target())
                                    .action()
                            == Action.UNCHANGED
                    && ManagedEntry.of(live).stream()
                            .filter(entry -> !entry.subresource()
                                    && entry.manager().equals(desired.owner().manager()))
                            .allMatch(entry -> ownedFields
                                    .beyond(entry.fields(), desired.content(), live.content())
                                    .isEmpty());
        }

        WriteOutcome update(ServedKind kind, LiveObject live, DesiredObject desired) {
            Owner owner = desired.owner();
            String applier = TakeOver.applierFor(owner);
            Optional<LiveObject> patched = patched(kind, live, desired);
            if (patched.isPresent() && isTarget(patched.get(), desired)) {
                return new WriteOutcome.Written(plan.key(), requests, patched);
            }
            // What is not as it should be now is left to the server, field by field.
            LiveObject current = patched.orElse(live);
            if (ManagedEntry.of(live).isEmpty()) {
                // Nobody owns anything: an apply of nothing makes the server note down what was there before it.
                next("patch", kind);
                current = api.apply(kind, identity(desired), applier);
            }
            Optional<ArrayNode> taken = takeOver.take(current, owner, desired.content());
            if (taken.isPresent()) {
                next("patch", kind);
                current = api.replaceManagedFields(kind, current, taken.get());
            }
            current = applyTaken(kind, current, desired);
            if (owner.style() == Style.SERVER_SIDE_APPLY
                    && !current.annotation(LastApplied.ANNOTATION).isEmpty()) {
                next("patch", kind);
                current = api.apply(kind, record(desired), RECORD_MANAGER);
            }
            Optional<ArrayNode> given = takeOver.giveBack(current, owner);
            if (given.isPresent()) {
                next("patch", kind);
                current = api.replaceManagedFields(kind, current, given.get());
            }
            return outcome(live, current, desired);
        }

        /**
         * The dry run has shown that the server accepts the target as such. If it refuses it all the same, then because of a field that
         * somebody else added and that stays beside it: that one has to go as well.
         */
        private LiveObject applyTaken(ServedKind kind, LiveObject current, DesiredObject desired) {
            String applier = TakeOver.applierFor(desired.owner());
            next("patch", kind);
            try {
                return api.apply(kind, desired.content(), applier);
            } catch (KubernetesClientException e) {
                Optional<ArrayNode> everything =
                        takeOver.takeFromEverybody(current, desired.owner(), desired.content());
                if (Refusal.of(e).kind() != Refusal.Kind.REJECTED || everything.isEmpty()) {
                    throw e;
                }
                next("patch", kind);
                api.replaceManagedFields(kind, current, everything.get());
                next("patch", kind);
                return api.apply(kind, desired.content(), applier);
            }
        }

        /**
         * An apply after which everything is as before, and still not as the target says, will not get anywhere however often it is
         * repeated.
         */
        private WriteOutcome outcome(LiveObject before, LiveObject after, DesiredObject desired) {
            if (!desired.owner().takenOver() && withoutVersion(before).equals(withoutVersion(after))) {
                Optional<String> path = liveMatch.difference(desired.content(), after.content());
                if (path.isPresent()) {
                    return new WriteOutcome.Overruled(
                            plan.key(),
                            path.get()
                                    + " does not keep the target's value: an admission webhook or a controller of this"
                                    + " cluster decides it.");
                }
            }
            return new WriteOutcome.Written(plan.key(), requests, Optional.of(after));
        }

        WriteOutcome create(ServedKind kind, DesiredObject desired) {
            Owner owner = desired.owner();
            LiveObject created;
            if (owner.style() == Style.SERVER_SIDE_APPLY) {
                next("patch", kind);
                created = api.apply(kind, desired.content(), owner.manager());
            } else {
                next("create", kind);
                created = api.create(kind, desired.content(), owner.manager());
            }
            return new WriteOutcome.Written(plan.key(), requests, Optional.of(created));
        }

        WriteOutcome remove(LiveObject replaced) {
            if (!replaced.terminating()) {
                Optional<ServedKind> kind = api.resolve(replaced.apiVersion(), replaced.kind());
                if (kind.isPresent()) {
                    next("delete", kind.get());
                    api.delete(kind.get(), replaced);
                }
            }
            return new WriteOutcome.InProgress(
                    plan.key(), "Waiting until " + replaced.key() + " and its pods are gone.");
        }

        WriteOutcome failed(Refusal refusal) {
            ObjectKey key = plan.key();
            String message = key + ": " + refusal.message();
            return switch (refusal.kind()) {
                case FORBIDDEN ->
                    new WriteOutcome.Forbidden(
                            key, new Permission(verb, key.apiGroup(), plural, verb + " " + key), message);
                case CONFLICT, NOT_FOUND -> new WriteOutcome.Conflict(key, message);
                case REJECTED -> new WriteOutcome.Rejected(key, message);
                case UNAVAILABLE -> new WriteOutcome.Unavailable(key, message);
            };
        }

        private void next(String nextVerb, ServedKind kind) {
            requests++;
            verb = nextVerb;
            plural = kind.plural();
        }
    }

    private static ObjectNode identity(DesiredObject desired) {
        ObjectNode identity = CanonicalJson.MAPPER.createObjectNode();
        identity.set("apiVersion", desired.content().get("apiVersion"));
        identity.set("kind", desired.content().get("kind"));
        identity.putObject("metadata")
                .set("name", desired.content().path("metadata").path("name"));
        return identity;
    }

    private static ObjectNode record(DesiredObject desired) {
        ObjectNode record = identity(desired);
        record.withObjectProperty("metadata")
                .putObject("annotations")
                .put(LastApplied.ANNOTATION, LastApplied.write(desired.configuration()));
        return record;
    }

    private static ObjectNode withoutVersion(LiveObject live) {
        ObjectNode copy = live.copy();
        CanonicalJson.removePath(copy, "metadata", "managedFields");
        CanonicalJson.removePath(copy, "metadata", "resourceVersion");
        CanonicalJson.removePath(copy, "status");
        return copy;
    }
}
