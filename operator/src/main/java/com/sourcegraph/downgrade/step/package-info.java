/** Acts: one class turns one action of the plan into one idempotent effect, in the name of the instance's service account. */
package com.sourcegraph.downgrade.step;
