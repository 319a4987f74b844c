// The test cluster's own programs. They use the standard library only, so that they build in a second
// and need no download; what is large (Kubernetes, etcd, CoreDNS, the tools) has a module of its own.
module sourcegraph-downgrade.test/testcluster

go 1.24.0
