package builder

import "strings"

func kubernetes(module string) ([]string, error) {
	version, err := RequiredVersion(module, "k8s.io/kubernetes")
	if err != nil {
		return nil, err
	}
	major, minor := majorMinor(version)
	const prefix = "-X k8s.io/component-base/version."
	return []string{
		prefix + "gitVersion=" + version, prefix + "gitMajor=" + major, prefix + "gitMinor=" + minor,
		"-X k8s.io/client-go/pkg/version.gitVersion=" + version,
	}, nil
}

func versionIn(variable, module string) func(string) ([]string, error) {
	return func(goMod string) ([]string, error) {
		version, err := RequiredVersion(goMod, module)
		if err != nil {
			return nil, err
		}
		return []string{"-X " + variable + "=" + version}, nil
	}
}

// helm3 also has to be told which Kubernetes it was made for: left alone it renders and lints charts for 1.20.
// Helm 4 finds that out itself.
func helm3(goMod string) ([]string, error) {
	flags, err := versionIn("helm.sh/helm/v3/internal/version.version", "helm.sh/helm/v3")(goMod)
	if err != nil {
		return nil, err
	}
	client, err := RequiredVersion(goMod, "k8s.io/client-go")
	if err != nil {
		return nil, err
	}
	_, minor := majorMinor(client) // client-go v0.N belongs to Kubernetes 1.N
	for _, place := range []string{"chartutil", "lint/rules"} {
		prefix := "-X helm.sh/helm/v3/pkg/" + place + ".k8sVersion"
		flags = append(flags, prefix+"Major=1", prefix+"Minor="+minor)
	}
	return flags, nil
}

func majorMinor(version string) (string, string) {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	return parts[0], parts[1]
}

// ControlPlane is what an API server alone needs.
func ControlPlane() []Target {
	return []Target{
		{Name: "etcd", Directory: "components/etcd", Package: "go.etcd.io/etcd/server/v3"},
		{Name: "kube", Directory: "components/kube", Package: ".", Sources: []string{"main.go", "provisioner.go"}, LDFlags: kubernetes},
	}
}

// Node is what a node needs beside the control plane.
func Node() []Target {
	return []Target{
		{Name: "coredns", Directory: "components/coredns", Package: ".", Sources: []string{"main.go"}},
		{Name: "pause", Directory: ".", Package: "./cmd/pause", Sources: []string{"cmd/pause"}},
	}
}

// Tools are the clients the tests call, in versions that suit the cluster.
func Tools() []Target {
	return []Target{
		{Name: "kubectl", Directory: "components/kube", Package: "k8s.io/kubernetes/cmd/kubectl", LDFlags: kubernetes},
		{Name: "helm3", Directory: "tools/helm3", Package: "helm.sh/helm/v3/cmd/helm", LDFlags: helm3},
		{Name: "helm4", Directory: "tools/helm4", Package: "helm.sh/helm/v4/cmd/helm", LDFlags: versionIn("helm.sh/helm/v4/internal/version.version", "helm.sh/helm/v4")},
		{Name: "kustomize", Directory: "tools/kustomize", Package: "sigs.k8s.io/kustomize/kustomize/v5", LDFlags: versionIn("sigs.k8s.io/kustomize/api/provenance.version", "sigs.k8s.io/kustomize/kustomize/v5")},
	}
}

// Toolbox is the program in the image the self-test runs.
func Toolbox() Target {
	return Target{Name: "toolbox", Directory: ".", Package: "./cmd/toolbox", Sources: []string{"cmd/toolbox"}}
}
