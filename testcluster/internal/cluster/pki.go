package cluster

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// authority signs the cluster's certificates. Nothing of it outlives the cluster.
type authority struct {
	spec        Spec
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	serial      int64
}

// WriteCertificates writes the certificate authority, every certificate and a kubeconfig for each client.
func (s Spec) WriteCertificates() error {
	if err := os.MkdirAll(s.Path("pki"), 0o700); err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	ca := &authority{spec: s, key: key, serial: 1}
	ca.certificate = &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "testcluster-" + s.Name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, IsCA: true, BasicConstraintsValid: true,
	}
	if err := ca.write("ca", ca.certificate, key); err != nil {
		return err
	}

	if err := ca.issue("apiserver", pkix.Name{CommonName: "kube-apiserver"},
		[]string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"},
		[]string{"127.0.0.1", s.APIAddress, NodeAddress, APIServiceIP}); err != nil {
		return err
	}
	if err := ca.issue("kubelet-client", pkix.Name{CommonName: "apiserver-kubelet-client", Organization: []string{"system:masters"}}, nil, nil); err != nil {
		return err
	}
	clients := map[string]pkix.Name{
		"admin":              {CommonName: "testcluster:admin", Organization: []string{"system:masters"}},
		"supervisor":         {CommonName: "testcluster:supervisor", Organization: []string{"system:masters"}},
		"coredns":            {CommonName: "testcluster:coredns", Organization: []string{"system:masters"}},
		"volume-provisioner": {CommonName: "testcluster:volume-provisioner", Organization: []string{"system:masters"}},
		"controller-manager": {CommonName: "system:kube-controller-manager"},
		"scheduler":          {CommonName: "system:kube-scheduler"},
		"proxy":              {CommonName: "system:kube-proxy"},
		"kubelet":            {CommonName: "system:node:" + s.Name, Organization: []string{"system:nodes"}},
	}
	for user, subject := range clients {
		// The kubelet serves with the certificate it also calls the API server with.
		if err := ca.issue(user, subject, []string{s.Name}, []string{"127.0.0.1", NodeAddress}); err != nil {
			return err
		}
		if err := s.writeKubeconfig(user); err != nil {
			return err
		}
	}

	// Service account tokens are signed with a key of their own.
	signing, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(signing.Public())
	if err != nil {
		return err
	}
	if err := writePEM(s.Path("pki", "sa.pub"), "PUBLIC KEY", public); err != nil {
		return err
	}
	return writeKey(s.Path("pki", "sa.key"), signing)
}

func (a *authority) issue(name string, subject pkix.Name, names, addresses []string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	a.serial++
	template := &x509.Certificate{
		SerialNumber: big.NewInt(a.serial), Subject: subject, DNSNames: names,
		NotBefore: a.certificate.NotBefore, NotAfter: a.certificate.NotAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, address := range addresses {
		template.IPAddresses = append(template.IPAddresses, net.ParseIP(address))
	}
	return a.write(name, template, key)
}

func (a *authority) write(name string, template *x509.Certificate, key *ecdsa.PrivateKey) error {
	certificate, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return fmt.Errorf("certificate %s: %w", name, err)
	}
	if err := writePEM(a.spec.Path("pki", name+".crt"), "CERTIFICATE", certificate); err != nil {
		return err
	}
	return writeKey(a.spec.Path("pki", name+".key"), key)
}

func writeKey(path string, key crypto.PrivateKey) error {
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return writePEM(path, "PRIVATE KEY", encoded)
}

func writePEM(path, kind string, content []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600)
}

// writeKubeconfig holds everything inline, so that a copy of the file works anywhere on this machine.
func (s Spec) writeKubeconfig(user string) error {
	var inline [3]string
	for i, file := range []string{"ca.crt", user + ".crt", user + ".key"} {
		content, err := os.ReadFile(s.Path("pki", file))
		if err != nil {
			return err
		}
		inline[i] = base64.StdEncoding.EncodeToString(content)
	}
	content := fmt.Sprintf(`apiVersion: v1
kind: Config
clusters:
- name: %[1]s
  cluster:
    server: %[2]s
    certificate-authority-data: %[3]s
users:
- name: %[4]s
  user:
    client-certificate-data: %[5]s
    client-key-data: %[6]s
contexts:
- name: %[1]s
  context:
    cluster: %[1]s
    user: %[4]s
current-context: %[1]s
`, s.Name, s.APIServer(), inline[0], user, inline[1], inline[2])
	return os.WriteFile(s.Kubeconfig(user), []byte(content), 0o600)
}
