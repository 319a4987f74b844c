package com.sourcegraph.downgrade.preflight;

import com.sourcegraph.downgrade.api.CheckResult;
import com.sourcegraph.downgrade.api.CheckStatus;
import com.sourcegraph.downgrade.manifest.Finding;
import java.util.List;
import java.util.stream.Collectors;

/** Words a check's result. */
record Found(String check) {

    /** So many findings are told in full; the rest is counted. */
    private static final int TOLD = 5;

    CheckStatus passed(String message) {
        return new CheckStatus(check, CheckResult.PASSED, message, null);
    }

    CheckStatus warning(String message, String remedy) {
        return new CheckStatus(check, CheckResult.WARNING, message, remedy);
    }

    CheckStatus failed(String message, String remedy) {
        return new CheckStatus(check, CheckResult.FAILED, message, remedy);
    }

    CheckStatus skipped(String message) {
        return new CheckStatus(check, CheckResult.SKIPPED, message, null);
    }

    /** The worst of the findings decides; all of them are told. */
    CheckStatus of(List<Finding> findings, String otherwise) {
        List<Finding> failures = with(findings, Finding.Severity.FAILURE);
        List<Finding> warnings = with(findings, Finding.Severity.WARNING);
        if (!failures.isEmpty()) {
            return failed(told(failures.stream().map(Finding::message).toList()), remedy(failures));
        }
        if (!warnings.isEmpty()) {
            return warning(told(warnings.stream().map(Finding::message).toList()), remedy(warnings));
        }
        return passed(otherwise);
    }

    static String told(List<String> messages) {
        String first = messages.stream()
                .limit(TOLD)
                .map(message -> message.endsWith(".") ? message.substring(0, message.length() - 1) : message)
                .collect(Collectors.joining("; "));
        return messages.size() <= TOLD ? first : first + "; and " + (messages.size() - TOLD) + " more";
    }

    private static List<Finding> with(List<Finding> findings, Finding.Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .toList();
    }

    private static String remedy(List<Finding> findings) {
        String remedies = findings.stream()
                .map(Finding::remedy)
                .filter(remedy -> remedy != null && !remedy.isBlank())
                .distinct()
                .limit(3)
                .collect(Collectors.joining(" "));
        return remedies.isBlank() ? null : remedies;
    }
}
