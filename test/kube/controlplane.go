package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	cliflag "k8s.io/component-base/cli/flag"
	logsapi "k8s.io/component-base/logs/api/v1"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	apiserveroptions "k8s.io/kubernetes/cmd/kube-apiserver/app/options"
	manager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	manageroptions "k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
	"k8s.io/kubernetes/cmd/kube-controller-manager/names"
)

// controllers are those whose work a test can see without nodes and kubelets. Each one costs watches and start time.
var controllers = []string{
	names.NamespaceController,
	names.GarbageCollectorController,
	names.ServiceAccountController,
	names.ServiceAccountTokenController,
	names.RootCACertificatePublisherController,
	names.DeploymentController,
	names.ReplicaSetController,
	names.EndpointSliceController,
	names.ClusterRoleAggregationController,
}

const serviceAccountIssuer = "https://kubernetes.default.svc.cluster.local"

type controlPlane struct {
	apiServer apiserveroptions.CompletedOptions
	manager   *manageroptions.KubeControllerManagerOptions
}

// prepareControlPlane parses the flags of both components. Feature gates and logging are global to the process, so
// they follow the API server's flags and are set once, before anything runs.
func prepareControlPlane(s settings, p ports, c credentials, etcdURL string) (*controlPlane, error) {
	rest.SetDefaultWarningHandler(rest.NoWarnings{})

	// The controller manager comes first: it changes defaults of feature gates, which the other's flags then close.
	managerOptions, err := manageroptions.NewKubeControllerManagerOptions()
	if err != nil {
		return nil, err
	}
	managerFlags := managerOptions.Flags(manager.KnownControllers(), manager.ControllersDisabledByDefault(), manager.ControllerAliases())
	if err := parse("kube-controller-manager", managerFlags, controllerManagerArgs(c), s.controllerManagerArgs); err != nil {
		return nil, err
	}
	server := apiserveroptions.NewServerRunOptions()
	server.SecureServing.Listener = p.listener
	if err := parse("kube-apiserver", server.Flags(), apiServerArgs(s, p, c, etcdURL), s.apiServerArgs); err != nil {
		return nil, err
	}
	if err := server.GenericServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
		return nil, err
	}
	if err := logsapi.ValidateAndApply(server.Logs, utilfeature.DefaultFeatureGate); err != nil {
		return nil, err
	}
	completed, err := server.Complete(context.Background())
	if err != nil {
		return nil, fmt.Errorf("kube-apiserver: %w", err)
	}
	if errs := completed.Validate(); len(errs) > 0 {
		return nil, fmt.Errorf("kube-apiserver: %w", utilerrors.NewAggregate(errs))
	}
	return &controlPlane{completed, managerOptions}, nil
}

func parse(component string, sets cliflag.NamedFlagSets, own, further []string) error {
	flags := pflag.NewFlagSet(component, pflag.ContinueOnError)
	flags.Usage = func() {}
	for _, set := range sets.FlagSets {
		flags.AddFlagSet(set)
	}
	for _, args := range [][]string{own, further} {
		if err := flags.Parse(args); err != nil {
			return fmt.Errorf("%s: %w", component, err)
		}
		if flags.NArg() > 0 {
			return fmt.Errorf("%s: unexpected argument %q", component, flags.Arg(0))
		}
	}
	return nil
}

func apiServerArgs(s settings, p ports, c credentials, etcdURL string) []string {
	return []string{
		"--v=" + strconv.Itoa(s.verbosity),
		"--bind-address=" + loopback,
		"--advertise-address=" + loopback,
		"--secure-port=" + strconv.Itoa(p.APIServer),
		"--cert-dir=" + c.certificateDataDir,
		"--tls-cert-file=" + c.servingCert,
		"--tls-private-key-file=" + c.servingKey,
		"--client-ca-file=" + c.caFile,
		"--etcd-servers=" + etcdURL,
		"--etcd-compaction-interval=" + s.etcdCompactionInterval.String(),
		"--authorization-mode=" + s.authorizationMode,
		"--service-account-issuer=" + serviceAccountIssuer,
		"--service-account-signing-key-file=" + c.serviceAccountKey,
		"--service-account-key-file=" + c.serviceAccountKey,
		"--service-cluster-ip-range=" + serviceIPRange,
		// A loopback address may not be an endpoint; nobody looks for one here.
		"--endpoint-reconciler-type=none",
		// Pods need no token volume, because no kubelet will ever mount one.
		"--disable-admission-plugins=ServiceAccount",
		// Webhooks named by a Service are resolved by the API server itself; type ExternalName gives the host.
		"--enable-aggregator-routing=false",
		"--allow-privileged=true",
		// Without it a stop waits for every open watch.
		"--shutdown-watch-termination-grace-period=1s",
		"--profiling=false",
	}
}

func controllerManagerArgs(c credentials) []string {
	return []string{
		"--kubeconfig=" + c.managerKubeconfig,
		"--authentication-kubeconfig=" + c.managerKubeconfig,
		"--authorization-kubeconfig=" + c.managerKubeconfig,
		"--root-ca-file=" + c.caFile,
		"--service-account-private-key-file=" + c.serviceAccountKey,
		"--use-service-account-credentials=true",
		"--controllers=" + strings.Join(controllers, ","),
		"--concurrent-gc-syncs=4",
		"--leader-elect=false",
		"--secure-port=0",
		"--profiling=false",
	}
}

func (c *controlPlane) runAPIServer(ctx context.Context) error {
	return apiserver.Run(ctx, c.apiServer)
}

func (c *controlPlane) runControllerManager(ctx context.Context) error {
	config, err := c.manager.Config(ctx, manager.KnownControllers(), manager.ControllersDisabledByDefault(), manager.ControllerAliases())
	if err != nil {
		return err
	}
	return manager.Run(ctx, config.Complete())
}

const pollInterval = 50 * time.Millisecond

// waitForAPIServer waits for /readyz and for the namespace "default", which the API server makes a moment later.
func waitForAPIServer(ctx context.Context, c credentials) error {
	client, err := adminClient(c)
	if err != nil {
		return err
	}
	return poll(ctx, func() error {
		if err := client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error(); err != nil {
			return err
		}
		_, err := client.CoreV1().Namespaces().Get(ctx, metav1.NamespaceDefault, metav1.GetOptions{})
		return err
	})
}

// waitForControllers waits for the first sign of the controller manager: a service account in "default". A caller who
// picks the controllers may have left out the one that makes it.
func waitForControllers(ctx context.Context, s settings, c credentials) error {
	for _, arg := range s.controllerManagerArgs {
		if strings.HasPrefix(arg, "--controllers") {
			return nil
		}
	}
	client, err := adminClient(c)
	if err != nil {
		return err
	}
	return poll(ctx, func() error {
		_, err := client.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		return err
	})
}

func poll(ctx context.Context, try func() error) error {
	var last error
	err := wait.PollUntilContextCancel(ctx, pollInterval, true, func(context.Context) (bool, error) {
		last = try()
		return last == nil, nil
	})
	if err != nil {
		return errors.Join(err, last)
	}
	return nil
}

func adminClient(c credentials) (*kubernetes.Clientset, error) {
	config, err := clientcmd.BuildConfigFromFlags("", c.adminKubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	return kubernetes.NewForConfig(config)
}
