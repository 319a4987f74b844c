package com.sourcegraph.downgrade.run;

import com.sourcegraph.downgrade.testkit.cluster.request.RequestRecord;
import com.sourcegraph.downgrade.testkit.rights.Right;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The rights that recorded requests took: the operator's own, and those of the account in whose name it wrote. */
final class RecordedRights {

    /** Kubernetes lets every user ask what they may do ({@code system:basic-user}). */
    private static final String REVIEWS = "authorization.k8s.io";

    private final Set<Right> operator = new TreeSet<>();
    private final Set<Right> account = new TreeSet<>();
    private final List<RequestRecord> refused = new ArrayList<>();
    private final List<RequestRecord> requests = new ArrayList<>();

    void add(List<RequestRecord> requests) {
        this.requests.addAll(requests);
        for (RequestRecord request : requests) {
            if (request.responseCode() == 403) {
                refused.add(request);
            }
            if (!request.impersonated().isEmpty()) {
                operator.add(new Right("impersonate", "", "serviceaccounts"));
            }
            if (!request.resource().isEmpty() && !request.group().equals(REVIEWS)) {
                (request.impersonated().isEmpty() ? operator : account)
                        .add(Right.of(request.verb(), request.group(), request.resource(), request.subresource()));
            }
        }
    }

    Set<Right> operator() {
        return operator;
    }

    Set<Right> account() {
        return account;
    }

    List<RequestRecord> requests() {
        return requests;
    }

    List<RequestRecord> refused() {
        return refused;
    }
}
