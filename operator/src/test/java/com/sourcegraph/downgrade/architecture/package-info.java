/** Holds the cut of the code: which package may import which, and what no class may do. */
package com.sourcegraph.downgrade.architecture;
