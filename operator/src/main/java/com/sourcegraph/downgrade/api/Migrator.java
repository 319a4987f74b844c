package com.sourcegraph.downgrade.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** How the migrator runs. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Migrator(
        @Size(max = 512)
        @ValidationRule(value = SpecRules.IS_IMAGE, message = SpecRules.IS_IMAGE_MESSAGE)
        @JsonPropertyDescription(
                "The migrator's image. It must not be older than the release that the instance runs. "
                        + "Default: the image of the init container 'migrator' of the live frontend, which is of exactly that release and already pulled.")
        String image,

        @Default("Enforce")
        @JsonPropertyDescription(
                "Enforce: a schema that has drifted, or whose drift cannot be told, fails preflight. "
                        + "Skip: it is reported, and the migrator is told to skip its own check. Drift that the downgrade itself brings counts either way.")
        DriftCheck driftCheck,

        @Default(Migrator.DEFAULT_MEMORY)
        @Size(max = 16)
        @ValidationRule(value = SpecRules.IS_MEMORY, message = SpecRules.IS_MEMORY_MESSAGE)
        @JsonPropertyDescription(
                "Memory limit of the migrator, doubled with each further attempt up to eight times. The charts' own 100M is meant for 'up'; a downgrade moves data.")
        String memory,

        @Default(Migrator.DEFAULT_CPU)
        @Size(max = 16)
        @ValidationRule(value = SpecRules.IS_CPU, message = SpecRules.IS_CPU_MESSAGE)
        @JsonPropertyDescription("CPU limit of the migrator.")
        String cpu) {

    /** A downgrade holds the whole stitched graph and moves data out-of-band: ten times what the charts give {@code up}. */
    public static final String DEFAULT_MEMORY = "1Gi";

    public static final String DEFAULT_CPU = "1";

    static final Migrator DEFAULT = new Migrator(null, null, null, null);

    public Migrator {
        driftCheck = driftCheck == null ? DriftCheck.ENFORCE : driftCheck;
        memory = memory == null ? DEFAULT_MEMORY : memory;
        cpu = cpu == null ? DEFAULT_CPU : cpu;
    }
}
