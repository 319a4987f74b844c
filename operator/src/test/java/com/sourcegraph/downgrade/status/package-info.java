/** What a person and a tool read in the status, the conditions and the events. */
package com.sourcegraph.downgrade.status;
