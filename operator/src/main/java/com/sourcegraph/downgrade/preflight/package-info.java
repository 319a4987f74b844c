/** The checks before anything is written: one class a check, each pure over what was seen, each with a remedy for people. */
package com.sourcegraph.downgrade.preflight;
