/** The Helm chart: its values, what it renders, and what its roles grant. */
package com.sourcegraph.downgrade.chart;
