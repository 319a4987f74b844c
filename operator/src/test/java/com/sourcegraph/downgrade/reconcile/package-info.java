/** What surrounds a turn: configuration, and what is known of a resource. */
package com.sourcegraph.downgrade.reconcile;
