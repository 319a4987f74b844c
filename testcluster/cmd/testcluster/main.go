// Command testcluster brings up a real Kubernetes on this machine, for tests.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"sourcegraph-downgrade.test/testcluster/internal/supervisor"
)

const usage = `usage: testcluster [--name NAME] COMMAND

A single-node Kubernetes (etcd, kube-apiserver, controller-manager, scheduler, kubelet, kube-proxy, CoreDNS,
containerd, runc) built from Go modules and Debian packages, in namespaces of its own.

  up                     bring it up; does nothing when it is up
     --control-plane-only   etcd and kube-apiserver alone, on a loopback port; needs no root and coexists
     --with-controllers     with it, kube-controller-manager too (garbage collection, namespaces, tokens)
     --storage-class NAME   storage classes to create, the first the default (default: standard, sourcegraph)
     --node-cpus N --node-memory GIB   what the node says it has, for manifests with big requests
  down                   end it and leave nothing; built binaries stay cached
  status                 every component: exit status 0 all healthy, 1 something is not, 3 not up
  kubeconfig             print the kubeconfig's path
  load-image TAR...      import images from tars
  logs [COMPONENT] [-f]  print a component's log (also: supervisor, audit); without a name, where they are
  restart COMPONENT      end and start a component and wait until it is healthy; --kill does not ask it first
  signal COMPONENT SIG   send it a signal: STOP, CONT, KILL, TERM, ... or a number
  exec COMMAND...        run a command inside the cluster's namespaces, as on the node
  tools                  build kubectl, helm3, helm4 and kustomize and print the folder with them
  build [NAME...]        build everything that up and tools need, or what is named, and start nothing
  image ...              write an image tar: see "testcluster/image -help"

--name (or TESTCLUSTER_NAME) names the cluster, for more than one beside each other; the default is
"testcluster", and "control-plane" with --control-plane-only, which every command accepts.
`

// exitError ends the program with a status of its own.
type exitError struct {
	status int
	error
}

func main() {
	err := run(os.Args[1:])
	if err == nil {
		return
	}
	status := 1
	var chosen exitError
	if errors.As(err, &chosen) {
		status = chosen.status
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(os.Stderr, "testcluster: "+text)
	}
	os.Exit(status)
}

func run(arguments []string) error {
	if len(arguments) == 2 && arguments[0] == "supervise" {
		return supervisor.Run(arguments[1])
	}
	if len(arguments) > 0 && arguments[0] == "image" {
		return writeImage(arguments[1:])
	}
	where := &place{}
	all := flags("testcluster", where)
	if err := all.Parse(arguments); err != nil {
		return exitError{2, err}
	}
	if all.NArg() == 0 {
		fmt.Print(usage)
		return exitError{2, errors.New("")}
	}
	command, rest := all.Arg(0), all.Args()[1:]
	if command == "help" {
		fmt.Print(usage)
		return nil
	}
	known := map[string]func(*place, []string) error{
		"up": up, "down": down, "status": status, "kubeconfig": kubeconfig, "load-image": loadImage, "logs": logs,
		"restart": restart, "signal": signal, "exec": execute, "tools": tools, "build": build,
	}[command]
	if known == nil {
		return exitError{2, fmt.Errorf("there is no command %q; \"testcluster help\" lists them", command)}
	}
	return known(where, rest)
}

// place is where a cluster lives and its sources and binaries are.

type place struct {
	name             string
	controlPlaneOnly bool
}

func flags(name string, where *place) *flag.FlagSet {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.Usage = func() { fmt.Fprint(os.Stderr, usage) }
	set.StringVar(&where.name, "name", where.name, "")
	set.BoolVar(&where.controlPlaneOnly, "control-plane-only", where.controlPlaneOnly, "")
	return set
}

var validName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)

// resolve fills in the name.
func (p *place) resolve() error {
	if p.name == "" {
		p.name = os.Getenv("TESTCLUSTER_NAME")
	}
	if p.name == "" {
		p.name = "testcluster"
		if p.controlPlaneOnly {
			p.name = "control-plane"
		}
	}
	if !validName.MatchString(p.name) {
		return exitError{2, fmt.Errorf("%q is no name for a cluster: lower case letters, digits and dashes, at most 32", p.name)}
	}
	if len(p.directory()) > 80 {
		return fmt.Errorf("the path %s is too long for sockets below it", p.directory())
	}
	return nil
}

const folder = "sourcegraph-downgrade-testcluster"

func (p *place) cache() string {
	if base := os.Getenv("XDG_CACHE_HOME"); base != "" {
		return filepath.Join(base, folder)
	}
	return filepath.Join(os.Getenv("HOME"), ".cache", folder)
}

// states is the folder of all clusters' directories. Only root can have a node, and root's are all in one place.
func (p *place) states() string {
	if os.Geteuid() == 0 {
		return filepath.Join("/var/lib", folder)
	}
	return filepath.Join(p.cache(), "clusters")
}

func (p *place) directory() string { return filepath.Join(p.states(), p.name) }

// again is this command line's beginning, for messages that tell the next command.
func (p *place) again(command string) string {
	parts := []string{"testcluster/testcluster"}
	if p.name != "testcluster" {
		parts = append(parts, "--name", p.name)
	}
	return strings.Join(append(parts, command), " ")
}

// parse reads a command's own flags, which may stand before or after its arguments, as people type them.
func parse(set *flag.FlagSet, arguments []string) ([]string, error) {
	var rest []string
	for {
		if err := set.Parse(arguments); err != nil {
			return nil, exitError{2, err}
		}
		if set.NArg() == 0 {
			return rest, nil
		}
		rest, arguments = append(rest, set.Arg(0)), set.Args()[1:]
	}
}

func report(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, "testcluster: "+format+"\n", arguments...)
}
