package com.sourcegraph.downgrade.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.Deadlines;
import com.sourcegraph.downgrade.api.StepName;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StepDeadlinesTest {
    @ParameterizedTest
    @CsvSource({
        "90s, PT1M30S",
        "15m, PT15M",
        "1h30m, PT1H30M",
        "24h, PT24H",
        "999999h, PT999999H",
        "1h0m0s, PT1H",
        "0h5m, PT5M"
    })
    void durationsAreReadAsTheSchemaAdmitsThem(String text, Duration duration) {
        Deadlines deadlines = new Deadlines(text, null, null, null, null, null, null, null, null);

        assertThat(StepDeadlines.of(deadlines, StepName.PREFLIGHT)).isEqualTo(duration);
    }

    @ParameterizedTest
    @EnumSource(StepName.class)
    void everyStepHasADeadline(StepName step) {
        Deadlines defaults = new Deadlines(null, null, null, null, null, null, null, null, null);

        assertThat(StepDeadlines.of(defaults, step)).isPositive();
    }

    @Test
    void eachStepHasItsOwn() {
        Deadlines each = new Deadlines("1m", "2m", "3m", "4m", "5m", "6m", "7m", "8m", "9m");

        assertThat(StepName.values())
                .extracting(step -> StepDeadlines.of(each, step).toMinutes())
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    }
}
