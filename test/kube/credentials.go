package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// credentials are files in the data dir, made once and then reused, so that a restarted API server presents the same
// certificate and still knows the tokens it has issued.
type credentials struct {
	caFile             string
	servingCert        string
	servingKey         string
	serviceAccountKey  string
	adminKubeconfig    string
	managerKubeconfig  string
	certificateDataDir string
}

// serviceIP is the first address of serviceIPRange: the "kubernetes" Service.
const (
	serviceIPRange = "10.0.0.0/16"
	serviceIP      = "10.0.0.1"
)

func ensureCredentials(dataDir, server string) (credentials, error) {
	dir := filepath.Join(dataDir, "pki")
	c := credentials{
		caFile:             filepath.Join(dir, "ca.crt"),
		servingCert:        filepath.Join(dir, "serving.crt"),
		servingKey:         filepath.Join(dir, "serving.key"),
		serviceAccountKey:  filepath.Join(dir, "service-account.key"),
		adminKubeconfig:    filepath.Join(dataDir, "admin.kubeconfig"),
		managerKubeconfig:  filepath.Join(dataDir, "controller-manager.kubeconfig"),
		certificateDataDir: dir,
	}
	clients := []struct {
		kubeconfig, name, user string
		groups                 []string
	}{
		{c.adminKubeconfig, "admin", "kubernetes-admin", []string{"system:masters"}},
		{c.managerKubeconfig, "controller-manager", "system:kube-controller-manager", nil},
	}

	if _, err := os.Stat(c.caFile); err != nil {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return c, err
		}
		ca, err := newAuthority("gatehouse-test-ca")
		if err != nil {
			return c, err
		}
		if err := ca.issue(c.servingCert, c.servingKey, x509.Certificate{
			Subject:     pkix.Name{CommonName: "kube-apiserver"},
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
			DNSNames: []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
				"kubernetes.default.svc.cluster.local"},
			IPAddresses: []net.IP{net.ParseIP(loopback), net.ParseIP(serviceIP)},
		}); err != nil {
			return c, err
		}
		for _, client := range clients {
			if err := ca.issue(filepath.Join(dir, client.name+".crt"), filepath.Join(dir, client.name+".key"), x509.Certificate{
				Subject:     pkix.Name{CommonName: client.user, Organization: client.groups},
				ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
			}); err != nil {
				return c, err
			}
		}
		if _, err := newKey(c.serviceAccountKey); err != nil {
			return c, err
		}
		// Written last: it says that the rest is complete.
		if err := writePEM(c.caFile, "CERTIFICATE", ca.certificate.Raw); err != nil {
			return c, err
		}
	}

	for _, client := range clients {
		if err := writeKubeconfig(client.kubeconfig, server, client.user, c.caFile,
			filepath.Join(dir, client.name+".crt"), filepath.Join(dir, client.name+".key")); err != nil {
			return c, err
		}
	}
	return c, nil
}

type authority struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

const validity = 10 * 365 * 24 * time.Hour

func newAuthority(name string) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		SerialNumber:          big.NewInt(1),
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(validity),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &authority{certificate, key}, nil
}

func (a *authority) issue(certFile, keyFile string, template x509.Certificate) error {
	key, err := newKey(keyFile)
	if err != nil {
		return err
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
		return err
	}
	template.NotBefore = a.certificate.NotBefore
	template.NotAfter = a.certificate.NotAfter
	template.KeyUsage = x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, &template, a.certificate, key.Public(), a.key)
	if err != nil {
		return err
	}
	return writePEM(certFile, "CERTIFICATE", der)
}

func newKey(file string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, writePEM(file, "EC PRIVATE KEY", der)
}

func writePEM(file, blockType string, der []byte) error {
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: blockType, Bytes: der}), 0o600)
}

func writeKubeconfig(file, server, user, caFile, certFile, keyFile string) error {
	config := clientcmdapi.NewConfig()
	cluster, auth, kubeContext := clientcmdapi.NewCluster(), clientcmdapi.NewAuthInfo(), clientcmdapi.NewContext()
	cluster.Server = server
	kubeContext.Cluster, kubeContext.AuthInfo = "test", user
	var err error
	if cluster.CertificateAuthorityData, err = os.ReadFile(caFile); err != nil {
		return err
	}
	if auth.ClientCertificateData, err = os.ReadFile(certFile); err != nil {
		return err
	}
	if auth.ClientKeyData, err = os.ReadFile(keyFile); err != nil {
		return err
	}
	config.Clusters["test"], config.AuthInfos[user], config.Contexts["test"] = cluster, auth, kubeContext
	config.CurrentContext = "test"
	return clientcmd.WriteToFile(*config, file)
}
