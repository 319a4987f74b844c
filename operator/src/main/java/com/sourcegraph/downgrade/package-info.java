/** Root of the operator's packages. */
package com.sourcegraph.downgrade;
