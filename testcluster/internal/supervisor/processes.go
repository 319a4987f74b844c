package supervisor

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// processes starts and reaps. The supervisor is PID 1 of its namespace: orphans of every container become
// its children, so it alone waits for all of them, and os/exec, which waits for its own, is not used.
type processes struct {
	mutex   sync.Mutex
	running map[int]*process
	spawn   chan func()
}

type process struct {
	pid   int
	began time.Time
	done  chan struct{} // closed when it has ended
	ended time.Time
	how   syscall.WaitStatus
}

func newProcesses() *processes {
	p := &processes{running: map[int]*process{}, spawn: make(chan func())}
	children := make(chan os.Signal, 1)
	signal.Notify(children, syscall.SIGCHLD)
	go p.reap(children)
	go func() {
		// A child's death signal is sent when the thread that started it ends, so that thread must not.
		runtime.LockOSThread()
		for start := range p.spawn {
			start()
		}
	}()
	return p
}

func (p *processes) reap(children <-chan os.Signal) {
	for range children {
		for {
			var status syscall.WaitStatus
			p.mutex.Lock()
			pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
			if pid > 0 {
				if child := p.running[pid]; child != nil {
					child.ended, child.how = time.Now(), status
					delete(p.running, pid)
					close(child.done)
				}
			}
			p.mutex.Unlock()
			if pid <= 0 && err != syscall.EINTR {
				break
			}
		}
	}
}

// start runs a command in the given directory with both its outputs going to a file.
func (p *processes) start(command []string, directory string, environment []string, output *os.File) (*process, error) {
	program, err := exec.LookPath(command[0])
	if err != nil {
		return nil, err
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	defer null.Close()
	child := &process{done: make(chan struct{}), began: time.Now()}
	result := make(chan error)
	p.spawn <- func() {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		pid, err := syscall.ForkExec(program, command, &syscall.ProcAttr{
			Dir: directory, Env: environment,
			Files: []uintptr{null.Fd(), output.Fd(), output.Fd()},
			// A process group of its own: a signal typed at a terminal is not for the components.
			Sys: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true},
		})
		if err == nil {
			child.pid = pid
			p.running[pid] = child
		}
		result <- err
	}
	if err := <-result; err != nil {
		return nil, fmt.Errorf("%s: %w", program, err)
	}
	return child, nil
}

// run waits for a command and returns what it printed.
func (p *processes) run(ctx context.Context, directory string, environment []string, command ...string) (string, error) {
	output, err := os.CreateTemp(directory, "run-*")
	if err != nil {
		return "", err
	}
	defer os.Remove(output.Name())
	defer output.Close()
	child, err := p.start(command, directory, environment, output)
	if err != nil {
		return "", err
	}
	select {
	case <-child.done:
	case <-ctx.Done():
		child.signal(syscall.SIGKILL)
		<-child.done
	}
	printed, err := os.ReadFile(output.Name())
	if err == nil && (!child.how.Exited() || child.how.ExitStatus() != 0) {
		err = fmt.Errorf("%v: %s: %s", command, child.outcome(), printed)
	}
	return string(printed), err
}

func (c *process) alive() bool {
	select {
	case <-c.done:
		return false
	default:
		return true
	}
}

// signal reaches the process while it lives; its number is not given to another before it is reaped.
func (c *process) signal(signal syscall.Signal) error {
	if !c.alive() {
		return fmt.Errorf("it has ended: %s", c.outcome())
	}
	return syscall.Kill(c.pid, signal)
}

func (c *process) outcome() string {
	if c.how.Signaled() {
		return "killed by signal " + c.how.Signal().String()
	}
	return fmt.Sprintf("exit status %d", c.how.ExitStatus())
}
