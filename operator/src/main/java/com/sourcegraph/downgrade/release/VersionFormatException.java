package com.sourcegraph.downgrade.release;

/** A text that is no Sourcegraph version. The message is for people: it shows the text and what would be right. */
public final class VersionFormatException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public VersionFormatException(String message) {
        super(message);
    }
}
