// Command kube runs etcd, kube-apiserver and kube-controller-manager in one process, for tests.
//
// Everything it writes is below --data-dir and everything it listens on is on 127.0.0.1. When the API server is ready
// it prints one line of JSON on stdout. It stops on SIGTERM, on SIGINT and, with --exit-with-stdin, when stdin closes,
// so it never outlives the test run that started it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/pflag"
	"k8s.io/component-base/version"
	"k8s.io/klog/v2"
)

// stopTimeout bounds a clean stop. Clients that keep a connection busy must not hold up the end of a test run.
const stopTimeout = 10 * time.Second

type settings struct {
	dataDir                string
	port                   int
	etcdPort               int
	authorizationMode      string
	etcdCompactionInterval time.Duration
	controllerManager      bool
	readyTimeout           time.Duration
	exitWithStdin          bool
	removeDataDir          bool
	verbosity              int
	apiServerArgs          []string
	controllerManagerArgs  []string
}

// ready is the line on stdout.
type ready struct {
	Kubeconfig string `json:"kubeconfig"`
	Server     string `json:"server"`
	CAFile     string `json:"caFile"`
	Etcd       string `json:"etcd"`
	Version    string `json:"version"`
	DataDir    string `json:"dataDir"`
	LogFile    string `json:"logFile"`
	Port       int    `json:"port"`
	EtcdPort   int    `json:"etcdPort"`
	PID        int    `json:"pid"`
	ReadyAfter int64  `json:"readyAfterMs"`
}

func parseFlags(args []string) (settings, error) {
	var s settings
	flags := pflag.NewFlagSet("kube", pflag.ContinueOnError)
	flags.SortFlags = false
	flags.StringVar(&s.dataDir, "data-dir", "", "directory for all data, keys and logs; reused over restarts (required)")
	flags.IntVar(&s.port, "port", 0, "port of the API server; 0 takes the one used last in this data dir, else a free one")
	flags.IntVar(&s.etcdPort, "etcd-port", 0, "client port of etcd (plain HTTP); 0 as for --port")
	flags.StringVar(&s.authorizationMode, "authorization-mode", "RBAC", "authorization mode of the API server")
	flags.DurationVar(&s.etcdCompactionInterval, "etcd-compaction-interval", 5*time.Minute,
		"how often the API server compacts etcd; 0 never")
	flags.BoolVar(&s.controllerManager, "controller-manager", true, "run the controller manager")
	flags.DurationVar(&s.readyTimeout, "ready-timeout", 2*time.Minute, "give up when not ready by then")
	flags.BoolVar(&s.exitWithStdin, "exit-with-stdin", false, "stop when stdin closes, that is when the parent ends")
	flags.BoolVar(&s.removeDataDir, "remove-data-dir", false, "remove the data dir when stopped by --exit-with-stdin: nobody is left to do it")
	flags.IntVarP(&s.verbosity, "v", "v", 0, "log verbosity, for kube.log in the data dir")
	flags.StringArrayVar(&s.apiServerArgs, "apiserver-arg", nil, "further kube-apiserver flag, e.g. --apiserver-arg=--max-requests-inflight=10; repeatable")
	flags.StringArrayVar(&s.controllerManagerArgs, "controller-manager-arg", nil, "further kube-controller-manager flag; repeatable")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if s.dataDir == "" {
		return s, errors.New("--data-dir is required")
	}
	dir, err := filepath.Abs(s.dataDir)
	if err != nil {
		return s, err
	}
	s.dataDir = dir
	return s, nil
}

func main() {
	s, err := parseFlags(os.Args[1:])
	if errors.Is(err, pflag.ErrHelp) {
		return
	}
	if err == nil {
		err = run(s, os.Stdout, os.Stderr)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "kube:", err)
		os.Exit(1)
	}
}

func run(s settings, stdout, stderr *os.File) error {
	started := time.Now()
	if err := os.MkdirAll(s.dataDir, 0o700); err != nil {
		return err
	}
	// All traffic stays on this machine; a proxy of the surrounding environment must not see webhook calls.
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		os.Unsetenv(name)
	}
	logFile := filepath.Join(s.dataDir, "kube.log")
	restoreOutput, err := sendOutputTo(logFile, stdout, stderr)
	if err != nil {
		return err
	}
	defer restoreOutput()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if s.exitWithStdin {
		var abandoned atomic.Bool
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			abandoned.Store(true)
			stop()
		}()
		if s.removeDataDir {
			defer func() {
				if abandoned.Load() {
					_ = os.RemoveAll(s.dataDir)
				}
			}()
		}
	}

	ports, err := choosePorts(s)
	if err != nil {
		return err
	}
	creds, err := ensureCredentials(s.dataDir, ports.server())
	if err != nil {
		return fmt.Errorf("credentials: %w", err)
	}
	etcd, err := startEtcd(s, ports, logFile)
	if err != nil {
		return fmt.Errorf("etcd: %w", err)
	}
	defer etcd.stop()

	failed := make(chan error, 2)
	finished := make(chan struct{})
	controlPlane, err := prepareControlPlane(s, ports, creds, etcd.url)
	if err != nil {
		return err
	}
	serverCtx, stopServer := context.WithCancel(context.Background())
	defer stopServer()
	go func() {
		defer close(finished)
		if err := controlPlane.runAPIServer(serverCtx); err != nil {
			failed <- fmt.Errorf("kube-apiserver: %w", err)
		} else if serverCtx.Err() == nil {
			failed <- errors.New("kube-apiserver ended")
		}
	}()
	// The controller manager ends before the API server does.
	managerCtx, stopManager := context.WithCancel(serverCtx)
	defer stopManager()

	readyErr := make(chan error, 1)
	go func() {
		waitCtx, cancel := context.WithTimeout(ctx, s.readyTimeout)
		defer cancel()
		err := waitForAPIServer(waitCtx, creds)
		if err == nil && s.controllerManager {
			go func() {
				if err := controlPlane.runControllerManager(managerCtx); err != nil {
					failed <- fmt.Errorf("kube-controller-manager: %w", err)
				}
			}()
			err = waitForControllers(waitCtx, s, creds)
		}
		readyErr <- err
	}()

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return shutDown(stopManager, stopServer, finished)
	case err := <-readyErr:
		if ctx.Err() != nil {
			return shutDown(stopManager, stopServer, finished)
		}
		if err != nil {
			return fmt.Errorf("not ready, see %s: %w", logFile, err)
		}
	}

	line, err := json.Marshal(ready{
		Kubeconfig: creds.adminKubeconfig,
		Server:     ports.server(),
		CAFile:     creds.caFile,
		Etcd:       etcd.url,
		Version:    version.Get().GitVersion,
		DataDir:    s.dataDir,
		LogFile:    logFile,
		Port:       ports.APIServer,
		EtcdPort:   ports.Etcd,
		PID:        os.Getpid(),
		ReadyAfter: time.Since(started).Milliseconds(),
	})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(stdout, string(line)); err != nil {
		return err
	}

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return shutDown(stopManager, stopServer, finished)
	}
}

// shutDown ends the controllers and the API server; the caller's deferred calls end etcd.
func shutDown(stopManager, stopServer func(), finished <-chan struct{}) error {
	stopManager()
	stopServer()
	select {
	case <-finished:
	case <-time.After(stopTimeout):
		klog.Info("the API server did not end in time")
	}
	return nil
}

// sendOutputTo makes kube.log the place for everything the components print, so that stdout carries one line only.
// Errors that end the program still reach the real stderr.
func sendOutputTo(path string, stdout, stderr *os.File) (restore func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	if err := debug.SetCrashOutput(file, debug.CrashOptions{}); err != nil {
		return nil, err
	}
	os.Stdout, os.Stderr = file, file
	klog.OsExit = func(code int) {
		fmt.Fprintf(stderr, "kube: a component ended the program, see %s\n", path)
		os.Exit(code)
	}
	return func() {
		klog.Flush()
		os.Stdout, os.Stderr = stdout, stderr
	}, nil
}
