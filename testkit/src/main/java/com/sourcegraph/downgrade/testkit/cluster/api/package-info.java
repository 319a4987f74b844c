/**
 * The Kubernetes API over HTTP: transport, discovery, verbs, watches, server-side printing.
 *
 * <p>Watches and followed logs go over WebSocket (Fabric8) and as chunked HTTP (kubectl). Refused with 501 and the
 * feature's name: subresources such as {@code exec}, {@code eviction} and {@code token}, server-side apply of
 * {@code scale}, continuing a list. Protobuf is answered 415, so {@code kubectl create namespace} and the
 * other commands of {@code kubectl} that send it have to be an {@code apply} of their {@code --dry-run=client -o yaml}; the aggregated form of discovery is answered with the plain
 * one. Lists are never cut into pages; bookmarks may be asked for and are not sent.
 */
package com.sourcegraph.downgrade.testkit.cluster.api;
