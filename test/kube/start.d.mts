/** A running API server, or the reason why there is none. */
export type FoundApiServer = ApiServer | NoApiServer;

export interface NoApiServer {
  kind: 'none';
  /** Why each way of getting an API server was passed over, one line each. */
  reason: string;
}

export interface ApiServer {
  /** `kubeconfig`: a cluster named by KUBECONFIG; `assets`: binaries of KUBEBUILDER_ASSETS; `module`: this Go module. */
  kind: 'kubeconfig' | 'assets' | 'module';
  /** Path of a kubeconfig with full rights. */
  kubeconfig: string;
  /** URL of the API server; undefined when a KUBECONFIG names more than one. */
  server: string | undefined;
  /** Client URL of etcd (plain HTTP with the JSON gateway), where we started it. */
  etcd?: string;
  /** Everything the server keeps: data, certificates, logs. Removed by `stop`. */
  dataDir?: string;
  /** Time from the start of the processes to readiness. */
  readyAfterMs?: number;
  /** Process id of the running API server (with `module`: of etcd and the controller manager too). */
  pid?(): number | undefined;
  /** Stops the API server and keeps its data. SIGKILL stands for a crash: connections are reset. */
  stopServer?(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again: same port, data and certificates. Resolves when it is ready. */
  startServer?(): Promise<void>;
  restart?(signal?: NodeJS.Signals): Promise<void>;
  /** Ends every process that was started and removes the data. */
  stop(): Promise<void>;
}

export interface FindOptions {
  /** A server of one's own, to be stopped and started at will: KUBECONFIG is not considered. */
  own?: boolean;
  /** Further kube-apiserver flags (`kind` assets and module). */
  apiServerArgs?: string[];
  /** Further kube-controller-manager flags (`kind` assets and module). */
  controllerManagerArgs?: string[];
  /** Default true. */
  controllerManager?: boolean;
  /** Further flags of the Go program, e.g. `--etcd-compaction-interval=2s` (`kind` module). */
  moduleArgs?: string[];
  /** Progress lines; the default writes to stderr. */
  log?(line: string): void;
}

/** Looks at KUBECONFIG, then KUBEBUILDER_ASSETS, then builds and starts the Go module beside this file. */
export function findApiServer(options?: FindOptions): Promise<FoundApiServer>;

/** Builds `bin/kube` if it is missing or older than its sources. Returns its path, or why there is none. */
export function buildModule(log?: (line: string) => void): Promise<{ binary: string } | { reason: string }>;
