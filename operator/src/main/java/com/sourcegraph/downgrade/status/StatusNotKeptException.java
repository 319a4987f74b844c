package com.sourcegraph.downgrade.status;

/**
 * The API server has stored another status than the one that was sent: it drops fields that the installed
 * CustomResourceDefinition does not know. A journal with gaps is none, so nothing may be decided on it.
 */
public final class StatusNotKeptException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    StatusNotKeptException() {
        super(
                "The API server does not keep the whole status: the CustomResourceDefinition in the cluster is older than the"
                        + " operator. Whoever installed the operator has to apply that of its release: kubectl apply --server-side"
                        + " -f crds/sourcegraphdowngrades.downgrade.sourcegraph.com.yaml");
    }
}
