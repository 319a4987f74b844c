package com.sourcegraph.downgrade.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTextTest {

    @ParameterizedTest
    @CsvSource({"1000m, 1", "1Gi, 1073741824", "1e3, 1000", "0.5, 0.5"})
    void aQuantityIsRead(String text, BigDecimal amount) {
        assertThat(QuantityText.amount(text))
                .hasValueSatisfying(read -> assertThat(read).isEqualByComparingTo(amount));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "much", "1GB"})
    void whatIsNoneIsEmpty(String text) {
        assertThat(QuantityText.amount(text)).isEmpty();
    }

    /** To read it takes minutes. */
    @Test
    void aNumberOfMillionsOfDigitsIsNotRead() {
        String text = "1".repeat(4_000_000);

        org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> assertThat(QuantityText.amount(text)).isEmpty());
    }
}
