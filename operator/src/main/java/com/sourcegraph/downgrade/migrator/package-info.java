/**
 * Sourcegraph's migrator: its command line, the Jobs it runs in, what its log says, and why it failed.
 *
 * <p>Nothing here decides whether it may run; that is the plan's. The only requests made are reads of logs and of the
 * keys of ConfigMaps and Secrets.
 */
package com.sourcegraph.downgrade.migrator;
