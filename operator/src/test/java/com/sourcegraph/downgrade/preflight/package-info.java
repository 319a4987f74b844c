/** Every sentence that preflight says to a person. */
package com.sourcegraph.downgrade.preflight;
