package supervisor

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"

	"sourcegraph-downgrade.test/testcluster/internal/cluster"
)

// What the kubelet insists on, and would write into the machine's kernel if it read anything else. These are
// not per namespace, so it is shown files that already say so.
var kernelTunables = map[string]string{
	"vm/overcommit_memory":      "1",
	"vm/panic_on_oom":           "0",
	"kernel/panic":              "10",
	"kernel/panic_on_oops":      "1",
	"kernel/keys/root_maxkeys":  "1000000",
	"kernel/keys/root_maxbytes": "25000000",
}

// enterMounts makes the mount namespace the cluster's own: nothing mounted here reaches the machine, and what
// components write to fixed places lands in the cluster's directory.
func enterMounts(spec cluster.Spec) error {
	if err := mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return err
	}
	if err := mount("proc", "/proc", "proc", syscall.MS_NOSUID|syscall.MS_NODEV|syscall.MS_NOEXEC, ""); err != nil {
		return err
	}
	// containerd's shims, runc and the CNI plugins keep sockets, states and network namespaces below /run.
	// An empty one also keeps the components from finding the machine's systemd.
	if err := mount("tmpfs", "/run", "tmpfs", syscall.MS_NOSUID|syscall.MS_NODEV, "mode=0755"); err != nil {
		return err
	}
	for _, directory := range []string{"/run/netns", "/run/lock"} {
		if err := os.MkdirAll(directory, 0o755); err != nil {
			return err
		}
	}
	for _, covered := range spec.CoveredDirectories {
		own := spec.Path("host", covered)
		if err := os.MkdirAll(own, 0o755); err != nil {
			return err
		}
		if err := mount(own, covered, "", syscall.MS_BIND, ""); err != nil {
			return err
		}
	}
	for name, value := range kernelTunables {
		if err := show(spec.Path("host", "proc", name), value+"\n", "/proc/sys/"+name); err != nil {
			return err
		}
	}
	if err := enlargeNode(spec); err != nil {
		return err
	}
	// Pods that mount the host with HostToContainer (node-exporter does) need a shared one: "not a shared or
	// slave mount" otherwise. It is shared among the cluster's mounts only.
	return mount("", "/", "", syscall.MS_REC|syscall.MS_SHARED, "")
}

func mount(source, target, kind string, flags uintptr, data string) error {
	if err := syscall.Mount(source, target, kind, flags, data); err != nil {
		return fmt.Errorf("mount %s on %s: %w", source, target, err)
	}
	return nil
}

// enterNetwork brings up the loopback interface, the way out to the machine and the pods' bridge.
func (s *Supervisor) enterNetwork(ctx context.Context) error {
	ip := s.spec.IP
	for _, command := range [][]string{
		{ip, "link", "set", "lo", "up"},
		{ip, "addr", "add", s.spec.APIAddress + "/30", "dev", "eth0"},
		{ip, "link", "set", "eth0", "up"},
		{ip, "link", "add", cluster.Bridge, "type", "bridge"},
		{ip, "addr", "add", cluster.NodeAddress + "/24", "dev", cluster.Bridge},
		{ip, "link", "set", cluster.Bridge, "up"},
		// There is no default route, since nothing is meant to leave this machine. A process of the node itself
		// then needs a route to service addresses, or it is refused before kube-proxy's rules can translate them.
		{ip, "route", "add", cluster.ServiceNetwork, "dev", cluster.Bridge},
	} {
		if _, err := s.processes.run(ctx, s.spec.Path("tmp"), s.environment(), command...); err != nil {
			return err
		}
	}
	for name, value := range map[string]string{
		"net/ipv4/ip_forward":                "1",
		"net/bridge/bridge-nf-call-iptables": "1",
	} {
		path := "/proc/sys/" + name
		if current, err := os.ReadFile(path); err == nil && strings.TrimSpace(string(current)) == value {
			continue
		}
		if err := os.WriteFile(path, []byte(value), 0o644); err != nil {
			return fmt.Errorf("kernel setting %s: %w", name, err)
		}
	}
	return nil
}
