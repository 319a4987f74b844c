package com.sourcegraph.downgrade.testkit.service;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The frontend's internal API, which gives the other services their data sources: without a frontend that serves, a
 * service that starts learns nothing and waits. One that has started keeps its sessions when the frontends go.
 */
interface InternalApi {
    /** A frontend serves, and gives out the databases that its environment names. */
    void opened(Map<String, String> environment);

    /** That frontend serves no more. */
    void closed();

    /** The variables that lead to the databases; empty while no frontend answers. */
    Optional<Map<String, String>> databases();

    /** How long a service waits before it asks again. */
    Duration betweenQuestions();
}
