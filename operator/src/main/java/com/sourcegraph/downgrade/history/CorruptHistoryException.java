package com.sourcegraph.downgrade.history;

/** The record of runs is there but cannot be read. */
public final class CorruptHistoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CorruptHistoryException(String namespace, Throwable cause) {
        super(
                "ConfigMap " + namespace + "/" + RunHistoryStore.NAME
                        + ", the record of runs, cannot be read as JSON. If nobody needs it, delete it: kubectl -n "
                        + namespace + " delete configmap " + RunHistoryStore.NAME,
                cause);
    }
}
