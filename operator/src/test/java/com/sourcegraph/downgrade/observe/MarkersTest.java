package com.sourcegraph.downgrade.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sourcegraph.downgrade.migrator.MigratorJobKind;
import com.sourcegraph.downgrade.migrator.MigratorLabels;
import com.sourcegraph.downgrade.workload.Markers;
import org.junit.jupiter.api.Test;

/** Two packages that do not know each other write and read the labels of a run's Jobs. */
class MarkersTest {

    @Test
    void whatIsWrittenIsRead() {
        assertThat(Markers.RUN_LABEL).isEqualTo(MigratorLabels.RUN);
        assertThat(Markers.RUN_UID_LABEL).isEqualTo(MigratorLabels.RUN_UID);
        assertThat(Markers.JOB_LABEL).isEqualTo(MigratorLabels.JOB);
        assertThat(Markers.DOWNGRADE_JOB).isEqualTo(MigratorJobKind.DOWNGRADE.id());
    }
}
