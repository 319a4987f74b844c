package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const cgroupRoot = "/sys/fs/cgroup"

// cgroupHierarchies are the roots below which a cluster's cgroup is made: one for cgroup v2, one for each
// controller for v1.
func cgroupHierarchies() ([]string, error) {
	if _, err := os.Stat(filepath.Join(cgroupRoot, "cgroup.controllers")); err == nil {
		return []string{cgroupRoot}, nil
	}
	entries, err := os.ReadDir(cgroupRoot)
	if err != nil {
		return nil, err
	}
	var roots []string
	for _, entry := range entries {
		root := filepath.Join(cgroupRoot, entry.Name())
		if entry.IsDir() {
			if _, err := os.Stat(filepath.Join(root, "cgroup.procs")); err == nil {
				roots = append(roots, root)
			}
		}
	}
	return roots, nil
}

// CreateCgroup makes the cgroup below which the kubelet puts every pod.
func CreateCgroup(name string) error {
	roots, err := cgroupHierarchies()
	if err != nil {
		return err
	}
	for _, root := range roots {
		directory := filepath.Join(root, name)
		if err := os.MkdirAll(directory, 0o755); err != nil {
			return err
		}
		if filepath.Base(root) == "cpuset" && root != cgroupRoot {
			// A new cpuset of cgroup v1 has no processors and no memory, and nothing can be put into it.
			for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
				if value, err := os.ReadFile(filepath.Join(root, file)); err == nil && strings.TrimSpace(string(value)) != "" {
					if err := os.WriteFile(filepath.Join(directory, file), value, 0o644); err != nil {
						return fmt.Errorf("cgroup %s: %w", directory, err)
					}
				}
			}
		}
	}
	if len(roots) == 1 && roots[0] == cgroupRoot {
		return delegate(name)
	}
	return nil
}

// delegate lets cgroups below name use every controller (cgroup v2).
func delegate(name string) error {
	controllers, err := os.ReadFile(filepath.Join(cgroupRoot, "cgroup.controllers"))
	if err != nil {
		return err
	}
	for _, directory := range []string{cgroupRoot, filepath.Join(cgroupRoot, name)} {
		for _, controller := range strings.Fields(string(controllers)) {
			// One by one: a controller that cannot be enabled does not keep the others off.
			_ = os.WriteFile(filepath.Join(directory, "cgroup.subtree_control"), []byte("+"+controller), 0o644)
		}
	}
	return nil
}

// RemoveCgroup ends what is left in a cluster's cgroup and removes it. The processes ended with their PID
// namespace; the kernel takes a moment to let go of them.
func RemoveCgroup(name string) error {
	roots, err := cgroupHierarchies()
	if err != nil {
		return nil // no cgroups, nothing left in them
	}
	deadline := time.Now().Add(10 * time.Second)
	for {
		var failures []error
		for _, root := range roots {
			failures = append(failures, removeTree(filepath.Join(root, name)))
		}
		failure := errors.Join(failures...)
		if failure == nil || time.Now().After(deadline) {
			return failure
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func removeTree(top string) error {
	var directories []string
	_ = filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			directories = append(directories, path)
		}
		return nil
	})
	for i := len(directories) - 1; i >= 0; i-- {
		if err := os.Remove(directories[i]); err != nil && !os.IsNotExist(err) {
			killAll(directories[i])
			return err
		}
	}
	return nil
}

func killAll(directory string) {
	content, err := os.ReadFile(filepath.Join(directory, "cgroup.procs"))
	if err != nil {
		return
	}
	for _, line := range strings.Fields(string(content)) {
		if pid, err := strconv.Atoi(line); err == nil && pid > 1 {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
