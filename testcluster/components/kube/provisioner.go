package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v11/controller"
)

const provisionerName = "testcluster.downgrade.sourcegraph.com/directory"

// Storage classes written for a cloud name that cloud's provisioner. There is one node and one disk here,
// so whatever a class asks for is a directory on it; and manifests from the real world bind unchanged.
var provisionerAliases = []string{
	"pd.csi.storage.gke.io", "kubernetes.io/gce-pd",
	"ebs.csi.aws.com", "kubernetes.io/aws-ebs",
	"disk.csi.azure.com", "kubernetes.io/azure-disk",
	"rancher.io/local-path",
}

// directoryProvisioner makes each volume a directory below root.
//
// The volumes are of type local, not hostPath: the kubelet applies a pod's fsGroup to local volumes and
// ignores it for hostPath, and databases that do not run as root depend on it. A new directory is 0755 and
// root's, as the root of a freshly formatted disk is, so that a pod without fsGroup fails here as it would there.
type directoryProvisioner struct {
	root string
	node string
}

func (p directoryProvisioner) Provision(_ context.Context, options controller.ProvisionOptions) (*corev1.PersistentVolume, controller.ProvisioningState, error) {
	claim := options.PVC
	if claim.Spec.VolumeMode != nil && *claim.Spec.VolumeMode == corev1.PersistentVolumeBlock {
		return nil, controller.ProvisioningFinished, errors.New("block volumes are not offered by this test cluster, only file systems")
	}
	if claim.Spec.Selector != nil {
		return nil, controller.ProvisioningFinished, errors.New("a claim with a selector cannot be provisioned dynamically")
	}
	if claim.Spec.DataSource != nil || claim.Spec.DataSourceRef != nil {
		return nil, controller.ProvisioningFinished, errors.New("snapshots and clones are not offered by this test cluster")
	}
	directory := filepath.Join(p.root, options.PVName)
	if err := os.MkdirAll(directory, 0o755); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	filesystem := corev1.PersistentVolumeFilesystem
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: options.PVName},
		Spec: corev1.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *options.StorageClass.ReclaimPolicy,
			AccessModes:                   claim.Spec.AccessModes,
			MountOptions:                  nil, // mount options of a cloud's class make no sense for a bind mount
			VolumeMode:                    &filesystem,
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: claim.Spec.Resources.Requests[corev1.ResourceStorage]},
			PersistentVolumeSource:        corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: directory}},
			NodeAffinity: &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
				MatchExpressions: []corev1.NodeSelectorRequirement{{
					Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{p.node},
				}},
			}}}},
		},
	}, controller.ProvisioningFinished, nil
}

func (p directoryProvisioner) Delete(_ context.Context, volume *corev1.PersistentVolume) error {
	if volume.Spec.Local == nil || !strings.HasPrefix(filepath.Clean(volume.Spec.Local.Path), p.root+string(filepath.Separator)) {
		return &controller.IgnoredError{Reason: "the volume is not a directory of this provisioner"}
	}
	return os.RemoveAll(volume.Spec.Local.Path)
}

func newVolumeProvisionerCommand() *cobra.Command {
	var kubeconfig, root, node, health string
	command := &cobra.Command{
		Use:          "volume-provisioner",
		Short:        "Binds PersistentVolumeClaims of every storage class to directories of this node",
		SilenceUsage: true,
		RunE: func(command *cobra.Command, _ []string) error {
			configuration, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
			if err != nil {
				return fmt.Errorf("kubeconfig %s: %w", kubeconfig, err)
			}
			configuration.QPS, configuration.Burst = 100, 200
			client, err := kubernetes.NewForConfig(configuration)
			if err != nil {
				return err
			}
			if root, err = filepath.Abs(root); err != nil {
				return err
			}
			served := make(chan error, 1)
			go func() {
				served <- http.ListenAndServe(health, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }))
			}()
			go func() {
				ctx := command.Context()
				if ctx == nil {
					ctx = context.Background()
				}
				controller.NewProvisionController(ctx, client, provisionerName, directoryProvisioner{root: root, node: node},
					controller.AdditionalProvisionerNames(provisionerAliases),
					controller.LeaderElection(false),
					controller.MetricsPort(0),
					// The library's own first retry comes after 15 s: for a test that creates its class after its claim, for ever.
					controller.RateLimiter(workqueue.NewItemExponentialFailureRateLimiter(250*time.Millisecond, 10*time.Second)),
				).Run(ctx)
				served <- errors.New("the provisioning loop ended")
			}()
			return <-served
		},
	}
	flags := command.Flags()
	flags.StringVar(&kubeconfig, "kubeconfig", "", "kubeconfig with the right to manage PersistentVolumes")
	flags.StringVar(&root, "directory", "", "where the volumes' directories are made")
	flags.StringVar(&node, "node", "", "this node's name")
	flags.StringVar(&health, "health-address", "127.0.0.1:10270", "where /healthz is served")
	return command
}
