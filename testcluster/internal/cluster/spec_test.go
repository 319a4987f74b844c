package cluster

import (
	"strings"
	"testing"
)

func TestLacks(t *testing.T) {
	small := Spec{StorageClasses: []string{"standard", "sourcegraph"}}
	big := Spec{NodeCPUs: 64, NodeMemory: 256, StorageClasses: []string{"fast"}}
	plane := Spec{ControlPlaneOnly: true}
	for _, each := range []struct {
		name        string
		live, asked Spec
		lacks       string
	}{
		{"nothing is asked for", big, Spec{}, ""},
		{"what it has", big, Spec{NodeCPUs: 64, NodeMemory: 256, StorageClasses: []string{"fast"}}, ""},
		{"a big node of the machine's own size", small, Spec{NodeCPUs: 64}, "with this machine's own processors instead of 64"},
		{"another size", big, Spec{NodeMemory: 128}, "with 256 GiB of memory instead of 128 GiB"},
		{"other classes", big, Spec{StorageClasses: []string{"slow", "fast"}}, "with storage classes fast instead of slow, fast"},
		{"a node of a control plane", plane, Spec{}, "a control plane only"},
		{"a control plane of a node", small, plane, "a whole node"},
		{"controllers of a bare one", plane, Spec{ControlPlaneOnly: true, Controllers: true}, "without controllers"},
		{"a bare one of one with controllers", Spec{ControlPlaneOnly: true, Controllers: true}, plane, ""},
	} {
		if got := each.live.Lacks(each.asked); got != each.lacks && (each.lacks == "" || !strings.HasPrefix(got, each.lacks)) {
			t.Errorf("%s: %q instead of %q", each.name, got, each.lacks)
		}
	}
}
