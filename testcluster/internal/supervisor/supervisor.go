// Package supervisor is the one process that holds a cluster: PID 1 of its namespaces. It starts the
// components, watches them, and answers on a socket. When it ends, everything ends.
package supervisor

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"sourcegraph-downgrade.test/testcluster/internal/cluster"
)

// Supervisor of one cluster.
type Supervisor struct {
	spec       cluster.Spec
	processes  *processes
	components []*component
	began      time.Time

	mutex   sync.Mutex
	phase   Phase
	message string
	reached time.Time
}

type component struct {
	cluster.Component
	mutex    sync.Mutex // held while it is started or restarted
	process  *process
	restarts int
}

// Run is the supervisor's whole life. Its standard input ends when the machine's side of the network is there.
func Run(directory string) error {
	spec, err := cluster.Load(directory)
	if err != nil {
		return err
	}
	supervisor := &Supervisor{spec: spec, began: time.Now(), phase: Starting, message: "starting"}
	if !spec.ControlPlaneOnly {
		if err := enterMounts(spec); err != nil {
			return err
		}
		if err := syscall.Sethostname([]byte(spec.Name)); err != nil {
			return fmt.Errorf("host name: %w", err)
		}
	}
	supervisor.processes = newProcesses()
	for _, each := range spec.Components() {
		supervisor.components = append(supervisor.components, &component{Component: each})
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	if err := supervisor.serve(); err != nil {
		return err
	}
	go supervisor.bringUp()

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
	return nil // the children are killed with their parent, and a namespace with its PID 1
}

func (s *Supervisor) environment() []string {
	environment := []string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=" + s.spec.Path("tmp"),
		"TMPDIR=" + s.spec.Path("tmp"),
		"KUBECONFIG=" + s.spec.Kubeconfig("admin"),
	}
	if zone := os.Getenv("TZ"); zone != "" {
		environment = append(environment, "TZ="+zone)
	}
	return environment
}

func (s *Supervisor) report(phase Phase, format string, arguments ...any) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.phase, s.message, s.reached = phase, fmt.Sprintf(format, arguments...), time.Now()
	fmt.Printf("%s %s: %s\n", s.reached.Format(time.RFC3339Nano), phase, s.message)
}

func (s *Supervisor) find(name string) (*component, error) {
	var names []string
	for _, each := range s.components {
		if each.Name == strings.TrimPrefix(name, "kube-") {
			return each, nil
		}
		names = append(names, each.Name)
	}
	return nil, fmt.Errorf("there is no component %q; there are %s", name, strings.Join(names, ", "))
}

// launch starts a component; its log carries on where a previous process left it.
func (s *Supervisor) launch(each *component) error {
	log, err := os.OpenFile(s.spec.Log(each.Name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	started, err := s.processes.start(each.Command, s.spec.Directory, s.environment(), log)
	if err != nil {
		return fmt.Errorf("%s cannot be started: %w", each.Name, err)
	}
	s.mutex.Lock()
	each.process = started
	s.mutex.Unlock()
	return nil
}

// restart ends a component, with SIGKILL where asked or where SIGTERM takes longer than ten seconds, starts
// it again and waits until it is healthy.
func (s *Supervisor) restart(ctx context.Context, each *component, kill bool) error {
	each.mutex.Lock()
	defer each.mutex.Unlock()
	if old := s.processOf(each); old != nil && old.alive() {
		first := syscall.SIGTERM
		if kill {
			first = syscall.SIGKILL
		}
		_ = old.signal(first)
		_ = old.signal(syscall.SIGCONT) // a stopped process gets no SIGTERM
		select {
		case <-old.done:
		case <-time.After(10 * time.Second):
			_ = old.signal(syscall.SIGKILL)
			<-old.done
		}
	}
	if err := s.launch(each); err != nil {
		return err
	}
	s.mutex.Lock()
	each.restarts++
	s.mutex.Unlock()
	return s.untilHealthy(ctx, each)
}

func (s *Supervisor) processOf(each *component) *process {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return each.process
}

// untilHealthy waits for a component's probe, and gives up when its process ends.
func (s *Supervisor) untilHealthy(ctx context.Context, each *component) error {
	running := s.processOf(each)
	for {
		err := each.Probe(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-running.done:
			return endedError{component: each.Name, how: running.outcome(), after: running.ended.Sub(running.began)}
		case <-ctx.Done():
			return fmt.Errorf("%s is not healthy: %w", each.Name, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// endedError: a component ended although nobody asked it to.
type endedError struct {
	component, how string
	after          time.Duration
}

func (e endedError) Error() string {
	return fmt.Sprintf("%s ended, %s, %.1f s after its start", e.component, e.how, e.after.Seconds())
}
