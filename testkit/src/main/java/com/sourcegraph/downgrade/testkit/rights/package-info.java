/** Rights that a role grants beside those that a recorded run has used. */
package com.sourcegraph.downgrade.testkit.rights;
