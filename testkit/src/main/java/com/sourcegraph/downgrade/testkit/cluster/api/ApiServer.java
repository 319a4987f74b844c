package com.sourcegraph.downgrade.testkit.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sourcegraph.downgrade.testkit.cluster.json.Nodes;
import com.sourcegraph.downgrade.testkit.cluster.request.AccessPolicy;
import com.sourcegraph.downgrade.testkit.cluster.request.Faults;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestHook;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestLog;
import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The front of the API: records each request, lets faults and hooks have it, checks access, and routes it. */
public final class ApiServer implements Function<ApiRequest, ApiResponse> {
    private static final Logger LOGGER = LoggerFactory.getLogger(ApiServer.class);
    private static final String REVIEWS = "authorization.k8s.io";

    private final ResourceRequests resources;
    private final Discovery discovery;
    private final AccessPolicy policy;
    private final AccessReviews reviews;
    private final Faults faults;
    private final RequestLog log;
    private final Clock clock;
    private final List<RequestHook> hooks = new CopyOnWriteArrayList<>();

    ApiServer(
            ResourceRequests resources,
            Discovery discovery,
            AccessPolicy policy,
            Faults faults,
            RequestLog log,
            Clock clock) {
        this.resources = resources;
        this.discovery = discovery;
        this.policy = policy;
        this.reviews = new AccessReviews(policy);
        this.faults = faults;
        this.log = log;
        this.clock = clock;
    }

    public void addHook(RequestHook hook) {
        hooks.add(hook);
    }

    public void removeHook(RequestHook hook) {
        hooks.remove(hook);
    }

    @Override
    public ApiResponse apply(ApiRequest request) {
        Instant started = clock.instant();
        long startNanos = System.nanoTime();
        RequestInfo info = RequestInfo.parse(request.path());
        RequestRecord record = record(request, info, started);
        ApiResponse response;
        try {
            response = answer(request, info, record);
        } catch (StatusException e) {
            response = ApiResponse.json(e.code(), e.body());
        } catch (RuntimeException e) {
            LOGGER.atError()
                    .setCause(e)
                    .addKeyValue("method", request.method())
                    .addKeyValue("uri", request.uri())
                    .log("The in-memory API failed on a request");
            response = ApiResponse.json(
                    500, new StatusException(500, "InternalError", "Internal error occurred: " + e, null).body());
        }
        int code = response instanceof ApiResponse.Plain plain
                ? plain.code()
                : response instanceof ApiResponse.Stream ? 200 : 0;
        log.add(record.answered(code, Duration.ofNanos(System.nanoTime() - startNanos)));
        return response;
    }

    private ApiResponse answer(ApiRequest request, RequestInfo info, RequestRecord record) {
        Optional<Faults.Effect> fault = faults.strike(record);
        if (fault.isPresent() && fault.get() instanceof Faults.Answer answer) {
            return injected(answer);
        }
        if (fault.isPresent() && fault.get() instanceof Faults.ResetBefore) {
            return new ApiResponse.Reset();
        }
        hooks.forEach(hook -> hook.beforeCommit(record));
        ApiResponse response;
        try {
            response = route(request, info, record);
        } finally {
            hooks.forEach(hook -> hook.afterCommit(record));
        }
        return fault.isPresent() ? new ApiResponse.Reset() : response;
    }

    private ApiResponse route(ApiRequest request, RequestInfo info, RequestRecord record) {
        if (info == null) {
            return discovery.answer(request);
        }
        request.refuseUnknownForms();
        request.refuseGroupsToImpersonate();
        if (info.group().equals(REVIEWS)) {
            return ApiResponse.json(201, reviews.answer(info.plural(), request.object(), record.effectiveUser()));
        }
        admit(record);
        return resources.answer(request, info, record);
    }

    private void admit(RequestRecord record) {
        if (!record.impersonated().isEmpty()) {
            admitImpersonation(record);
        }
        AccessPolicy.Attempt attempt = new AccessPolicy.Attempt(
                record.effectiveUser(),
                record.verb(),
                record.group(),
                record.resource(),
                record.subresource(),
                record.namespace(),
                record.name(),
                "");
        if (!policy.allows(attempt)) {
            throw denied(record);
        }
    }

    /** Service accounts are impersonated as such, in their namespace; everybody else as a user. */
    private void admitImpersonation(RequestRecord record) {
        String[] account = record.impersonated().split(":");
        boolean service = record.impersonated().startsWith("system:serviceaccount:") && account.length == 4;
        String resource = service ? "serviceaccounts" : "users";
        String namespace = service ? account[2] : "";
        String name = service ? account[3] : record.impersonated();
        AccessPolicy.Attempt attempt =
                new AccessPolicy.Attempt(record.user(), "impersonate", "", resource, "", namespace, name, "");
        if (!policy.allows(attempt)) {
            String where = service ? " in the namespace \"" + namespace + "\"" : " at the cluster scope";
            throw new StatusException(
                    403,
                    "Forbidden",
                    resource + " \"" + name + "\" is forbidden: User \"" + record.user()
                            + "\" cannot impersonate resource \"" + resource + "\" in API group \"\"" + where,
                    null);
        }
    }

    private static StatusException denied(RequestRecord record) {
        String resource = record.resource() + (record.group().isEmpty() ? "" : "." + record.group());
        String object = record.name().isEmpty() ? resource : resource + " \"" + record.name() + "\"";
        String asked = record.resource() + (record.subresource().isEmpty() ? "" : "/" + record.subresource());
        String where = record.namespace().isEmpty()
                ? " at the cluster scope"
                : " in the namespace \"" + record.namespace() + "\"";
        return new StatusException(
                403,
                "Forbidden",
                object + " is forbidden: User \"" + record.effectiveUser() + "\" cannot " + record.verb()
                        + " resource \"" + asked + "\" in API group \"" + record.group() + "\"" + where,
                details(record));
    }

    private static ObjectNode details(RequestRecord record) {
        ObjectNode details = Nodes.object();
        if (!record.name().isEmpty()) {
            details.put("name", record.name());
        }
        if (!record.group().isEmpty()) {
            details.put("group", record.group());
        }
        return details.put("kind", record.resource());
    }

    private static ApiResponse injected(Faults.Answer answer) {
        String reason =
                switch (answer.code()) {
                    case 403 -> "Forbidden";
                    case 404 -> "NotFound";
                    case 409 -> "Conflict";
                    case 410 -> "Expired";
                    case 429 -> "TooManyRequests";
                    case 503 -> "ServiceUnavailable";
                    case 504 -> "Timeout";
                    default -> "InternalError";
                };
        JsonNode body = new StatusException(answer.code(), reason, "injected fault " + answer.code(), null).body();
        Map<String, List<String>> headers = answer.retryAfter()
                .map(wait -> Map.of("Retry-After", List.of(Long.toString(wait.toSeconds()))))
                .orElse(Map.of());
        return new ApiResponse.Plain(answer.code(), "application/json", Nodes.bytes(body), headers);
    }

    private static RequestRecord record(ApiRequest request, RequestInfo info, Instant started) {
        Map<String, String> query = request.query();
        String verb = verb(request, info, query);
        String patchType = "";
        if (verb.equals("patch")) {
            String type = request.contentType();
            patchType = type.startsWith("application/strategic")
                    ? "strategic"
                    : type.startsWith("application/apply")
                            ? "apply"
                            : type.startsWith("application/merge") ? "merge" : "json";
        }
        String agent = request.header("user-agent");
        String manager = query.getOrDefault("fieldManager", agent.split("/", 2)[0]);
        String token = request.header("authorization").replaceFirst("^[Bb]earer ", "");
        return new RequestRecord(
                verb,
                request.uri(),
                info == null ? "" : info.group(),
                info == null ? "" : info.plural(),
                info == null ? "" : info.subresource(),
                info == null ? "" : info.namespace(),
                info == null ? "" : info.name(),
                token.isEmpty() ? "system:admin" : token,
                request.header("impersonate-user"),
                query.getOrDefault("dryRun", "").equals("All"),
                patchType,
                manager.isEmpty() ? "unknown" : manager,
                RequestShape.of(request),
                0,
                started,
                Duration.ZERO);
    }

    private static String verb(ApiRequest request, RequestInfo info, Map<String, String> query) {
        boolean collection = info != null && info.name().isEmpty();
        return switch (request.method().toUpperCase(Locale.ROOT)) {
            case "GET" -> {
                String watch = query.getOrDefault("watch", "false");
                if (info != null && (watch.equals("true") || watch.equals("1") || watch.isEmpty())) {
                    yield "watch";
                }
                yield collection ? "list" : "get";
            }
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> collection ? "deletecollection" : "delete";
            default -> request.method().toLowerCase(Locale.ROOT);
        };
    }
}
