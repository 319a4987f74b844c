package com.sourcegraph.downgrade.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {
    @ParameterizedTest
    @CsvSource({
        "v4.5.1, 4.5.1, v4.5.1, 4.5",
        "4.5.1, 4.5.1, v4.5.1, 4.5",
        "4.5, 4.5, v4.5, 4.5",
        "v4.5, 4.5, v4.5, 4.5",
        "' v4.5.1 ', 4.5.1, v4.5.1, 4.5",
        "5.3.9104, 5.3.9104, v5.3.9104, 5.3",
        "v5.11.6271, 5.11.6271, v5.11.6271, 5.11",
        "5.1.0-rc, 5.1.0, v5.1.0, 5.1",
        "5.1.0-rc.1, 5.1.0, v5.1.0, 5.1",
        "0.0.0+dev, 0.0.0, v0.0.0, 0.0",
        "4.5-insiders+g12.ab, 4.5, v4.5, 4.5",
        "5.03.007, 5.3.7, v5.3.7, 5.3",
        "3.43.2, 3.43.2, v3.43.2, 3.43"
    })
    void readsWhatPeopleAndTagsWrite(String text, String plain, String tag, String minor) {
        Version version = Version.parse(text);
        assertThat(version).hasToString(plain);
        assertThat(version.tag()).isEqualTo(tag);
        assertThat(version.toMinor()).hasToString(minor).isEqualTo(Minor.parse(text));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                " ",
                "4",
                "v4",
                "4.",
                "4.5.",
                "4.5.1.2",
                "latest",
                "insiders",
                "V4.5.1",
                "4,5",
                "-4.5",
                "4.-5",
                "4.5.x",
                "4.5 .1",
                "vv4.5",
                "4.5.1 4.5.2",
                "99999999999.1",
                "4.5.1/..",
                "７.1"
            })
    void refusesTheRestAndSaysWhatWouldBeRight(String text) {
        assertThatThrownBy(() -> Version.parse(text))
                .isInstanceOf(VersionFormatException.class)
                .hasMessageContaining("\"" + (text == null ? "" : text.strip()) + "\"")
                .hasMessageEndingWith("is not a Sourcegraph version; write it like v4.5.1, 4.5.1 or 4.5");
    }

    @Test
    void shortensWhatItRefuses() {
        assertThatThrownBy(() -> Version.parse("x".repeat(10_000)))
                .hasMessageContaining("x…\"")
                .extracting(error -> error.getMessage().length())
                .satisfies(length -> assertThat((int) length).isLessThan(200));
    }

    @Test
    void ordersByNumberNotByText() {
        List<String> ordered = List.of(
                "3.9",
                "3.9.0",
                "3.10",
                "3.43.2",
                "4.0",
                "4.0.0",
                "4.0.1",
                "4.5",
                "5.0.6",
                "5.3",
                "5.3.3",
                "5.3.987",
                "5.3.9104",
                "5.3.12303",
                "5.10.0",
                "6.0.0",
                "10.0");
        assertThat(ordered.stream().map(Version::parse).sorted().map(Version::toString))
                .containsExactlyElementsOf(ordered);
        assertThat(ordered.stream().map(Version::parse).sorted(java.util.Comparator.reverseOrder()))
                .isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }

    @Test
    void comparesAsItEquals() {
        assertThat(Version.parse("v4.5.1")).isEqualTo(Version.parse("4.5.1")).isEqualByComparingTo(Version.of(4, 5, 1));
        assertThat(Version.parse("4.5")).isNotEqualTo(Version.parse("4.5.0"));
        assertThat(Version.parse("4.5").isBefore(Version.parse("4.5.0"))).isTrue();
        assertThat(Version.parse("4.5.0").isBefore(Version.parse("4.5"))).isFalse();
    }

    @Test
    void aMinorNamesTheSchemaThatADowngradeLeaves() {
        assertThat(Minor.of(4, 0).firstPatch()).hasToString("4.0.0");
        assertThat(Minor.of(4, 0).tag()).isEqualTo("v4.0");
        assertThat(Stream.of(Minor.of(4, 0), Minor.of(3, 43), Minor.of(4, 10), Minor.of(4, 2))
                        .sorted())
                .containsExactly(Minor.of(3, 43), Minor.of(4, 0), Minor.of(4, 2), Minor.of(4, 10));
        assertThatThrownBy(() -> Minor.of(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
