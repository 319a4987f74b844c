/**
 * The Kubernetes API over HTTP: transport, discovery, verbs, watches, server-side printing.
 *
 * <p>Watches and followed logs go over WebSocket (Fabric8) and as chunked HTTP (kubectl). A watch that asks for bookmarks
 * gets one after its initial events and one before it ends. Refused with 501 and the feature's name: subresources such as
 * {@code exec}, {@code eviction} and {@code token}, server-side apply of {@code scale}, impersonation of groups. Protobuf is
 * answered 415, so {@code kubectl create namespace} and the other commands of {@code kubectl} that send it have to be an
 * {@code apply} of their {@code --dry-run=client -o yaml}. The README of the test kit has the whole list.
 */
package com.sourcegraph.downgrade.testkit.cluster.api;
