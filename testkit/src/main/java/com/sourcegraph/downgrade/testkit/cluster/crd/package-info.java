/**
 * CustomResourceDefinitions and the judgement of custom resources.
 *
 * <p>Supported: types, required, enum, pattern, lengths, bounds, formats (date-time, date, duration, uuid, uri, byte),
 * list types, allOf/anyOf/oneOf/not, nullable, int-or-string, preserve-unknown-fields, pruning, defaults, ratcheting of
 * what an update leaves unchanged, and {@code x-kubernetes-validations} by a real CEL engine with transition rules,
 * {@code optionalOldSelf}, {@code messageExpression}, {@code fieldPath} and {@code reason}. Rules are type-checked against
 * the schema. Not supported: conversion between versions, CEL cost limits, the Kubernetes CEL libraries for URLs, IP
 * addresses, quantities and formats, embedded resources.
 */
package com.sourcegraph.downgrade.testkit.cluster.crd;
