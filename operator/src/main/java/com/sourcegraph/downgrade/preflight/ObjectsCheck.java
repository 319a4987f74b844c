package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.manifest.Verdict;
import java.util.ArrayList;
import java.util.List;

/** The API server accepts every object that would be written, and stores what it says. */
final class ObjectsCheck implements Check {

    private static final Found FOUND = new Found("ObjectsAccepted");

    @Override
    public CheckStatus judge(PreflightInput input) {
        if (input.target().isEmpty()) {
            return FOUND.skipped("The target manifests were not read");
        }
        if (!input.missing().isEmpty() && input.verdicts().isEmpty()) {
            return FOUND.skipped("The service account lacks rights, so no object was judged");
        }
        List<String> refused = new ArrayList<>();
        List<String> overruled = new ArrayList<>();
        List<String> unanswered = new ArrayList<>();
        for (Verdict verdict : input.verdicts()) {
            if (verdict instanceof Verdict.Rejected rejected) {
                refused.add(rejected.key().naming(rejected.message()));
            } else if (verdict instanceof Verdict.Unserved unserved) {
                refused.add(unserved.key().naming(unserved.message()));
            } else if (verdict instanceof Verdict.Overruled other) {
                overruled.add(other.key().naming(other.message()));
            } else if (verdict instanceof Verdict.Unavailable unavailable) {
                unanswered.add(unavailable.key().naming(unavailable.message()));
            }
        }
        if (!refused.isEmpty()) {
            return FOUND.failed(
                    "The API server would refuse: " + Found.told(refused),
                    "Mend these objects in the target manifests, or in the cluster where they are in the way");
        }
        if (!overruled.isEmpty()) {
            return FOUND.failed(
                    "The API server would accept, but not store as they are: " + Found.told(overruled),
                    "Write into the target manifests what it stores, or have the webhook leave these objects alone. It shows what it stores of an object in a FILE (create in the place of replace where none lives): "
                            + input.kubectl("replace --dry-run=server -o yaml -f FILE"));
        }
        if (!unanswered.isEmpty()) {
            return FOUND.failed("The API server could not judge: " + Found.told(unanswered), "Wait for the next look");
        }
        return FOUND.passed("Objects to write: " + input.verdicts().size() + ", each accepted by a dry run");
    }
}
