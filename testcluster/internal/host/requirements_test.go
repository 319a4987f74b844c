package host

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// bare is a machine that has none of two programs, which one package brings, and whose apt-get is that script; "" for none.
func bare(t *testing.T, script string) []requirement {
	t.Helper()
	programs := t.TempDir()
	t.Setenv("PATH", programs+":/usr/bin:/bin")
	if script == "" {
		t.Setenv("PATH", programs)
	} else if err := os.WriteFile(filepath.Join(programs, "apt-get"), []byte("#!/bin/sh\ncd '"+programs+"'\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	there := func(name string) func() bool {
		return func() bool { _, err := os.Stat(filepath.Join(programs, name)); return err == nil }
	}
	return []requirement{
		{"a shim of it", "an-engine", there("shim")},
		{"the engine", "an-engine", there("engine")},
		{"what is there", "another", func() bool { return true }},
	}
}

func provided(required []requirement) (said string, err error) {
	err = provide(required, func(format string, arguments ...any) { said += strings.ReplaceAll(format, "%s", arguments[0].(string)) })
	return said, err
}

func TestWhatIsMissingIsNamedWhereNothingInstallsIt(t *testing.T) {
	_, err := provided(bare(t, ""))
	if err == nil || err.Error() != "missing on this machine: a shim of it, the engine. Debian's packages of them: an-engine" {
		t.Errorf("%v", err)
	}
}

func TestWhatIsMissingIsInstalled(t *testing.T) {
	said, err := provided(bare(t, `case "$*" in *"install -y -q --no-install-recommends an-engine"*) touch shim engine ;; *) exit 1 ;; esac`))
	if err != nil || said != "installing Debian packages: an-engine" {
		t.Errorf("%q, %v", said, err)
	}
}

func TestListsAreFetchedWhereAPackageIsUnknown(t *testing.T) {
	_, err := provided(bare(t, `case "$*" in *update*) touch lists ;; *) [ -e lists ] && touch shim engine ;; esac`))
	if err != nil {
		t.Error(err)
	}
}

func TestAnInstallationThatFailsIsShown(t *testing.T) {
	_, err := provided(bare(t, `case "$*" in *update*) ;; *) echo "no space left for you" >&2; exit 100 ;; esac`))
	if err == nil || !strings.Contains(err.Error(), "no space left for you") || !strings.Contains(err.Error(), "apt-get install") {
		t.Errorf("%v", err)
	}
}

func TestWhatAPackageDoesNotBringIsNamed(t *testing.T) {
	_, err := provided(bare(t, `touch engine`))
	if err == nil || err.Error() != "still missing after installing Debian's packages an-engine: a shim of it" {
		t.Errorf("%v", err)
	}
}
