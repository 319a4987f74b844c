package supervisor

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"sourcegraph-downgrade.test/testcluster/internal/cluster"
)

// enlargeNode shows the kubelet more processors and memory than there are, so that manifests for big machines
// are scheduled with the requests they have. The kubelet counts in /proc and /sys, and so do the other
// components; pods have file systems of their own there and see the real machine.
func enlargeNode(spec cluster.Spec) error {
	shown := spec.Path("host", "machine")
	if spec.NodeMemory > 0 {
		kilobytes := strconv.FormatInt(int64(spec.NodeMemory)<<20, 10)
		real, err := os.ReadFile("/proc/meminfo")
		if err != nil {
			return err
		}
		total := regexp.MustCompile(`(?m)^MemTotal:.*$`)
		if err := show(filepath.Join(shown, "meminfo"), string(total.ReplaceAll(real, []byte("MemTotal: "+kilobytes+" kB"))), "/proc/meminfo"); err != nil {
			return err
		}
	}
	if spec.NodeCPUs == 0 {
		return nil
	}
	online, err := os.ReadFile("/sys/devices/system/cpu/online")
	if err != nil {
		return err
	}
	real, err := parseList(strings.TrimSpace(string(online)))
	if err != nil {
		return err
	}
	// With a NUMA topology processors are counted by its nodes, otherwise by their own folders.
	const numa, processors = "/sys/devices/system/node", "/sys/devices/system/cpu"
	target, below := numa, "node0"
	if _, err := os.Stat(numa + "/node0"); err != nil {
		target, below = processors, "."
	}
	files := map[string]string{"distance": "10\n", "meminfo": fmt.Sprintf("Node 0 MemTotal: %d kB\n", int64(spec.NodeMemory)<<20)}
	for core := range spec.NodeCPUs {
		// The kubelet puts containers on the processors it finds, and the kernel refuses those that are not there.
		// So the many cores are real processors under more names: cpu1, cpu01, cpu001 all read as number 1.
		name := fmt.Sprintf("cpu%s%d", strings.Repeat("0", core/len(real)), real[core%len(real)])
		files[name+"/topology/core_id"] = strconv.Itoa(core) + "\n"
		files[name+"/topology/physical_package_id"] = "0\n"
	}
	for name, content := range files {
		if err := write(filepath.Join(shown, "topology", below, name), content); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Join(shown, "topology", below, "hugepages"), 0o755); err != nil {
		return err
	}
	if target == processors {
		if err := write(filepath.Join(shown, "topology", "online"), string(online)); err != nil {
			return err
		}
	}
	return mount(filepath.Join(shown, "topology"), target, "", syscall.MS_BIND, "")
}

// parseList reads the kernel's way of listing processors: 0-3,8.
func parseList(text string) ([]int, error) {
	var all []int
	for _, part := range strings.Split(text, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, err := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		if err != nil || err2 != nil || from > to {
			return nil, fmt.Errorf("not a list of processors: %q", text)
		}
		for each := from; each <= to; each++ {
			all = append(all, each)
		}
	}
	return all, nil
}

// show makes the components read content at path; nothing else on the machine does.
func show(file, content, path string) error {
	if err := write(file, content); err != nil {
		return err
	}
	return mount(file, path, "", syscall.MS_BIND, "")
}

func write(file, content string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(content), 0o644)
}
