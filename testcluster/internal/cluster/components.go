package cluster

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Component is one process of the cluster.
type Component struct {
	Name    string
	Command []string
	// NeedsAPI: started once the API server answers.
	NeedsAPI bool
	// Probe says why the component is not healthy, or nil.
	Probe func(context.Context) error
}

// Components in the order in which they start.
func (s Spec) Components() []Component {
	components := []Component{s.etcd(), s.apiserver()}
	if !s.ControlPlaneOnly {
		components = append(components, s.containerdProcess())
	}
	if !s.ControlPlaneOnly || s.Controllers {
		components = append(components, s.controllerManager())
	}
	if s.ControlPlaneOnly {
		return components
	}
	return append(components,
		Component{Name: "scheduler", NeedsAPI: true, Probe: healthz("https://127.0.0.1:10259/healthz"), Command: []string{s.Kube, "kube-scheduler",
			"--kubeconfig=" + s.Kubeconfig("scheduler"), "--leader-elect=false"}},
		Component{Name: "kubelet", NeedsAPI: true, Probe: healthz("http://127.0.0.1:10248/healthz"), Command: []string{s.Kube, "kubelet",
			"--config=" + s.Path("kubelet.yaml"), "--kubeconfig=" + s.Kubeconfig("kubelet"),
			"--hostname-override=" + s.Name, "--node-ip=" + NodeAddress, "--cert-dir=" + s.Path("pki")}},
		Component{Name: "proxy", NeedsAPI: true, Probe: healthz("http://127.0.0.1:10256/healthz"), Command: []string{s.Kube, "kube-proxy",
			"--kubeconfig=" + s.Kubeconfig("proxy"), "--hostname-override=" + s.Name, "--proxy-mode=iptables", "--cluster-cidr=" + PodNetwork,
			// Not to be set inside a network namespace: kube-proxy would end at once, after everything looked ready.
			"--conntrack-max-per-core=0", "--conntrack-tcp-timeout-established=0", "--conntrack-tcp-timeout-close-wait=0"}},
		Component{Name: "coredns", NeedsAPI: true, Probe: healthz("http://127.0.0.1:8181/health"), Command: []string{s.CoreDNS, "-conf", s.Path("Corefile")}},
		Component{Name: "volume-provisioner", NeedsAPI: true, Probe: healthz("http://127.0.0.1:10270/healthz"), Command: []string{s.Kube, "volume-provisioner",
			"--kubeconfig=" + s.Kubeconfig("volume-provisioner"), "--directory=" + s.Path("volumes"), "--node=" + s.Name, "--health-address=127.0.0.1:10270"}},
	)
}

func (s Spec) etcd() Component {
	client, peer, metrics := loopback(s.EtcdPort), loopback(s.EtcdPeer), loopback(s.EtcdMetrics)
	return Component{Name: "etcd", Probe: healthz(metrics + "/readyz"), Command: []string{s.Etcd,
		"--name=" + s.Name, "--data-dir=" + s.Path("etcd"), "--log-level=warn",
		"--unsafe-no-fsync", // the data does not outlive the cluster, and fsync is most of an API request's time
		"--listen-client-urls=" + client, "--advertise-client-urls=" + client,
		"--listen-peer-urls=" + peer, "--initial-advertise-peer-urls=" + peer, "--initial-cluster=" + s.Name + "=" + peer,
		"--listen-metrics-urls=" + metrics}}
}

func (s Spec) apiserver() Component {
	bind, advertise := "0.0.0.0", NodeAddress
	if s.ControlPlaneOnly {
		// A loopback address may not be advertised as an endpoint; nothing in this cluster follows it.
		bind, advertise = "127.0.0.1", "192.0.2.1"
	}
	command := []string{s.Kube, "kube-apiserver",
		"--etcd-servers=" + loopback(s.EtcdPort),
		"--bind-address=" + bind, "--secure-port=" + strconv.Itoa(s.APIPort), "--advertise-address=" + advertise,
		"--tls-cert-file=" + s.Path("pki", "apiserver.crt"), "--tls-private-key-file=" + s.Path("pki", "apiserver.key"),
		"--client-ca-file=" + s.Path("pki", "ca.crt"),
		"--service-account-key-file=" + s.Path("pki", "sa.pub"), "--service-account-signing-key-file=" + s.Path("pki", "sa.key"),
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-cluster-ip-range=" + ServiceNetwork,
		"--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction", "--allow-privileged=true",
		"--audit-policy-file=" + s.Path("audit-policy.yaml"), "--audit-log-path=" + s.Path("log", "audit.log"),
		"--audit-log-maxsize=200", "--audit-log-maxbackup=3",
		// Watches are closed when it is asked to end. By default it waits a minute for clients to close them.
		"--shutdown-watch-termination-grace-period=2s",
		"--profiling=false"}
	if s.ControlPlaneOnly && !s.Controllers {
		// Waits for a token controller that is not there, and would refuse every pod.
		command = append(command, "--disable-admission-plugins=ServiceAccount")
	}
	if !s.ControlPlaneOnly {
		command = append(command,
			"--kubelet-client-certificate="+s.Path("pki", "kubelet-client.crt"), "--kubelet-client-key="+s.Path("pki", "kubelet-client.key"),
			"--kubelet-certificate-authority="+s.Path("pki", "ca.crt"), "--kubelet-preferred-address-types=InternalIP")
	}
	return Component{Name: "apiserver", Probe: healthz(s.APIServer() + "/readyz"), Command: command}
}

func (s Spec) controllerManager() Component {
	kubeconfig := s.Kubeconfig("controller-manager")
	return Component{Name: "controller-manager", NeedsAPI: true, Probe: healthz(fmt.Sprintf("https://127.0.0.1:%d/healthz", s.Manager)), Command: []string{s.Kube, "kube-controller-manager",
		"--kubeconfig=" + kubeconfig, "--authentication-kubeconfig=" + kubeconfig, "--authorization-kubeconfig=" + kubeconfig,
		"--bind-address=127.0.0.1", "--secure-port=" + strconv.Itoa(s.Manager),
		"--use-service-account-credentials=true", "--service-account-private-key-file=" + s.Path("pki", "sa.key"),
		"--root-ca-file=" + s.Path("pki", "ca.crt"),
		"--cluster-signing-cert-file=" + s.Path("pki", "ca.crt"), "--cluster-signing-key-file=" + s.Path("pki", "ca.key"),
		"--leader-elect=false"}}
}

func (s Spec) containerdProcess() Component {
	socket := s.ContainerdSocket()
	return Component{Name: "containerd", Command: []string{s.Containerd, "--config", s.Path("containerd.toml")}, Probe: func(ctx context.Context) error {
		connection, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
		if err != nil {
			return err
		}
		return connection.Close()
	}}
}

func loopback(port int) string { return fmt.Sprintf("http://127.0.0.1:%d", port) }

// healthz asks without credentials and without knowing the certificate: most components make up their own,
// and only what it answers matters. Connections are not kept, so that a restarted component is asked itself.
func healthz(url string) func(context.Context) error {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, Timeout: 5 * time.Second}
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(io.LimitReader(response.Body, 4096))
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s answered %s: %s", url, response.Status, strings.TrimSpace(string(body)))
		}
		return nil
	}
}
