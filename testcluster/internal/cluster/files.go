package cluster

import (
	"fmt"
	"os"
)

// WriteConfiguration writes the components' configuration files.
func (s Spec) WriteConfiguration() error {
	for _, directory := range []string{"log", "tmp", "etcd"} {
		if err := os.MkdirAll(s.Path(directory), 0o755); err != nil {
			return err
		}
	}
	files := map[string]string{"audit-policy.yaml": auditPolicy}
	if !s.ControlPlaneOnly {
		for _, directory := range []string{"cni/net.d", "cni/data", "containerd", "kubelet-plugins", "volumes"} {
			if err := os.MkdirAll(s.Path(directory), 0o755); err != nil {
				return err
			}
		}
		files["cni/net.d/10-bridge.conflist"] = s.cni()
		files["containerd.toml"] = s.containerd()
		files["kubelet.yaml"] = s.kubelet()
		files["Corefile"] = s.corefile()
		// What pods with dnsPolicy Default get: there is nothing beside the cluster's own DNS to ask.
		files["resolv.conf"] = "nameserver " + DNSServiceIP + "\n"
	}
	for name, content := range files {
		if err := os.WriteFile(s.Path(name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Who asked for what, for tests that compare requests with granted verbs or count them. The cluster's own
// components are left out: they would be nine tenths of it.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  userGroups: ["system:nodes"]
- level: None
  users:
  - system:apiserver
  - system:kube-controller-manager
  - system:kube-scheduler
  - system:kube-proxy
  - testcluster:supervisor
  - testcluster:coredns
  - testcluster:volume-provisioner
- level: None
  userGroups: ["system:serviceaccounts:kube-system"]
- level: Metadata
`

func (s Spec) cni() string {
	return fmt.Sprintf(`{
  "cniVersion": "1.0.0",
  "name": "testcluster",
  "plugins": [
    {"type": "bridge", "bridge": %q, "isGateway": true, "ipMasq": true, "hairpinMode": true,
     "ipam": {"type": "host-local", "ranges": [[{"subnet": %q}]], "routes": [{"dst": "0.0.0.0/0"}], "dataDir": %q}},
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
`, Bridge, PodNetwork, s.Path("cni", "data"))
}

func (s Spec) containerd() string {
	return fmt.Sprintf(`version = 2
root = %[1]q
state = "/run/containerd"

[grpc]
  address = %[2]q

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = %[3]q
  # Lowering oom_score_adj takes CAP_SYS_RESOURCE, which a machine that is itself a container may lack; every
  # sandbox then fails with "can't get final child's PID from pipe: EOF".
  restrict_oom_score_adj = true

  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = %[4]q

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = %[5]q
    conf_dir = %[6]q

[plugins."io.containerd.internal.v1.opt"]
  path = %[7]q
`, s.Path("containerd", "root"), s.ContainerdSocket(), PauseImage, s.Snapshotter, s.CNIPlugins, s.Path("cni", "net.d"), s.Path("containerd", "opt"))
}

func (s Spec) kubelet() string {
	return fmt.Sprintf(`apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: %[1]q}
authorization: {mode: Webhook}
tlsCertFile: %[2]q
tlsPrivateKeyFile: %[3]q
containerRuntimeEndpoint: "unix://%[4]s"
cgroupDriver: cgroupfs
cgroupRoot: "/%[5]s"
clusterDNS: [%[6]q]
clusterDomain: cluster.local
resolvConf: %[7]q
volumePluginDir: %[8]q
failSwapOn: false
failCgroupV1: false
serializeImagePulls: false
maxPods: 200
# Nobody can pull a removed image again, and a test must not lose its pods to the machine's full disk.
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 100Mi, nodefs.available: 1%%, nodefs.inodesFree: 1%%, imagefs.available: 1%%}
`, s.Path("pki", "ca.crt"), s.Path("pki", "kubelet.crt"), s.Path("pki", "kubelet.key"), s.ContainerdSocket(),
		s.Cgroup(), DNSServiceIP, s.Path("resolv.conf"), s.Path("kubelet-plugins"))
}

func (s Spec) corefile() string {
	// Names outside the cluster do not exist: a client gets that answer at once instead of a timeout.
	return fmt.Sprintf(`.:53 {
    bind %s
    health 127.0.0.1:8181
    errors
    cache 5
    kubernetes cluster.local in-addr.arpa {
        kubeconfig %s
    }
    template ANY ANY . {
        rcode NXDOMAIN
    }
}
`, NodeAddress, s.Kubeconfig("coredns"))
}
