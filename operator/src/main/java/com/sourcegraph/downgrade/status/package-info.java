/**
 * The journal and the conditions: the only writer of the resource's status, and of the events and log lines that follow
 * from what it wrote.
 */
package com.sourcegraph.downgrade.status;
