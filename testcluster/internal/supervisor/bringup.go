package supervisor

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"sourcegraph-downgrade.test/testcluster/internal/cluster"
)

// Time a cluster gets to become ready. It takes seconds; this is for a machine that is busy with much else.
const startDeadline = 4 * time.Minute

func (s *Supervisor) bringUp() {
	ctx, cancel := context.WithTimeoutCause(context.Background(), startDeadline, fmt.Errorf("not ready %s after the start", startDeadline))
	defer cancel()
	if err := s.start(ctx); err != nil {
		s.report(Failed, "%v", err)
		return
	}
	s.report(Ready, "ready %.1f s after the start", time.Since(s.began).Seconds())
}

func (s *Supervisor) start(ctx context.Context) error {
	if !s.spec.ControlPlaneOnly {
		if err := s.enterNetwork(ctx); err != nil {
			return err
		}
	}
	for _, each := range s.components {
		if !each.NeedsAPI {
			if err := s.launch(each); err != nil {
				return err
			}
		}
	}
	pauseImported := make(chan error, 1)
	go func() { pauseImported <- s.importPauseImage(ctx) }()
	for _, name := range []string{"etcd", "apiserver"} {
		s.report(Starting, "waiting for %s", name)
		if err := s.untilHealthyNamed(ctx, name); err != nil {
			return err
		}
	}
	if err := <-pauseImported; err != nil {
		return err
	}
	for _, each := range s.components {
		if each.NeedsAPI {
			if err := s.launch(each); err != nil {
				return err
			}
		}
	}
	api, err := newAPI(s.spec)
	if err != nil {
		return err
	}
	if !s.spec.ControlPlaneOnly {
		s.report(Starting, "creating cluster DNS and storage classes")
		if err := s.until(ctx, func(ctx context.Context) error { return api.applyAll(ctx, s.spec) }); err != nil {
			return err
		}
	}
	for _, each := range s.components {
		s.report(Starting, "waiting for %s", each.Name)
		if err := s.untilHealthy(ctx, each); err != nil {
			return err
		}
	}
	if s.spec.ControlPlaneOnly && !s.spec.Controllers {
		return nil
	}
	s.report(Starting, "waiting for the default service account")
	if err := s.until(ctx, func(ctx context.Context) error {
		return api.exists(ctx, "/api/v1/namespaces/default/serviceaccounts/default")
	}); err != nil {
		return err
	}
	if s.spec.ControlPlaneOnly {
		return nil
	}
	s.report(Starting, "waiting for the node")
	if err := s.until(ctx, api.nodeReady(s.spec.Name)); err != nil {
		return err
	}
	// What kube-proxy and CoreDNS do is only seen when a service address is used.
	s.report(Starting, "waiting for service addresses")
	return s.until(ctx, serviceAddressesWork)
}

// until repeats an attempt until it succeeds, any component ends or time is up.
func (s *Supervisor) until(ctx context.Context, attempt func(context.Context) error) error {
	for {
		limited, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := attempt(limited)
		cancel()
		if err == nil {
			return nil
		}
		if ended := s.ended(); ended != nil {
			return ended
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// ended says which component has ended, if one has.
func (s *Supervisor) ended() error {
	for _, each := range s.components {
		if running := s.processOf(each); running != nil && !running.alive() {
			return endedError{component: each.Name, how: running.outcome(), after: running.ended.Sub(running.began)}
		}
	}
	return nil
}

func (s *Supervisor) untilHealthyNamed(ctx context.Context, name string) error {
	each, err := s.find(name)
	if err != nil {
		return err
	}
	return s.untilHealthy(ctx, each)
}

func (s *Supervisor) importPauseImage(ctx context.Context) error {
	if s.spec.ControlPlaneOnly {
		return nil
	}
	if err := s.untilHealthyNamed(ctx, "containerd"); err != nil {
		return err
	}
	return s.until(ctx, func(ctx context.Context) error {
		_, err := s.processes.run(ctx, s.spec.Path("tmp"), s.environment(), s.spec.Ctr, "--address", s.spec.ContainerdSocket(), "--namespace", "k8s.io", "images", "import", s.spec.PauseTar)
		return err
	})
}

func serviceAddressesWork(ctx context.Context) error {
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: time.Second}).DialContext(ctx, network, net.JoinHostPort(cluster.DNSServiceIP, "53"))
	}}
	addresses, err := resolver.LookupHost(ctx, "kubernetes.default.svc.cluster.local.")
	if err != nil {
		return fmt.Errorf("cluster DNS at its service address %s: %w", cluster.DNSServiceIP, err)
	}
	if len(addresses) == 0 || addresses[0] != cluster.APIServiceIP {
		return fmt.Errorf("cluster DNS answers %v for kubernetes.default", addresses)
	}
	connection, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", net.JoinHostPort(cluster.APIServiceIP, "443"))
	if err != nil {
		return fmt.Errorf("the API server's service address: %w", err)
	}
	return connection.Close()
}

// api is a client for the few requests made here.
type api struct {
	server string
	client *http.Client
}

func newAPI(spec cluster.Spec) (*api, error) {
	certificate, err := tls.LoadX509KeyPair(spec.Path("pki", "supervisor.crt"), spec.Path("pki", "supervisor.key"))
	if err != nil {
		return nil, err
	}
	authority, err := os.ReadFile(spec.Path("pki", "ca.crt"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	return &api{server: spec.APIServer(), client: &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{Certificates: []tls.Certificate{certificate}, RootCAs: roots},
	}}}, nil
}

func (a *api) request(ctx context.Context, method, path string, body any) ([]byte, error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, a.server+path, bytes.NewReader(encoded))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/apply-patch+yaml")
	response, err := a.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s: %s", method, path, response.Status, bytes.TrimSpace(answer))
	}
	return answer, err
}

func (a *api) exists(ctx context.Context, path string) error {
	_, err := a.request(ctx, http.MethodGet, path, nil)
	return err
}

func (a *api) nodeReady(name string) func(context.Context) error {
	return func(ctx context.Context) error {
		answer, err := a.request(ctx, http.MethodGet, "/api/v1/nodes/"+name, nil)
		if err != nil {
			return err
		}
		var node struct {
			Spec   struct{ Taints []struct{ Key string } }
			Status struct {
				Conditions []struct{ Type, Status, Message string }
			}
		}
		if err := json.Unmarshal(answer, &node); err != nil {
			return err
		}
		for _, condition := range node.Status.Conditions {
			if condition.Type == "Ready" && condition.Status != "True" {
				return fmt.Errorf("the node is not ready: %s", condition.Message)
			}
		}
		for _, taint := range node.Spec.Taints {
			return fmt.Errorf("the node still has the taint %s", taint.Key)
		}
		if len(node.Status.Conditions) == 0 {
			return errors.New("the node has not reported its conditions")
		}
		return nil
	}
}
