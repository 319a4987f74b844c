/**
 * The contract of the in-memory API: exchanges of raw requests and answers that a real kube-apiserver has given. The
 * scenarios and the answers lie in {@code testkit/contract}; the README of the test kit tells how they are used.
 */
package com.sourcegraph.downgrade.testkit.contract;
