package host

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"sourcegraph-downgrade.test/testcluster/internal/cluster"
	"sourcegraph-downgrade.test/testcluster/internal/supervisor"
)

// Fixed places where components write, whatever they are told: container logs and links to them, the
// kubelet's device plugin socket, the CNI library's cache. The cluster mounts folders of its own over them.
var coveredDirectories = []string{"/var/log", "/var/lib/kubelet", "/var/lib/cni"}

// Launch starts the supervisor of a prepared cluster. It is detached: it lives on when this process ends.
func Launch(spec cluster.Spec, link Link) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := os.Create(spec.Log("supervisor"))
	if err != nil {
		return err
	}
	defer log.Close()
	gate, open, err := os.Pipe()
	if err != nil {
		return err
	}
	defer gate.Close()
	defer open.Close()
	command := exec.Command(program, "supervise", spec.Directory)
	command.Dir = spec.Directory
	command.Stdin, command.Stdout, command.Stderr = gate, log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if !spec.ControlPlaneOnly {
		command.SysProcAttr.Cloneflags = syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("the supervisor cannot be started: %w", err)
	}
	go func() { _ = command.Wait() }() // so that it is no zombie where it ends while this process still waits for it
	if err := writeProcess(spec.Directory, command.Process.Pid); err != nil {
		return err
	}
	if !spec.ControlPlaneOnly {
		return link.Attach(command.Process.Pid)
	}
	return nil
}

// A process number is used again after a while; together with its start time it is not.
func writeProcess(directory string, pid int) error {
	started, alive := startTime(pid)
	if !alive {
		return errors.New("the supervisor ended at once; its log is " + filepath.Join(directory, "log", "supervisor.log"))
	}
	return os.WriteFile(filepath.Join(directory, "supervisor.pid"), []byte(fmt.Sprintf("%d %s\n", pid, started)), 0o644)
}

// SupervisorPID of the cluster in a directory, or 0 where none runs.
func SupervisorPID(directory string) int {
	content, err := os.ReadFile(filepath.Join(directory, "supervisor.pid"))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(content))
	if len(fields) != 2 {
		return 0
	}
	pid, err := strconv.Atoi(fields[0])
	if err != nil {
		return 0
	}
	if started, alive := startTime(pid); !alive || started != fields[1] {
		return 0
	}
	return pid
}

func startTime(pid int) (string, bool) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", false
	}
	fields := bytes.Fields(content[bytes.LastIndexByte(content, ')')+1:])
	if len(fields) < 20 || fields[0][0] == 'Z' || fields[0][0] == 'X' {
		return "", false
	}
	return string(fields[19]), true
}

// Stop ends the supervisor, and with it everything, and removes every trace on the machine but the logs.
func Stop(directory string) error {
	if pid := SupervisorPID(directory); pid != 0 {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && err != syscall.ESRCH {
			return fmt.Errorf("the supervisor, process %d, cannot be ended: %w", pid, err)
		}
		// PID 1 of a namespace is gone only after every other process in it is.
		for deadline := time.Now().Add(30 * time.Second); SupervisorPID(directory) != 0; {
			if time.Now().After(deadline) {
				return fmt.Errorf("the supervisor, process %d, does not end", pid)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	spec, err := cluster.Load(directory)
	if err != nil {
		if os.IsNotExist(err) {
			return nil // it did not get as far as to leave something outside of its directory
		}
		return err
	}
	if spec.ControlPlaneOnly {
		return nil
	}
	return errors.Join(RemoveLink(spec.Link), RemoveCgroup(spec.Cgroup()), uncover(spec))
}

// Cover says which folders the cluster mounts its own over, and makes those that do not exist.
func Cover(spec *cluster.Spec) error {
	spec.CoveredDirectories = coveredDirectories
	for _, directory := range coveredDirectories {
		if _, err := os.Stat(directory); err == nil {
			continue
		}
		spec.CreatedDirectories = append(spec.CreatedDirectories, directory)
		if err := os.MkdirAll(directory, 0o755); err != nil {
			return err
		}
	}
	return nil
}

func uncover(spec cluster.Spec) error {
	if len(spec.CreatedDirectories) == 0 {
		return nil
	}
	// To remove a folder undoes another cluster's mount over it. The last one to go removes it.
	siblings, err := filepath.Glob(filepath.Join(filepath.Dir(spec.Directory), "*", "cluster.json"))
	if err != nil {
		return err
	}
	for _, sibling := range siblings {
		other, err := cluster.Load(filepath.Dir(sibling))
		if err != nil || other.Directory == spec.Directory || other.ControlPlaneOnly || SupervisorPID(other.Directory) == 0 {
			continue
		}
		other.CreatedDirectories = union(other.CreatedDirectories, spec.CreatedDirectories)
		return other.Save()
	}
	for _, directory := range spec.CreatedDirectories {
		if err := os.Remove(directory); err != nil && !os.IsNotExist(err) {
			// Somebody else has put something there since: it is theirs now.
			if !errors.Is(err, syscall.ENOTEMPTY) {
				return err
			}
		}
	}
	return nil
}

func union(a, b []string) []string {
	seen := map[string]bool{}
	var all []string
	for _, each := range append(append([]string{}, a...), b...) {
		if !seen[each] {
			seen[each] = true
			all = append(all, each)
		}
	}
	return all
}

// soundWithin is how long a component of a ready cluster may take to answer its probe.
const soundWithin = 30 * time.Second

// AwaitReady reports what the cluster is doing until it is ready; its error says why it is not.
func AwaitReady(spec cluster.Spec, report func(string, ...any)) (supervisor.Status, error) {
	client := supervisor.NewClient(spec.ControlSocket())
	said := ""
	var ready time.Time
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		status, err := client.Status(ctx)
		cancel()
		if err == nil {
			if status.Phase == supervisor.Failed {
				return status, errors.New(status.Message + ended(status))
			}
			if status.Phase == supervisor.Ready && status.Sound() {
				return status, nil
			}
			if status.Phase == supervisor.Ready {
				// A probe that a busy machine does not answer in time is asked again; what has ended does not come back.
				if ready.IsZero() {
					ready = time.Now()
				}
				if status.Ended() || time.Since(ready) > soundWithin {
					return status, errors.New("it became ready, but not all components are healthy" + ended(status))
				}
			}
			if said != status.Message {
				said = status.Message
				report("%s", said)
			}
		} else if SupervisorPID(spec.Directory) == 0 {
			return status, errors.New("the supervisor ended:\n" + Tail(spec.Log("supervisor"), 15))
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// ended lists what is not healthy and why.
func ended(status supervisor.Status) string {
	var text strings.Builder
	for _, each := range status.Components {
		if each.State == "ended" || (each.State == "running" && !each.Healthy) {
			fmt.Fprintf(&text, "\n  %s is %s, %s", each.Name, each.State, each.Detail)
		}
	}
	return text.String()
}

// Tail of a file: its last lines, without reading all of it.
func Tail(path string, lines int) string {
	file, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	if size, err := file.Seek(0, io.SeekEnd); err == nil {
		_, _ = file.Seek(max(0, size-int64(lines)*400), io.SeekStart)
	}
	content, err := io.ReadAll(file)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimRight(string(content), "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
