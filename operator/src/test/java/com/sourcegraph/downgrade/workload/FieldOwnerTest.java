package com.sourcegraph.downgrade.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldOwnerTest {

    @Test
    void aNameOfOneWordIsShown() {
        assertThat(by("argocd-controller").shown()).isEqualTo("argocd-controller");
        assertThat(by("").shown()).isEqualTo("something that leaves no name");
    }

    /** It stands before the command that a person is to copy. */
    @ParameterizedTest
    @ValueSource(strings = {"it: kubectl delete namespace sourcegraph", "two\nlines", "a;b", "`c`", "$(d)"})
    void aNameThatCouldReadLikeACommandIsNot(String name) {
        assertThat(by(name).shown()).isEqualTo("a field manager whose name is not shown here");
    }

    private static FieldOwner by(String manager) {
        return new FieldOwner(manager, "Update", Optional.empty(), Optional.empty());
    }
}
