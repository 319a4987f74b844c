// Package builder turns Go modules into binaries, once for each state of their sources.
package builder

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"syscall"
	"time"
)

// Target is one binary: the package Package of the module in Directory (relative to the sources).
// Sources names what, beside go.mod and go.sum, decides whether it has to be built anew.
type Target struct {
	Name      string
	Directory string
	Package   string
	Sources   []string
	LDFlags   func(module string) ([]string, error)
}

// Builder keeps binaries in Cache/store under a digest of their sources, so that two work trees with
// different sources do not undo each other's builds and a running cluster's binaries are never overwritten;
// Cache/bin holds links to the newest of each.
type Builder struct {
	Source string
	Cache  string
	Report func(format string, arguments ...any)
}

// Build returns the path of the binary, building it where the cache has none of these very sources.
func (b Builder) Build(target Target) (string, error) {
	directory := filepath.Join(b.Source, target.Directory)
	flags := []string{"-s", "-w"}
	if target.LDFlags != nil {
		more, err := target.LDFlags(filepath.Join(directory, "go.mod"))
		if err != nil {
			return "", err
		}
		flags = append(flags, more...)
	}
	ldflags := strings.Join(flags, " ")
	digest, err := b.digest(directory, target, ldflags)
	if err != nil {
		return "", fmt.Errorf("sources of %s: %w", target.Name, err)
	}
	binary := filepath.Join(b.Cache, "store", target.Name+"-"+digest)
	if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
		return "", err
	}
	unlock, err := b.lock(target.Name)
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(binary); err != nil {
		if err := b.compile(directory, target, ldflags, binary); err != nil {
			return "", err
		}
	}
	now := time.Now()
	return binary, errors.Join(os.Chtimes(binary, now, now), b.link(target.Name, binary)) // in use: see forget
}

func (b Builder) compile(directory string, target Target, ldflags, binary string) error {
	b.Report("building %s from its Go module (once; the largest takes minutes) ...", target.Name)
	began := time.Now()
	temporary := binary + ".building"
	defer os.Remove(temporary)
	command := exec.Command("nice", "go", "build", "-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags", ldflags, "-o", temporary, target.Package)
	command.Dir = directory
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOOS=linux")
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s does not build: %w\n%s\nThe command was, in %s: CGO_ENABLED=0 %s", target.Name, err, lastLines(output.String(), 20), directory, strings.Join(command.Args[1:], " "))
	}
	if err := os.Rename(temporary, binary); err != nil {
		return err
	}
	b.forget(target.Name, binary)
	b.Report("built %s in %.0f s", target.Name, time.Since(began).Seconds())
	return nil
}

// forget removes binaries of the same name that nobody has asked for in a week.
func (b Builder) forget(name, but string) {
	old, err := filepath.Glob(filepath.Join(b.Cache, "store", name+"-????????????????*"))
	if err != nil {
		return
	}
	for _, each := range old {
		if information, err := os.Stat(each); err == nil && each != but && time.Since(information.ModTime()) > 7*24*time.Hour {
			_ = os.Remove(each)
		}
	}
}

func (b Builder) digest(directory string, target Target, ldflags string) (string, error) {
	var files []string
	for _, source := range append([]string{"go.mod", "go.sum"}, target.Sources...) {
		err := filepath.WalkDir(filepath.Join(directory, source), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				if source == "go.sum" && os.IsNotExist(err) {
					return nil
				}
				return err
			}
			if !entry.IsDir() && !strings.HasSuffix(path, "_test.go") {
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	sort.Strings(files)
	version, err := exec.Command("go", "env", "GOVERSION", "GOARCH").Output()
	if err != nil {
		return "", fmt.Errorf("go env: %w", err)
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s%s %s\n", version, target.Package, ldflags)
	for _, file := range files {
		content, err := os.Open(file)
		if err != nil {
			return "", err
		}
		_, err = io.Copy(sum, content)
		content.Close()
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

// lock lets a second process wait for a build instead of repeating it.
func (b Builder) lock(name string) (func(), error) {
	file, err := os.OpenFile(filepath.Join(b.Cache, "store", name+".lock"), os.O_CREATE|os.O_RDWR|syscall.O_CLOEXEC, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		file.Close()
		return nil, err
	}
	return func() { file.Close() }, nil
}

func (b Builder) link(name, binary string) error {
	bin := filepath.Join(b.Cache, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return err
	}
	link := filepath.Join(bin, name)
	if current, err := os.Readlink(link); err == nil && current == binary {
		return nil
	}
	temporary := fmt.Sprintf("%s.%d", link, os.Getpid())
	if err := os.Symlink(binary, temporary); err != nil {
		return err
	}
	return os.Rename(temporary, link)
}

// RequiredVersion reads which version of a module a go.mod requires: the one place where versions stand.
func RequiredVersion(goMod, module string) (string, error) {
	content, err := os.ReadFile(goMod)
	if err != nil {
		return "", err
	}
	match := regexp.MustCompile(`(?m)^\s*(?:require )?` + regexp.QuoteMeta(module) + ` (v\S+)`).FindSubmatch(content)
	if match == nil {
		return "", fmt.Errorf("%s does not require %s", goMod, module)
	}
	return string(match[1]), nil
}

func lastLines(text string, count int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-count):], "\n")
}
