/**
 * Looks into the three databases of an instance: version, migration logs, out-of-band migrations, sessions.
 *
 * <p>Every look opens at most one read-only connection per database and closes it again, under short timeouts; a
 * database that does not answer is a result, not an exception.
 */
package com.sourcegraph.downgrade.database;
