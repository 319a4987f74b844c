// Package host is what a cluster needs of the machine and leaves to it: packages, links, cgroups, folders.
package host

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// CNIPluginDirectories are where distributions put the CNI plugins.
var CNIPluginDirectories = []string{"/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni"}

type requirement struct {
	what, debian string
	present      func() bool
}

var requirements = []requirement{
	{"containerd", "containerd", commandPresent("containerd")},
	{"ctr", "containerd", commandPresent("ctr")},
	{"containerd-shim-runc-v2", "containerd", commandPresent("containerd-shim-runc-v2")},
	{"runc", "runc", commandPresent("runc")},
	{"iptables", "iptables", commandPresent("iptables")},
	{"ip", "iproute2", commandPresent("ip")},
	{"mount", "mount", commandPresent("mount")},
	{"nsenter", "util-linux", commandPresent("nsenter")},
	{"CNI plugins bridge, host-local, portmap and loopback", "containernetworking-plugins", func() bool { return CNIPlugins() != "" }},
}

func commandPresent(name string) func() bool {
	return func() bool {
		_, err := Command(name)
		return err == nil
	}
}

// Command finds a program also where an ordinary user's PATH does not look.
func Command(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	for _, directory := range []string{"/usr/local/sbin/", "/usr/sbin/", "/sbin/"} {
		if path, err := exec.LookPath(directory + name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s is not installed", name)
}

// CNIPlugins is the folder with all plugins a cluster uses, or empty.
func CNIPlugins() string {
next:
	for _, directory := range CNIPluginDirectories {
		for _, plugin := range []string{"bridge", "host-local", "portmap", "loopback"} {
			if _, err := os.Stat(directory + "/" + plugin); err != nil {
				continue next
			}
		}
		return directory
	}
	return ""
}

// Prepare installs missing packages where it can, and otherwise says which are missing and what else this
// machine lacks.
func Prepare(report func(string, ...any)) error {
	if os.Geteuid() != 0 {
		return errors.New("a node needs root: namespaces, mounts and cgroups are made for it. Run it as root, or use \"up --control-plane-only\", which needs none")
	}
	if err := provide(requirements, report); err != nil {
		return err
	}
	return kernel()
}

func provide(required []requirement, report func(string, ...any)) error {
	things, packages := missing(required)
	if len(packages) == 0 {
		return nil
	}
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("missing on this machine: %s. Debian's packages of them: %s", strings.Join(things, ", "), strings.Join(packages, " "))
	}
	report("installing Debian packages: %s", strings.Join(packages, " "))
	if err := install(packages); err != nil {
		return err
	}
	if still, of := missing(required); len(still) > 0 {
		return fmt.Errorf("still missing after installing Debian's packages %s: %s", strings.Join(of, " "), strings.Join(still, ", "))
	}
	return nil
}

func missing(required []requirement) (things, packages []string) {
	seen := map[string]bool{}
	for _, each := range required {
		if each.present() {
			continue
		}
		things = append(things, each.what)
		if !seen[each.debian] {
			seen[each.debian] = true
			packages = append(packages, each.debian)
		}
	}
	return things, packages
}

func install(packages []string) error {
	arguments := append([]string{"install", "-y", "-q", "--no-install-recommends"}, packages...)
	if output, err := apt(arguments...); err != nil {
		// Most often there are no package lists yet, or old ones.
		if update, err := updateLists(); err != nil {
			return fmt.Errorf("apt-get update: %w\n%s", err, update)
		}
		if output, err = apt(arguments...); err != nil {
			return fmt.Errorf("apt-get %s: %w\n%s", strings.Join(arguments, " "), err, output)
		}
	}
	return nil
}

// updateLists tries again for a minute: a machine that has just been started updates them itself, and no option waits for that lock.
func updateLists() (string, error) {
	for tries := 1; ; tries++ {
		output, err := apt("update", "-q")
		if err == nil || tries == 6 {
			return output, err
		}
		time.Sleep(10 * time.Second)
	}
}

func apt(arguments ...string) (string, error) {
	// Another apt-get may be at work; this option waits for its lock on the packages.
	command := exec.Command("apt-get", append([]string{"-o", "DPkg::Lock::Timeout=600"}, arguments...)...)
	command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err := command.Run()
	return output.String(), err
}

func kernel() error {
	var lacks []string
	filesystems, err := os.ReadFile("/proc/filesystems")
	if err != nil {
		return err
	}
	if !strings.Contains(string(filesystems), "\toverlay\n") {
		if loadModule("overlay") != nil {
			lacks = append(lacks, "the overlay file system (modprobe overlay)")
		}
	}
	if _, err := os.Stat("/proc/sys/net/bridge/bridge-nf-call-iptables"); err != nil {
		if loadModule("br_netfilter") != nil {
			lacks = append(lacks, "packet rules for bridged traffic (modprobe br_netfilter)")
		}
	}
	if hierarchies, err := cgroupHierarchies(); err != nil || len(hierarchies) == 0 {
		lacks = append(lacks, "cgroups mounted at /sys/fs/cgroup")
	}
	if len(lacks) > 0 {
		return fmt.Errorf("this machine's kernel does not offer: %s", strings.Join(lacks, "; "))
	}
	return nil
}

func loadModule(name string) error {
	modprobe, err := Command("modprobe")
	if err != nil {
		return err
	}
	return exec.Command(modprobe, name).Run()
}

// Snapshotter that works on the file system of a directory: overlay does not stack on overlay.
func Snapshotter(directory string) string {
	const overlayMagic = 0x794c7630
	var information syscall.Statfs_t
	if err := syscall.Statfs(directory, &information); err == nil && int64(information.Type) == overlayMagic {
		return "native"
	}
	return "overlayfs"
}
