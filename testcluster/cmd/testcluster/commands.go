package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"sourcegraph-downgrade.test/testcluster/internal/builder"
	"sourcegraph-downgrade.test/testcluster/internal/cluster"
	"sourcegraph-downgrade.test/testcluster/internal/host"
	"sourcegraph-downgrade.test/testcluster/internal/image"
	"sourcegraph-downgrade.test/testcluster/internal/supervisor"
)

// open finds the running cluster a command is about.
func (p *place) open() (cluster.Spec, error) {
	if err := p.resolve(); err != nil {
		return cluster.Spec{}, err
	}
	if host.SupervisorPID(p.directory()) == 0 {
		return cluster.Spec{}, exitError{3, fmt.Errorf("%s is not up. Next: %s", p.name, p.again("up"))}
	}
	return cluster.Load(p.directory())
}

func status(where *place, arguments []string) error {
	if _, err := parse(flags("status", where), arguments); err != nil {
		return err
	}
	spec, err := where.open()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	current, err := supervisor.NewClient(spec.ControlSocket()).Status(ctx)
	if err != nil {
		return fmt.Errorf("the supervisor of %s does not answer: %w. Next: %s", where.name, err, where.again("down"))
	}
	printStatus(os.Stdout, spec, current)
	if !current.Sound() {
		return exitError{1, fmt.Errorf("%s is not sound. Next: %s, or %s", where.name, where.again("logs COMPONENT"), where.again("restart COMPONENT"))}
	}
	return nil
}

func printStatus(to io.Writer, spec cluster.Spec, current supervisor.Status) {
	fmt.Fprintf(to, "%s: %s (%s), API server %s, up for %s\n", spec.Name, current.Phase, current.Message, spec.APIServer(), time.Since(current.Began).Round(time.Second))
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "COMPONENT\tSTATE\tHEALTHY\tSINCE\tRESTARTS\tDETAIL")
	for _, each := range current.Components {
		since := "-"
		if !each.Since.IsZero() {
			since = time.Since(each.Since).Round(time.Second).String()
		}
		detail, _, _ := strings.Cut(each.Detail, "\n")
		fmt.Fprintf(table, "%s\t%s\t%t\t%s\t%d\t%s\n", each.Name, each.State, each.Healthy, since, each.Restarts, detail)
	}
	table.Flush()
}

func kubeconfig(where *place, arguments []string) error {
	if _, err := parse(flags("kubeconfig", where), arguments); err != nil {
		return err
	}
	spec, err := where.open()
	if err != nil {
		return err
	}
	fmt.Println(spec.Kubeconfig("admin"))
	return nil
}

func loadImage(where *place, arguments []string) error {
	tars, err := parse(flags("load-image", where), arguments)
	if err != nil {
		return err
	}
	if len(tars) == 0 {
		return exitError{2, errors.New("load-image needs at least one tar")}
	}
	spec, err := where.open()
	if err != nil {
		return err
	}
	if spec.ControlPlaneOnly {
		return fmt.Errorf("%s has no node to load images to", where.name)
	}
	for _, tar := range tars {
		began := time.Now()
		// Over containerd's socket: the tar is read here, so it may lie anywhere.
		command := exec.Command(spec.Ctr, "--address", spec.ContainerdSocket(), "--namespace", "k8s.io", "images", "import", tar)
		output, err := command.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%s could not be imported: %w: %s", tar, err, bytes.TrimSpace(output))
		}
		aliases, err := image.Aliases(tar)
		if err != nil {
			return fmt.Errorf("%s: %w", tar, err)
		}
		for _, alias := range aliases {
			command := exec.Command(spec.Ctr, "--address", spec.ContainerdSocket(), "--namespace", "k8s.io", "images", "tag", "--force", alias.Of, alias.As)
			if output, err := command.CombinedOutput(); err != nil {
				return fmt.Errorf("%s cannot be named %s: %w: %s", alias.Of, alias.As, err, bytes.TrimSpace(output))
			}
		}
		report("imported %s in %.1f s: %d images", tar, time.Since(began).Seconds(), bytes.Count(output, []byte("...done")))
	}
	return nil
}

func logs(where *place, arguments []string) error {
	set := flags("logs", where)
	follow := set.Bool("f", false, "")
	rest, err := parse(set, arguments)
	if err != nil {
		return err
	}
	if err := where.resolve(); err != nil {
		return err
	}
	directory := filepath.Join(where.directory(), "log") // also of a cluster that failed to come up
	entries, err := os.ReadDir(directory)
	if err != nil {
		return exitError{3, fmt.Errorf("%s has no logs: it is not up", where.name)}
	}
	if len(rest) == 0 {
		for _, entry := range entries {
			fmt.Println(filepath.Join(directory, entry.Name()))
		}
		return nil
	}
	file := filepath.Join(directory, strings.TrimPrefix(filepath.Base(rest[0]), "kube-")+".log")
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("there is no log of %q; \"%s\" lists them", rest[0], where.again("logs"))
	}
	command := []string{"cat", file}
	if *follow {
		command = []string{"tail", "-n", "+1", "-F", file}
	}
	return replace(command, os.Environ())
}

func restart(where *place, arguments []string) error {
	set := flags("restart", where)
	kill := set.Bool("kill", false, "")
	rest, err := parse(set, arguments)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return exitError{2, errors.New("restart needs one component")}
	}
	spec, err := where.open()
	if err != nil {
		return err
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	if err := supervisor.NewClient(spec.ControlSocket()).Restart(ctx, rest[0], *kill); err != nil {
		return err
	}
	report("%s was restarted and is healthy, after %.1f s", rest[0], time.Since(began).Seconds())
	return nil
}

var signals = map[string]syscall.Signal{
	"STOP": syscall.SIGSTOP, "CONT": syscall.SIGCONT, "KILL": syscall.SIGKILL, "TERM": syscall.SIGTERM,
	"INT": syscall.SIGINT, "HUP": syscall.SIGHUP, "QUIT": syscall.SIGQUIT, "USR1": syscall.SIGUSR1, "USR2": syscall.SIGUSR2,
}

func signal(where *place, arguments []string) error {
	rest, err := parse(flags("signal", where), arguments)
	if err != nil {
		return err
	}
	if len(rest) != 2 {
		return exitError{2, errors.New("signal needs a component and a signal")}
	}
	number, known := signals[strings.TrimPrefix(strings.ToUpper(rest[1]), "SIG")]
	if !known {
		value, err := strconv.Atoi(rest[1])
		if err != nil || value < 1 || value > 64 {
			var all []string
			for name := range signals {
				all = append(all, name)
			}
			sort.Strings(all)
			return exitError{2, fmt.Errorf("%q is no signal; there are %s, and numbers", rest[1], strings.Join(all, ", "))}
		}
		number = syscall.Signal(value)
	}
	spec, err := where.open()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return supervisor.NewClient(spec.ControlSocket()).Signal(ctx, rest[0], number)
}

func execute(where *place, arguments []string) error {
	set := flags("exec", where)
	if err := set.Parse(arguments); err != nil { // what follows the first argument belongs to the command
		return exitError{2, err}
	}
	if set.NArg() == 0 {
		return exitError{2, errors.New("exec needs a command")}
	}
	spec, err := where.open()
	if err != nil {
		return err
	}
	environment := append(os.Environ(), "KUBECONFIG="+spec.Kubeconfig("admin"), "CONTAINERD_ADDRESS="+spec.ContainerdSocket(), "CONTAINERD_NAMESPACE=k8s.io")
	if spec.ControlPlaneOnly {
		return replace(set.Args(), environment)
	}
	nsenter := []string{"nsenter", "--target", strconv.Itoa(host.SupervisorPID(spec.Directory)), "--net", "--mount", "--pid", "--uts", "--ipc", "--"}
	return replace(append(nsenter, set.Args()...), environment)
}

func replace(command, environment []string) error {
	program, err := exec.LookPath(command[0])
	if err != nil {
		return err
	}
	return syscall.Exec(program, command, environment)
}

func tools(where *place, arguments []string) error {
	if _, err := parse(flags("tools", where), arguments); err != nil {
		return err
	}
	if _, err := where.buildAll(builder.Tools()); err != nil {
		return err
	}
	fmt.Println(filepath.Join(where.cache(), "bin"))
	return nil
}

// build builds everything, or what is named.
func build(where *place, arguments []string) error {
	wanted, err := parse(flags("build", where), arguments)
	if err != nil {
		return err
	}
	all := append(append(append(builder.ControlPlane(), builder.Node()...), builder.Tools()...), builder.Toolbox())
	var chosen []builder.Target
	for _, name := range wanted {
		for _, target := range all {
			if target.Name == name {
				chosen = append(chosen, target)
			}
		}
	}
	if len(chosen) != len(wanted) {
		return exitError{2, fmt.Errorf("not all of %s can be built", strings.Join(wanted, ", "))}
	}
	if len(wanted) == 0 {
		chosen = all
	}
	if _, err := where.buildAll(chosen); err != nil {
		return err
	}
	fmt.Println(filepath.Join(where.cache(), "bin"))
	return nil
}
