/** The record of runs that outlives the resources. */
package com.sourcegraph.downgrade.history;
