package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

const loopback = "127.0.0.1"

// Free ports are taken from below the range that systems use for outgoing connections, so that nobody is given
// the API server's port while it is stopped for a test.
const (
	firstFreePort = 20000
	lastFreePort  = 32000
)

// ports are kept in the data dir: a restarted API server is found where it was.
type ports struct {
	APIServer int `json:"apiServer"`
	Etcd      int `json:"etcd"`

	listener net.Listener
}

func (p ports) server() string {
	return "https://" + net.JoinHostPort(loopback, strconv.Itoa(p.APIServer))
}

func choosePorts(s settings) (ports, error) {
	file := filepath.Join(s.dataDir, "ports.json")
	var p ports
	content, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(content, &p)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return p, err
	}
	if s.port != 0 {
		p.APIServer = s.port
	}
	if s.etcdPort != 0 {
		p.Etcd = s.etcdPort
	}
	if p.listener, err = listen(p.APIServer); err != nil {
		return p, fmt.Errorf("API server port: %w", err)
	}
	p.APIServer = p.listener.Addr().(*net.TCPAddr).Port
	// etcd opens its own listener, so its port is only tried here.
	etcdListener, err := listen(p.Etcd)
	if err != nil {
		return p, fmt.Errorf("etcd port: %w", err)
	}
	p.Etcd = etcdListener.Addr().(*net.TCPAddr).Port
	if err := etcdListener.Close(); err != nil {
		return p, err
	}
	if content, err = json.Marshal(p); err != nil {
		return p, err
	}
	return p, os.WriteFile(file, append(content, '\n'), 0o600)
}

// listen waits a little for a given port, which a predecessor may be about to leave; 0 means any free one.
func listen(port int) (net.Listener, error) {
	var last error
	for range 100 {
		try := port
		if port == 0 {
			try = firstFreePort + rand.IntN(lastFreePort-firstFreePort)
		}
		listener, err := net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(try)))
		if err == nil {
			return listener, nil
		}
		last = err
		if port != 0 {
			time.Sleep(50 * time.Millisecond)
		}
	}
	return nil, last
}
