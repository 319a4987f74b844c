/**
 * The controllers of the in-memory cluster: Deployment with ReplicaSet, StatefulSet, DaemonSet, Job, garbage collection,
 * volumes and namespaces. CronJobs are kept and never run; HorizontalPodAutoscalers are kept and never scale; disruption
 * budgets are kept and never hold anything up.
 */
package com.sourcegraph.downgrade.testkit.cluster.controller;
