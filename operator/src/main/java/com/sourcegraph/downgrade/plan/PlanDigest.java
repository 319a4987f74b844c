package com.sourcegraph.downgrade.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sourcegraph.downgrade.api.PlanStatus;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The digest of a plan: what a person approves. Over everything that the plan does; not over when it was resolved, nor
 * over remarks, which change without changing what is done.
 */
public final class PlanDigest {

    private final ObjectMapper canonical = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /** The plan with its digest. */
    PlanStatus sign(PlanStatus plan) {
        return copy(
                plan,
                digest(copy(plan, null, null, List.of(), List.of())),
                plan.resolvedAt(),
                plan.hops(),
                plan.warnings());
    }

    /** SHA-256 over a value's canonical JSON, as {@code sha256:} and 64 hexadecimal digits. */
    public String digest(Object value) {
        try {
            byte[] text = canonical.writeValueAsString(value).getBytes(StandardCharsets.UTF_8);
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("A plan cannot be digested", e);
        }
    }

    static PlanStatus withHops(PlanStatus plan, List<String> hops) {
        return copy(plan, plan.digest(), plan.resolvedAt(), hops, plan.warnings());
    }

    /** The plan without its digest: not to be acted on. */
    public static PlanStatus unsigned(PlanStatus plan) {
        return copy(plan, null, plan.resolvedAt(), plan.hops(), plan.warnings());
    }

    private static PlanStatus copy(
            PlanStatus plan, String digest, String resolvedAt, List<String> hops, List<String> warnings) {
        return new PlanStatus(
                digest,
                resolvedAt,
                plan.from(),
                plan.to(),
                plan.strategy(),
                plan.strategyReason(),
                plan.flavour(),
                plan.migratorImage(),
                hops,
                plan.outOfBandMigrations(),
                plan.manifestsDigest(),
                plan.objects(),
                plan.delete(),
                plan.scale(),
                plan.irreversible(),
                warnings);
    }
}
