package com.sourcegraph.downgrade.history;

/** The record of runs is there but cannot be read. */
public final class CorruptHistoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CorruptHistoryException(String namespace, Throwable cause) {
        super(message(namespace, "cannot be read as JSON"), cause);
    }

    /** @param what is wrong, without quoting it */
    CorruptHistoryException(String namespace, String what) {
        super(message(namespace, "cannot be used: " + what));
    }

    private static String message(String namespace, String wrong) {
        return "ConfigMap " + namespace + "/" + RunHistoryStore.NAME + ", the record of runs, " + wrong
                + ". If nobody needs it, delete it: kubectl -n " + namespace + " delete configmap "
                + RunHistoryStore.NAME;
    }
}
