package com.sourcegraph.downgrade.testkit.service;

import com.sourcegraph.downgrade.testkit.postgres.Release;
import java.util.Optional;

/** An image's name taken apart: the last part of its path, and its tag. Registry, path and digest do not matter. */
record ImageName(String base, Optional<String> tag) {
    static ImageName parse(String image) {
        int digest = image.indexOf('@');
        String withoutDigest = digest < 0 ? image : image.substring(0, digest);
        String last = withoutDigest.substring(withoutDigest.lastIndexOf('/') + 1);
        int colon = last.indexOf(':');
        return colon < 0
                ? new ImageName(last, Optional.empty())
                : new ImageName(last.substring(0, colon), Optional.of(last.substring(colon + 1)));
    }

    /** The release that the tag stands for, as a service of that image would be compiled with it. */
    Optional<Release> release() {
        return tag.flatMap(Release::parse);
    }
}
