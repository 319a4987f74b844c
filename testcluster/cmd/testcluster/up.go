package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"sourcegraph-downgrade.test/testcluster/internal/builder"
	"sourcegraph-downgrade.test/testcluster/internal/cluster"
	"sourcegraph-downgrade.test/testcluster/internal/host"
	"sourcegraph-downgrade.test/testcluster/internal/image"
	"sourcegraph-downgrade.test/testcluster/internal/supervisor"
)

type names []string

func (n *names) String() string         { return strings.Join(*n, ",") }
func (n *names) Set(value string) error { *n = append(*n, value); return nil }

func up(where *place, arguments []string) error {
	set := flags("up", where)
	controllers := set.Bool("with-controllers", false, "")
	cpus, memory := set.Int("node-cpus", 0, ""), set.Int("node-memory", 0, "")
	var classes names
	set.Var(&classes, "storage-class", "")
	rest, err := parse(set, arguments)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return exitError{2, fmt.Errorf("up takes no argument %q", rest[0])}
	}
	if *controllers && !where.controlPlaneOnly {
		return exitError{2, errors.New("--with-controllers belongs to --control-plane-only; a node has them always")}
	}
	if *cpus < 0 || *cpus > 512 || *memory < 0 || *memory > 4096 {
		return exitError{2, errors.New("--node-cpus is at most 512 and --node-memory at most 4096 (GiB)")}
	}
	if where.controlPlaneOnly && (*cpus > 0 || *memory > 0) {
		return exitError{2, errors.New("--node-cpus and --node-memory need a node")}
	}
	if err := where.resolve(); err != nil {
		return err
	}
	unlock, err := where.lock()
	if err != nil {
		return err
	}
	defer unlock()
	began := time.Now()
	spec := cluster.Spec{Name: where.name, Directory: where.directory(), ControlPlaneOnly: where.controlPlaneOnly, Controllers: *controllers, StorageClasses: classes, NodeCPUs: *cpus, NodeMemory: *memory}
	if up, err := where.alreadyUp(spec); up || err != nil {
		return err
	}
	if len(spec.StorageClasses) == 0 {
		spec.StorageClasses = []string{"standard", "sourcegraph"}
	}
	// What a killed supervisor or a failed start left.
	if err := host.Stop(where.directory()); err != nil {
		return err
	}
	if err := os.RemoveAll(where.directory()); err != nil {
		return err
	}

	var link host.Link
	if !spec.ControlPlaneOnly {
		if err := host.Prepare(report); err != nil {
			return err
		}
	}
	if err := where.binaries(&spec); err != nil {
		return err
	}
	unlockMachine, err := where.lockNamed("machine") // networks and ports are chosen one after the other
	if err != nil {
		return err
	}
	defer unlockMachine()
	if link, err = where.prepare(&spec); err != nil {
		return failed(where, spec, err)
	}
	if err := host.Launch(spec, link); err != nil {
		return failed(where, spec, err)
	}
	unlockMachine()
	if _, err := host.AwaitReady(spec, report); err != nil {
		return failed(where, spec, err)
	}
	report("%s is up, after %.1f s", spec.Name, time.Since(began).Seconds())
	fmt.Printf("export KUBECONFIG=%s\n", spec.Kubeconfig("admin"))
	return nil
}

// alreadyUp: a sound cluster is a reason to do nothing, a broken one or one of another kind to say so.
func (p *place) alreadyUp(asked cluster.Spec) (bool, error) {
	if host.SupervisorPID(p.directory()) == 0 {
		return false, nil
	}
	spec, err := cluster.Load(p.directory())
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	current, err := supervisor.NewClient(spec.ControlSocket()).Status(ctx)
	if err != nil {
		return false, fmt.Errorf("a supervisor of %s runs but does not answer: %w. Next: %s", p.name, err, p.again("down"))
	}
	if difference := spec.Lacks(asked); difference != "" {
		return false, fmt.Errorf("%s is up, but as another kind of cluster: %s. Next: %s, or another --name", p.name, difference, p.again("down"))
	}
	if !current.Sound() {
		printStatus(os.Stderr, spec, current)
		return false, fmt.Errorf("%s is up but not sound. Next: %s, or %s and up again", p.name, p.again("restart COMPONENT"), p.again("down"))
	}
	report("%s is already up", p.name)
	fmt.Printf("export KUBECONFIG=%s\n", spec.Kubeconfig("admin"))
	return true, nil
}

func (p *place) binaries(spec *cluster.Spec) error {
	targets := builder.ControlPlane()
	if !spec.ControlPlaneOnly {
		targets = append(targets, builder.Node()...)
	}
	built, err := p.buildAll(targets)
	if err != nil {
		return err
	}
	spec.Etcd, spec.Kube = built["etcd"], built["kube"]
	if spec.ControlPlaneOnly {
		return nil
	}
	spec.CoreDNS = built["coredns"]
	for name, target := range map[string]*string{"containerd": &spec.Containerd, "ctr": &spec.Ctr, "ip": &spec.IP} {
		if *target, err = host.Command(name); err != nil {
			return err
		}
	}
	spec.CNIPlugins = host.CNIPlugins()
	spec.PauseTar = built["pause"] + ".tar"
	if _, err := os.Stat(spec.PauseTar); err == nil {
		return nil
	}
	return programImage(built["pause"], "pause", spec.PauseTar, image.Image{Names: []string{cluster.PauseImage}, Entrypoint: []string{"/pause"}, User: "65535:65535"})
}

// programImage is an image of one static program.
func programImage(binary, name, output string, configuration image.Image) error {
	root, err := os.MkdirTemp(filepath.Dir(output), ".root-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(root)
	content, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	if err := errors.Join(os.Chmod(root, 0o755), os.WriteFile(filepath.Join(root, name), content, 0o755)); err != nil {
		return err
	}
	var epoch time.Time = time.Unix(0, 0)
	return image.Archive{Layers: []string{root}, Images: []image.Image{configuration}, Owner: "0:0", ModTime: &epoch}.Write(output)
}

// prepare makes the cluster's directory and everything in it, and what it needs on the machine.
func (p *place) prepare(spec *cluster.Spec) (host.Link, error) {
	var link host.Link
	if err := os.MkdirAll(spec.Directory, 0o755); err != nil {
		return link, err
	}
	if spec.ControlPlaneOnly {
		ports, err := host.FreePorts(5)
		if err != nil {
			return link, err
		}
		spec.APIAddress, spec.APIPort, spec.EtcdPort, spec.EtcdPeer, spec.EtcdMetrics, spec.Manager = "127.0.0.1", ports[0], ports[1], ports[2], ports[3], ports[4]
	} else {
		var err error
		if link, err = host.FreeLink(); err != nil {
			return link, err
		}
		spec.Link, spec.LinkAddress, spec.APIAddress = link.Name, link.Outside, link.Inside
		spec.APIPort, spec.EtcdPort, spec.EtcdPeer, spec.EtcdMetrics, spec.Manager = 6443, 2379, 2380, 2381, 10257
		spec.Snapshotter = host.Snapshotter(spec.Directory)
		if err := host.Cover(spec); err != nil {
			return link, err
		}
	}
	// Written before anything is made outside of the directory, so that down knows what to look for.
	if err := spec.Save(); err != nil {
		return link, err
	}
	if err := errors.Join(spec.WriteCertificates(), spec.WriteConfiguration()); err != nil {
		return link, err
	}
	if spec.ControlPlaneOnly {
		return link, nil
	}
	return link, host.CreateCgroup(spec.Cgroup())
}

// failed ends what was started, keeps the logs, and says where to look.
func failed(where *place, spec cluster.Spec, cause error) error {
	message := fmt.Sprintf("%s did not come up: %v", spec.Name, cause)
	for _, component := range spec.Components() {
		if strings.HasPrefix(cause.Error(), component.Name+" ") {
			message += fmt.Sprintf("\nThe last lines of %s:\n%s", spec.Log(component.Name), host.Tail(spec.Log(component.Name), 20))
		}
	}
	if err := host.Stop(spec.Directory); err != nil {
		message += fmt.Sprintf("\nIt could not be cleared away: %v", err)
	}
	return fmt.Errorf("%s\nEverything was ended again; the logs are in %s until the next up or %s", message, spec.Path("log"), where.again("down"))
}

func (p *place) lock() (func(), error) { return p.lockNamed(p.name) }

// lockNamed keeps two commands from changing the same thing at once.
func (p *place) lockNamed(name string) (func(), error) {
	if err := os.MkdirAll(p.cache(), 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(p.cache(), name+".lock"), os.O_CREATE|os.O_RDWR|syscall.O_CLOEXEC, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, err
	}
	return func() { file.Close() }, nil
}

func (p *place) buildAll(targets []builder.Target) (map[string]string, error) {
	source := os.Getenv("TESTCLUSTER_SOURCE")
	if source == "" {
		return nil, errors.New("TESTCLUSTER_SOURCE is not set: start this program by the script testcluster/testcluster")
	}
	each := builder.Builder{Source: source, Cache: p.cache(), Report: report}
	built := map[string]string{}
	for _, target := range targets {
		binary, err := each.Build(target)
		if err != nil {
			return nil, err
		}
		built[target.Name] = binary
	}
	return built, nil
}

func down(where *place, arguments []string) error {
	if _, err := parse(flags("down", where), arguments); err != nil {
		return err
	}
	if err := where.resolve(); err != nil {
		return err
	}
	unlock, err := where.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := os.Stat(where.directory()); os.IsNotExist(err) {
		report("%s is not up", where.name)
		return nil
	}
	if err := host.Stop(where.directory()); err != nil {
		return fmt.Errorf("%s: %w. Next: %s", where.name, err, where.again("down"))
	}
	if err := os.RemoveAll(where.directory()); err != nil {
		return err
	}
	_ = os.Remove(where.states()) // only where this was the last one
	report("%s is down", where.name)
	return nil
}
