package com.sourcegraph.downgrade.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class that runs beside others on the cluster that {@code e2e.kubeconfig} names: it keeps to its own namespace, which
 * {@link StoryOperator#NAMESPACES} lists, and shares the operator that its constructor is given. Skipped loudly where no
 * cluster is named.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("e2e")
@ExtendWith({ClusterCondition.class, StoryOperators.class})
@interface Story {}
