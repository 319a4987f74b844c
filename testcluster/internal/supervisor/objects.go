package supervisor

import (
	"context"
	"net/http"

	"sourcegraph-downgrade.test/testcluster/internal/cluster"
)

type object = map[string]any

// volumeProvisioner is the name under which the component volume-provisioner answers.
const volumeProvisioner = "testcluster.downgrade.sourcegraph.com/directory"

// applyAll creates what every cluster has: its DNS service, which leads to the CoreDNS process beside the
// API server and therefore has no selector, and its storage classes, of which the first is the default.
func (a *api) applyAll(ctx context.Context, spec cluster.Spec) error {
	type port = object
	service := object{
		"apiVersion": "v1", "kind": "Service", "metadata": object{"name": "kube-dns"},
		"spec": object{"clusterIP": cluster.DNSServiceIP, "ports": []port{
			{"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53},
			{"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53},
		}},
	}
	endpoints := object{
		"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
		"metadata":    object{"name": "kube-dns-process", "labels": object{"kubernetes.io/service-name": "kube-dns"}},
		"addressType": "IPv4",
		"ports":       []port{{"name": "dns", "port": 53, "protocol": "UDP"}, {"name": "dns-tcp", "port": 53, "protocol": "TCP"}},
		"endpoints":   []object{{"addresses": []string{cluster.NodeAddress}}},
	}
	if err := a.apply(ctx, "/api/v1/namespaces/kube-system/services/kube-dns", service); err != nil {
		return err
	}
	if err := a.apply(ctx, "/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices/kube-dns-process", endpoints); err != nil {
		return err
	}
	for i, name := range spec.StorageClasses {
		metadata := object{"name": name}
		if i == 0 {
			metadata["annotations"] = object{"storageclass.kubernetes.io/is-default-class": "true"}
		}
		if err := a.apply(ctx, "/apis/storage.k8s.io/v1/storageclasses/"+name, object{
			"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": metadata,
			"provisioner": volumeProvisioner, "reclaimPolicy": "Delete", "volumeBindingMode": "WaitForFirstConsumer",
		}); err != nil {
			return err
		}
	}
	return nil
}

func (a *api) apply(ctx context.Context, path string, body object) error {
	_, err := a.request(ctx, http.MethodPatch, path+"?fieldManager=testcluster&force=true", body)
	return err
}
