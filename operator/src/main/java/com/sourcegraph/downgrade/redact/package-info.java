/**
 * Keeps secrets out of everything a person can read: logs, events, status, reports. The migrator prints connection
 * strings with their passwords, and so do drivers in their error messages.
 */
package com.sourcegraph.downgrade.redact;
