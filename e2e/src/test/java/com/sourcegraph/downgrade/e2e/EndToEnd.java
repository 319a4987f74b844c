package com.sourcegraph.downgrade.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A test class that needs the cluster that {@code e2e.kubeconfig} names, and is skipped loudly where none is named. It has the
 * cluster for itself: its operator may watch every namespace.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("e2e")
@ExtendWith(ClusterCondition.class)
@Isolated("may install operators, and another state of the definition")
@interface EndToEnd {}
