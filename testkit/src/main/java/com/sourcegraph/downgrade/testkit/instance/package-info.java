/**
 * A Sourcegraph instance in the in-memory cluster: release manifests, real ones or a sample of the same shape, installed as
 * a person installs them and connected to a real PostgreSQL.
 */
package com.sourcegraph.downgrade.testkit.instance;
