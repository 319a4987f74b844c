/** Root of the testkit's packages. */
package com.sourcegraph.downgrade.testkit;
