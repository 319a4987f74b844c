/**
 * What is known of Sourcegraph's releases before looking at any instance: versions, the release line, the three
 * schemas, image names, the components each release ships, and which migrator can do what. Pure facts: no I/O, no
 * clock, no state.
 */
package com.sourcegraph.downgrade.release;
