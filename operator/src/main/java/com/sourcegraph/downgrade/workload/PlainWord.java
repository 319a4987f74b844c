package com.sourcegraph.downgrade.workload;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A word that whoever may write an object has chosen freely: a field manager, an image. Such words stand beside
 * commands that a person copies, so one that could be read as a sentence or a command is not repeated.
 */
final class PlainWord {
    private static final Pattern WORD = Pattern.compile("[\\w./@-]{1,128}");

    private PlainWord() {}

    /** Empty where the word is not one to be repeated. */
    static Optional<String> of(String chosen) {
        return Optional.of(chosen).filter(word -> WORD.matcher(word).matches());
    }
}
