// Package cluster describes one cluster: where it lives, its addresses, its certificates, the components'
// configuration files and command lines. It starts nothing.
package cluster

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// Inside the cluster's own network namespace addresses may repeat from cluster to cluster.
	NodeAddress    = "10.244.0.1"
	PodNetwork     = "10.244.0.0/24"
	ServiceNetwork = "10.96.0.0/16"
	APIServiceIP   = "10.96.0.1"
	DNSServiceIP   = "10.96.0.10"
	Bridge         = "cni0"
	PauseImage     = "registry.k8s.io/pause:testcluster"
	CgroupPrefix   = "sourcegraph-downgrade-testcluster-"
)

// Spec is all a cluster's supervisor has to know; it is written to cluster.json in Directory.
type Spec struct {
	Name      string
	Directory string

	// ControlPlaneOnly: etcd and kube-apiserver, as ordinary processes on this machine's loopback
	// interface; without it a whole node in namespaces of its own.
	ControlPlaneOnly bool
	// Controllers adds kube-controller-manager to a control plane without node.
	Controllers bool

	APIAddress  string
	APIPort     int
	EtcdPort    int
	EtcdPeer    int
	EtcdMetrics int
	Manager     int

	// Link is the host's end of the pair of links that leads into the cluster, LinkAddress its address.
	Link        string
	LinkAddress string

	Kube, Etcd, CoreDNS           string
	Containerd, Ctr, IP, PauseTar string
	CNIPlugins                    string
	Snapshotter                   string

	// CoveredDirectories are folders of the host over which the cluster mounts its own; Created those of
	// them that did not exist before and are to be removed again.
	CoveredDirectories []string
	CreatedDirectories []string

	StorageClasses []string

	// NodeCPUs and NodeMemory (GiB), where set, are what the node says it has.
	NodeCPUs, NodeMemory int
}

// Path is a path below the cluster's directory.
func (s Spec) Path(elements ...string) string {
	return filepath.Join(append([]string{s.Directory}, elements...)...)
}

// Log is where a component's output goes.
func (s Spec) Log(component string) string { return s.Path("log", component+".log") }

// ControlSocket is where the supervisor answers.
func (s Spec) ControlSocket() string { return s.Path("control.sock") }

// Kubeconfig of a user.
func (s Spec) Kubeconfig(user string) string { return s.Path(user + ".kubeconfig") }

// Cgroup is the name of the cgroup below which all containers live.
func (s Spec) Cgroup() string { return CgroupPrefix + s.Name }

// APIServer is the address clients use.
func (s Spec) APIServer() string { return fmt.Sprintf("https://%s:%d", s.APIAddress, s.APIPort) }

// ContainerdSocket is where containerd listens.
func (s Spec) ContainerdSocket() string { return s.Path("containerd.sock") }

// Lacks is what somebody asks for, in words, and this cluster, which is up, is not; empty for nothing. What is not asked for may be
// anything: "up" without options is content with every node.
func (s Spec) Lacks(asked Spec) string {
	switch {
	case asked.ControlPlaneOnly && !s.ControlPlaneOnly:
		return "a whole node, not a control plane only"
	case !asked.ControlPlaneOnly && s.ControlPlaneOnly:
		return "a control plane only, not a whole node"
	case asked.Controllers && !s.Controllers:
		return "without controllers"
	case asked.NodeCPUs > 0 && asked.NodeCPUs != s.NodeCPUs:
		return fmt.Sprintf("with %s processors instead of %d", said(s.NodeCPUs, ""), asked.NodeCPUs)
	case asked.NodeMemory > 0 && asked.NodeMemory != s.NodeMemory:
		return fmt.Sprintf("with %s of memory instead of %d GiB", said(s.NodeMemory, " GiB"), asked.NodeMemory)
	case len(asked.StorageClasses) > 0 && !slices.Equal(asked.StorageClasses, s.StorageClasses):
		return fmt.Sprintf("with storage classes %s instead of %s", strings.Join(s.StorageClasses, ", "), strings.Join(asked.StorageClasses, ", "))
	}
	return ""
}

func said(number int, unit string) string {
	if number == 0 {
		return "this machine's own"
	}
	return fmt.Sprintf("%d%s", number, unit)
}

// Save writes cluster.json.
func (s Spec) Save() error {
	content, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(s.Path("cluster.json"), append(content, '\n'), 0o600)
}

// Load reads cluster.json.
func Load(directory string) (Spec, error) {
	var spec Spec
	content, err := os.ReadFile(filepath.Join(directory, "cluster.json"))
	if err != nil {
		return spec, err
	}
	return spec, json.Unmarshal(content, &spec)
}
