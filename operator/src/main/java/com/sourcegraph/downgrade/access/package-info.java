/**
 * In whose name the operator writes, and what that account may do. Every write to an instance's namespace goes through a
 * client that impersonates the service account which the namespace's owner has made for it.
 */
package com.sourcegraph.downgrade.access;
