/** How the operator logs. */
package com.sourcegraph.downgrade.logging;
