package main

import (
	"errors"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
)

type etcdServer struct {
	etcd *embed.Etcd
	url  string
}

// startEtcd runs a single member. It also serves etcd's JSON gateway, so a test can compact the store with one
// HTTP request: POST <etcd>/v3/kv/compaction {"revision": "<n>"}.
func startEtcd(s settings, p ports, logFile string) (*etcdServer, error) {
	client := url.URL{Scheme: "http", Host: net.JoinHostPort(loopback, strconv.Itoa(p.Etcd))}
	config := embed.NewConfig()
	config.Dir = filepath.Join(s.dataDir, "etcd")
	config.LogOutputs = []string{logFile}
	config.LogLevel = "error"
	config.ListenClientUrls = []url.URL{client}
	config.AdvertiseClientUrls = []url.URL{client}
	// There are no peers: the advertised address stays etcd's default and nothing listens there.
	config.ListenPeerUrls = nil
	// Test data may be lost with the machine, not with the process; syncing would only cost time.
	config.UnsafeNoFsync = true

	etcd, err := embed.StartEtcd(config)
	if err != nil {
		return nil, err
	}
	select {
	case <-etcd.Server.ReadyNotify():
		return &etcdServer{etcd, client.String()}, nil
	case err := <-etcd.Err():
		etcd.Close()
		return nil, err
	case <-time.After(s.readyTimeout):
		etcd.Close()
		return nil, errors.New("not ready in time")
	}
}

func (e *etcdServer) stop() { e.etcd.Close() }
