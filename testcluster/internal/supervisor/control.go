package supervisor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Phase of a cluster's life.
type Phase string

const (
	Starting Phase = "starting"
	Ready    Phase = "ready"
	Failed   Phase = "failed" // it did not become ready
)

// Status of a cluster.
type Status struct {
	Phase      Phase
	Message    string
	Began      time.Time
	Reached    time.Time // when this phase and message were
	Components []ComponentStatus
}

// ComponentStatus of one process.
type ComponentStatus struct {
	Name     string
	State    string // waiting, running or ended
	Healthy  bool
	Detail   string // why it is not healthy, or how it ended
	PID      int    // in the cluster's PID namespace
	Since    time.Time
	Restarts int
}

// Sound: the cluster is ready and nothing has ended or stopped answering since.
func (s Status) Sound() bool {
	for _, each := range s.Components {
		if !each.Healthy {
			return false
		}
	}
	return s.Phase == Ready
}

// Ended tells whether a component is not there any more.
func (s Status) Ended() bool {
	for _, each := range s.Components {
		if each.State == "ended" {
			return true
		}
	}
	return false
}

func (s *Supervisor) serve() error {
	listener, err := net.Listen("unix", s.spec.ControlSocket())
	if err != nil {
		return err
	}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /status", func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(s.status(r.Context()))
	})
	routes.HandleFunc("POST /restart", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Minute)
		defer cancel()
		s.answer(w, r, func(each *component) error {
			return s.restart(ctx, each, r.URL.Query().Get("kill") == "true")
		})
	})
	routes.HandleFunc("POST /signal", func(w http.ResponseWriter, r *http.Request) {
		s.answer(w, r, func(each *component) error {
			number, err := strconv.Atoi(r.URL.Query().Get("signal"))
			if err != nil {
				return err
			}
			running := s.processOf(each)
			if running == nil {
				return errors.New("it has not been started")
			}
			if err := running.signal(syscall.Signal(number)); err != nil {
				return err
			}
			if syscall.Signal(number) == syscall.SIGKILL {
				<-running.done // "killed" is then true when the command returns
			}
			return nil
		})
	})
	go func() {
		err := http.Serve(listener, routes)
		s.report(Failed, "the control socket ended: %v", err)
	}()
	return nil
}

func (s *Supervisor) answer(w http.ResponseWriter, r *http.Request, act func(*component) error) {
	each, err := s.find(r.URL.Query().Get("component"))
	if err == nil {
		err = act(each)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
	}
}

func (s *Supervisor) status(ctx context.Context) Status {
	s.mutex.Lock()
	status := Status{Phase: s.phase, Message: s.message, Began: s.began, Reached: s.reached, Components: make([]ComponentStatus, len(s.components))}
	s.mutex.Unlock()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	var probes sync.WaitGroup
	for i, each := range s.components {
		probes.Add(1)
		go func() {
			defer probes.Done()
			status.Components[i] = s.statusOf(ctx, each)
		}()
	}
	probes.Wait()
	return status
}

func (s *Supervisor) statusOf(ctx context.Context, each *component) ComponentStatus {
	s.mutex.Lock()
	running, restarts := each.process, each.restarts
	s.mutex.Unlock()
	status := ComponentStatus{Name: each.Name, State: "waiting", Restarts: restarts}
	if running == nil {
		return status
	}
	status.PID, status.Since = running.pid, running.began
	if !running.alive() {
		status.State, status.Since, status.Detail = "ended", running.ended, running.outcome()
		return status
	}
	status.State = "running"
	if err := each.Probe(ctx); err != nil {
		status.Detail = err.Error()
	} else {
		status.Healthy = true
	}
	return status
}

// Client asks a supervisor from outside of its namespaces.
type Client struct{ http *http.Client }

// NewClient for the supervisor that listens at socket.
func NewClient(socket string) Client {
	return Client{http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}}}}
}

// Status now.
func (c Client) Status(ctx context.Context) (Status, error) {
	var status Status
	answer, err := c.call(ctx, http.MethodGet, "/status", nil)
	if err != nil {
		return status, err
	}
	return status, json.Unmarshal(answer, &status)
}

// Restart a component and wait until it is healthy again.
func (c Client) Restart(ctx context.Context, component string, kill bool) error {
	_, err := c.call(ctx, http.MethodPost, "/restart", url.Values{"component": {component}, "kill": {strconv.FormatBool(kill)}})
	return err
}

// Signal a component.
func (c Client) Signal(ctx context.Context, component string, signal syscall.Signal) error {
	_, err := c.call(ctx, http.MethodPost, "/signal", url.Values{"component": {component}, "signal": {strconv.Itoa(int(signal))}})
	return err
}

func (c Client) call(ctx context.Context, method, path string, query url.Values) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://supervisor"+path+"?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s", bytes.TrimSpace(answer))
	}
	return answer, err
}
