/** A whole downgrade on one machine, for people who want to see it before they trust it. */
package com.sourcegraph.downgrade.demonstration;
