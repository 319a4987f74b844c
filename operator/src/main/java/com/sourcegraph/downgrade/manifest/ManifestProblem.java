package com.sourcegraph.downgrade.manifest;

/**
 * One thing that keeps the manifests from being read, told to a person.
 *
 * @param where the object, key, document and line
 * @param message what is wrong
 * @param remedy what to do about it
 */
public record ManifestProblem(String where, String message, String remedy) {

    @Override
    public String toString() {
        return where + ": " + message + " " + remedy;
    }
}
