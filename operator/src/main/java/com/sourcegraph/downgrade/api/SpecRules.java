package com.sourcegraph.downgrade.api;

/**
 * The CEL rules of the spec and what they say to a user who breaks them. In one place, because a rule and its message
 * must be read together; the API server judges them at admission.
 */
final class SpecRules {

    static final String IS_RELEASE = "self.matches('^v?[0-9]{1,4}[.][0-9]{1,4}([.][0-9]{1,9})?$')";
    private static final String RELEASE_FORM = " must be a release such as v4.5.1, 4.5.1 or 4.5";
    static final String IS_RELEASE_TO = "spec.to" + RELEASE_FORM;
    static final String IS_RELEASE_FROM = "spec.from" + RELEASE_FORM;

    private static final String FORM = "'^v?[0-9]{1,4}[.][0-9]{1,4}([.][0-9]{1,9})?$'";

    private static final String TO_PARTS = "self.to.replace('v', '').split('.')";
    private static final String FROM_PARTS = "self.from.replace('v', '').split('.')";
    private static final String TO_MAJOR = "int(" + TO_PARTS + "[0])";
    private static final String TO_MINOR = "int(" + TO_PARTS + "[1])";
    private static final String FROM_MAJOR = "int(" + FROM_PARTS + "[0])";
    private static final String FROM_MINOR = "int(" + FROM_PARTS + "[1])";
    private static final String PATCH_BELOW = "size(" + TO_PARTS + ") > 2 && size(" + FROM_PARTS + ") > 2 && int("
            + TO_PARTS + "[2]) < int(" + FROM_PARTS + "[2])";

    /** Compared number by number; a release of the same minor is lower only if both name a patch and it is lower. */
    static final String TO_BELOW_FROM =
            "!has(self.from) || !self.to.matches(" + FORM + ") || !self.from.matches(" + FORM
                    + ") || " + TO_MAJOR + " < " + FROM_MAJOR + " || (" + TO_MAJOR + " == " + FROM_MAJOR + " && ("
                    + TO_MINOR + " < "
                    + FROM_MINOR + " || (" + TO_MINOR + " == " + FROM_MINOR + " && " + PATCH_BELOW + ")))";

    static final String TO_BELOW_FROM_MESSAGE =
            "spec.to must be an older release than spec.from (within one minor, give the patch of both): this resource downgrades only; to upgrade, follow the upgrade documentation";

    static final String IS_DIGEST = "self == '' || self.matches('^sha256:[0-9a-f]{64}$')";
    static final String IS_DIGEST_MESSAGE =
            "spec.approvedPlan must be the digest from status.plan.digest, such as sha256: followed by 64 hexadecimal digits";

    static final String IS_DNS_LABEL = "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')";
    static final String IS_SERVICE_ACCOUNT_MESSAGE =
            "spec.serviceAccountName must be the name of a service account in this namespace: lower case letters, digits and '-'";

    static final String SAME_TO = "self.to == oldSelf.to";
    static final String SAME_STRATEGY =
            "has(self.strategy) == has(oldSelf.strategy) && (!has(self.strategy) || self.strategy == oldSelf.strategy)";
    static final String SAME_MODE =
            "has(self.mode) == has(oldSelf.mode) && (!has(self.mode) || self.mode == oldSelf.mode)";
    static final String SAME_APPROVAL =
            "has(self.approval) == has(oldSelf.approval) && (!has(self.approval) || self.approval == oldSelf.approval)";
    static final String SAME_FROM =
            "has(self.from) == has(oldSelf.from) && (!has(self.from) || self.from == oldSelf.from)";
    static final String SAME_SERVICE_ACCOUNT =
            "has(self.serviceAccountName) == has(oldSelf.serviceAccountName) && (!has(self.serviceAccountName) || self.serviceAccountName == oldSelf.serviceAccountName)";
    static final String SAME_MANIFESTS =
            "has(self.manifests) == has(oldSelf.manifests) && (!has(self.manifests) || self.manifests == oldSelf.manifests)";
    static final String SAME_MIGRATOR =
            "has(self.migrator) == has(oldSelf.migrator) && (!has(self.migrator) || self.migrator == oldSelf.migrator)";
    static final String SAME_QUIESCE =
            "has(self.quiesce) == has(oldSelf.quiesce) && (!has(self.quiesce) || self.quiesce == oldSelf.quiesce)";
    static final String SAME_DEADLINES =
            "has(self.deadlines) == has(oldSelf.deadlines) && (!has(self.deadlines) || self.deadlines == oldSelf.deadlines)";

    private static final String FIXED =
            " cannot be changed: a downgrade runs once; delete this resource and create one with the values you want";
    static final String IMMUTABLE_TO = "spec.to" + FIXED;
    static final String IMMUTABLE_FROM = "spec.from" + FIXED;
    static final String IMMUTABLE_STRATEGY = "spec.strategy" + FIXED;
    static final String IMMUTABLE_MODE = "spec.mode" + FIXED;
    static final String IMMUTABLE_APPROVAL = "spec.approval" + FIXED;
    static final String IMMUTABLE_SERVICE_ACCOUNT = "spec.serviceAccountName" + FIXED;
    static final String IMMUTABLE_MANIFESTS = "spec.manifests" + FIXED;
    static final String IMMUTABLE_MIGRATOR = "spec.migrator" + FIXED;
    static final String IMMUTABLE_QUIESCE = "spec.quiesce" + FIXED;
    static final String IMMUTABLE_DEADLINES = "spec.deadlines" + FIXED;

    static final String CANCEL_STAYS = "!has(oldSelf.cancel) || !oldSelf.cancel || (has(self.cancel) && self.cancel)";
    static final String CANCEL_STAYS_MESSAGE =
            "spec.cancel cannot be taken back: the run is already putting things back; create a new resource to downgrade again";

    static final String RETRIES_ONLY_GROW =
            "!has(oldSelf.recovery) || !has(oldSelf.recovery.retries) || oldSelf.recovery.retries == 0 || (has(self.recovery) && has(self.recovery.retries)"
                    + " && self.recovery.retries >= oldSelf.recovery.retries)";
    static final String RETRIES_ONLY_GROW_MESSAGE =
            "spec.recovery.retries can only be raised: it counts the extra attempts that a person has granted";

    static final String MIGRATOR_NEEDS_STRATEGY =
            "!has(self.migrator) || !has(self.strategy) || self.strategy != 'Manifests'";
    static final String MIGRATOR_NEEDS_STRATEGY_MESSAGE =
            "spec.migrator has no meaning with strategy Manifests, which does not run the migrator: leave it out, or use strategy Migrator or Auto";

    static final String PLAN_IS_NOT_APPROVED =
            "!has(self.approvedPlan) || self.approvedPlan == '' || !has(self.mode) || self.mode != 'Plan'";
    static final String PLAN_IS_NOT_APPROVED_MESSAGE =
            "spec.approvedPlan has no meaning with mode Plan, which never acts: create a resource with mode Run and approve its plan";

    static final String ONE_SOURCE = "has(self.configMapRef) != has(self.secretRef)";
    static final String ONE_SOURCE_MESSAGE = "spec.manifests must name exactly one of configMapRef and secretRef";

    static final String IS_OBJECT_NAME = "self.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$')";
    static final String IS_OBJECT_NAME_MESSAGE =
            "must be the name of an object in this namespace: lower case letters, digits, '-' and '.'";

    static final String ARE_KEYS = "self.all(key, key.matches('^[-._a-zA-Z0-9]+$'))";
    static final String ARE_KEYS_MESSAGE =
            "must be keys of the object, such as sourcegraph.yaml: letters, digits, '-', '_' and '.'";
    static final String KEYS_DIFFER = "self.all(key, self.exists_one(other, other == key))";
    static final String KEYS_DIFFER_MESSAGE = "must name each key once: its manifests would be applied twice";

    static final String IS_IMAGE =
            "self.matches('^[a-zA-Z0-9][-a-zA-Z0-9._]*(:[0-9]+)?(/[a-z0-9][-a-z0-9._]*)*(:[A-Za-z0-9_][-A-Za-z0-9_.]*)?(@sha256:[0-9a-f]{64})?$')"
                    + " && self.matches('(:[A-Za-z0-9_][-A-Za-z0-9_.]*|@sha256:[0-9a-f]{64})$')";
    static final String IS_IMAGE_MESSAGE =
            "spec.migrator.image must be an image with its tag or digest, such as index.docker.io/sourcegraph/migrator:5.3.12303, without https://";

    static final String IS_DURATION =
            "self.matches('^([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?$') && self.matches('[1-9]')";
    static final String IS_DURATION_MESSAGE = "must be a duration above zero such as 90s, 15m or 1h30m";

    static final String IS_CPU = "self.matches('^[0-9]+m?$|^[0-9]+[.][0-9]+$') && self.matches('[1-9]')";
    static final String IS_CPU_MESSAGE = "spec.migrator.cpu must be a Kubernetes quantity above zero such as 500m or 2";

    /** As an API server takes it, but for what is surely meant otherwise: 512 are bytes, and 500m is half a byte. */
    static final String IS_MEMORY =
            "(self.matches('^[0-9]{1,9}([.][0-9]{1,6})?(M|G|T|Mi|Gi|Ti)$') || self.matches('^[0-9]{4,12}(k|Ki)$') || self.matches('^[0-9]{7,16}$'))"
                    + " && self.matches('[1-9]')";

    static final String IS_MEMORY_MESSAGE =
            "spec.migrator.memory must be an amount above zero with its unit such as 512Mi or 4Gi";

    private SpecRules() {}
}
