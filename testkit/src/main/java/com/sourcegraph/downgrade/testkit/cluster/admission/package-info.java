/**
 * What the API server adds to built-in kinds (defaults, allocated values) and what it refuses.
 *
 * <p>A stated subset. Defaults: pod specs, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, Service,
 * PersistentVolumeClaim, StorageClass, Secret, bindings, Ingress path types. Refused: what {@code Validations} and
 * {@code PodValidations} name; unknown fields and wrong types by the schema. Not checked: the contents of RBAC rules,
 * network policies, ingresses and autoscalers.
 */
package com.sourcegraph.downgrade.testkit.cluster.admission;
