package com.sourcegraph.downgrade.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.api.SourcegraphDowngrade;
import org.junit.jupiter.api.Test;

class NewestSeenTest {
    private final NewestSeen newest = new NewestSeen();

    @Test
    void whatWasWrittenStandsUntilTheWatchHasBroughtItOrSomethingNewer() {
        SourcegraphDowngrade written = at("a", "10");
        newest.wrote(written);

        assertThat(newest.newest(at("a", "9"))).isSameAs(written);
        SourcegraphDowngrade brought = at("a", "10");
        assertThat(newest.newest(brought)).isSameAs(brought);
        SourcegraphDowngrade edited = at("a", "11");
        assertThat(newest.newest(edited)).isSameAs(edited);
    }

    @Test
    void versionsAreNumbersNotWords() {
        newest.wrote(at("a", "100"));

        assertThat(newest.newest(at("a", "99")).getMetadata().getResourceVersion())
                .isEqualTo("100");
    }

    @Test
    void anotherResourceIsNotMistakenForIt() {
        newest.wrote(at("a", "10"));
        SourcegraphDowngrade other = at("b", "5");

        assertThat(newest.newest(other)).isSameAs(other);
    }

    @Test
    void whatIsForgottenIsGone() {
        newest.wrote(at("a", "10"));
        newest.forget("a");
        SourcegraphDowngrade cached = at("a", "9");

        assertThat(newest.newest(cached)).isSameAs(cached);
    }

    private static SourcegraphDowngrade at(String uid, String version) {
        SourcegraphDowngrade resource = new SourcegraphDowngrade();
        resource.getMetadata().setUid(uid);
        resource.getMetadata().setResourceVersion(version);
        return resource;
    }
}
