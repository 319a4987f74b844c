/** Holds the pages in {@code docs/} and the readmes against the code that they tell of, so that neither drifts from the other. */
package com.sourcegraph.downgrade.docs;
