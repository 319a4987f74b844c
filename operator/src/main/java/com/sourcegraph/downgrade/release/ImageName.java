package com.sourcegraph.downgrade.release;

import java.util.Objects;
import java.util.Optional;

/**
 * A container image's name in its parts. Private registries change everything before the basename and keep the basename,
 * so that is what tells which component an image is.
 *
 * @param repository everything before tag and digest, as written: {@code index.docker.io/sourcegraph/frontend}
 * @param basename the repository's last part: {@code frontend}
 * @param tag without its colon
 * @param digest without its {@code @}
 */
public record ImageName(String repository, String basename, Optional<String> tag, Optional<String> digest) {
    public ImageName {
        Objects.requireNonNull(repository, "repository");
        Objects.requireNonNull(basename, "basename");
        Objects.requireNonNull(tag, "tag");
        Objects.requireNonNull(digest, "digest");
    }

    /** Takes any text apart; what is no image name gives an odd basename that no component has, never an exception. */
    public static ImageName parse(String image) {
        String rest = image.strip();
        Optional<String> digest = Optional.empty();
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = Optional.of(rest.substring(at + 1));
            rest = rest.substring(0, at);
        }
        Optional<String> tag = Optional.empty();
        int colon = rest.lastIndexOf(':');
        // A colon before the last slash belongs to the registry's port.
        if (colon > rest.lastIndexOf('/')) {
            tag = Optional.of(rest.substring(colon + 1));
            rest = rest.substring(0, colon);
        }
        return new ImageName(rest, rest.substring(rest.lastIndexOf('/') + 1), tag, digest);
    }

    /**
     * The Sourcegraph release that the tag names. Empty without a tag, and for tags that are no full release number, such
     * as {@code latest}, {@code insiders}, {@code 7-alpine} or a number below 3. That a third-party image's tag looks
     * like a release cannot be told from the tag: ask {@link Components#byImage} first.
     */
    public Optional<Version> version() {
        try {
            return tag.map(Version::parse)
                    .filter(version -> version.patch().isPresent())
                    .filter(version -> version.major() >= 3);
        } catch (VersionFormatException e) {
            return Optional.empty();
        }
    }

    /** The same repository with another tag and no digest, because the digest belongs to the old tag. */
    public ImageName withTag(String newTag) {
        return new ImageName(repository, basename, Optional.of(newTag), Optional.empty());
    }

    /** The beside-standing repository of another component: {@code …/sourcegraph/frontend} to {@code …/sourcegraph/migrator}. */
    public ImageName withBasename(String newBasename) {
        String parent = repository.substring(0, repository.length() - basename.length());
        return new ImageName(parent + newBasename, newBasename, tag, digest);
    }

    /** The name as a pod template writes it. */
    @Override
    public String toString() {
        return repository
                + tag.map(t -> ":" + t).orElse("")
                + digest.map(d -> "@" + d).orElse("");
    }
}
