/** Reads kubeconfig files and the service account of a pod; the one module that knows @kubernetes/client-node. */
import { existsSync } from 'node:fs';
import type https from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { OperationalError } from '../../model/operational-error.js';
import { messageOf } from './errors.js';
import type { KubeAuth } from './kube-client.js';

/** Which cluster, and as whom. */
export type KubeConfigChoice =
  | { readonly from: 'file'; readonly path: string; readonly context?: string | undefined }
  /** As the service account of the pod that we run in. */
  | { readonly from: 'pod' };

const TOKEN_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Whether this process runs in a pod that has a service account. */
export const runsInPod = (env: Readonly<Record<string, string | undefined>>): boolean =>
  env['KUBERNETES_SERVICE_HOST'] !== undefined && existsSync(TOKEN_FILE);

/** Throws an OperationalError when the configuration cannot be used. */
export function kubeAuth(choice: KubeConfigChoice): KubeAuth {
  let config = load(choice);
  let pending: Promise<https.RequestOptions> | undefined;

  async function options(): Promise<https.RequestOptions> {
    const fresh: https.RequestOptions = {};
    await config.applyToHTTPSOptions(fresh);
    // Its agent keeps no connections; ours does. A proxy needs the one it made.
    if (config.getCurrentCluster()?.proxyUrl === undefined) delete fresh.agent;
    return { ...fresh, headers: trimmed(fresh.headers as Record<string, string> | undefined) };
  }

  return {
    server: () => serverOf(config),
    // Shared while it is under way: at the start every kind asks, and a credential plug-in is a process.
    requestOptions: () => {
      pending ??= options().finally(() => (pending = undefined));
      return pending;
    },
    reload: () => {
      try {
        config = load(choice);
      } catch {
        // Being written just now, perhaps. The server goes on refusing the old credentials, and we come back.
      }
      pending = undefined;
    },
  };
}

function load(choice: KubeConfigChoice): KubeConfig {
  const config = new KubeConfig();
  if (choice.from === 'pod') {
    config.loadFromCluster();
    if (process.env['KUBERNETES_SERVICE_HOST'] === undefined)
      throw unusable('not in a cluster', 'name a kubeconfig or manifests');
  } else {
    try {
      config.loadFromFile(choice.path);
    } catch (cause) {
      throw unusable(
        `the kubeconfig \`${choice.path}\` cannot be read: ${messageOf(cause)}`,
        undefined,
        cause,
      );
    }
    if (choice.context !== undefined) config.setCurrentContext(choice.context);
  }
  return usable(config, choice.from === 'file' ? `the kubeconfig \`${choice.path}\`` : 'the pod');
}

function usable(config: KubeConfig, from: string): KubeConfig {
  const name = config.getCurrentContext() as string | undefined;
  const context = config.getContextObject(name ?? '');
  if (context === null) {
    const known = config.getContexts().map((item) => item.name);
    throw unusable(`${from} has no context \`${name ?? ''}\``, `its contexts: ${known.join(', ')}`);
  }
  const cluster = config.getCurrentCluster();
  if (
    cluster === null ||
    !URL.canParse(cluster.server) ||
    !/^https?:$/.test(new URL(cluster.server).protocol)
  )
    throw unusable(`${from} names no server in its context \`${context.name}\``);
  // client-node refuses plain HTTP (kubectl proxy, servers of tests) unless there is no TLS to verify, and leaves out
  // the cluster's CA where there is no user.
  const plain = new URL(cluster.server).protocol === 'http:';
  const user = config.getCurrentUser() ?? { name: 'gatehouse-anonymous' };
  config.loadFromOptions({
    clusters: [{ ...cluster, ...(plain && { skipTLSVerify: true }) }],
    users: [user],
    contexts: [{ ...context, user: user.name }],
    currentContext: context.name,
  });
  return config;
}

const unusable = (message: string, hint?: string, cause?: unknown): OperationalError =>
  new OperationalError('kubeconfig', message, { ...(hint !== undefined && { hint }), cause });

function serverOf(config: KubeConfig): URL {
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Error('a loaded kubeconfig without a server');
  return new URL(server);
}

/** A token file often ends with a newline, which no header may hold. */
const trimmed = (headers: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.trim()]));
