/** What is seen of an instance, and what of it is kept between looks. */
package com.sourcegraph.downgrade.observe;
