/** What the API server says about an installation. Nothing is judged here. */
import { KubeHttpError } from '../../adapters/kube/errors.js';
import type { KubeClient } from '../../adapters/kube/kube-client.js';
import { isObject, member, valueAt } from '../../model/json.js';
import { KIND_IDS, definitionOf, POLICY_GROUP } from '../../schema/index.js';
import { NAMES } from '../manifests/names.js';
import { PORTS } from '../manifests/network.js';
import { serverRights, ownRights, type Right } from './rights.js';
import type { Seen, Subject } from './seen.js';

const TIMEOUT_MS = 10_000;
const HOOKS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
const AUTHORIZATION = '/apis/authorization.k8s.io/v1';

/** What the API server's own attempt to reach a pod through the Service came to; undefined when it got there. */
export type Reach =
  { readonly reached: true } | { readonly reached: false; readonly why: string } | 'refused';

export interface Facts {
  readonly namespace: string;
  readonly version: Seen;
  /** Served versions of our kinds, by `plural.group`, newest first as the API server prefers them. */
  readonly served: ReadonlyMap<string, readonly string[]>;
  readonly linkerdConfig: Seen;
  readonly deployment: Seen;
  readonly service: Seen;
  readonly endpoints: Seen;
  readonly reach: Reach;
  readonly webhooks: Seen;
  readonly allWebhooks: Seen;
  /** The CA of managed certificates, or the pair of files. */
  readonly secret: (name: string) => Promise<Seen>;
  readonly denied: { readonly own: readonly Right[]; readonly server: readonly Right[] | 'refused' };
}

/** Rejects when the API server cannot be reached. */
export async function gatherFacts(client: KubeClient, subject: Subject): Promise<Facts> {
  const { namespace, controlPlaneNamespace } = subject;
  const see = (path: string): Promise<Seen> => look(client, path);
  const inOurs = (root: string, rest: string): string => `${root}/namespaces/${namespace}/${rest}`;
  const version = await see('/version');
  const deployment = await see(inOurs('/apis/apps/v1', `deployments/${NAMES.deployment}`));
  const slices = `endpointslices?labelSelector=${encodeURIComponent(`kubernetes.io/service-name=${NAMES.service}`)}`;
  return {
    namespace,
    version,
    served: await servedVersions(client),
    linkerdConfig: await see(`/api/v1/namespaces/${controlPlaneNamespace}/configmaps/linkerd-config`),
    deployment,
    service: await see(inOurs('/api/v1', `services/${NAMES.service}`)),
    endpoints: await see(inOurs('/apis/discovery.k8s.io/v1', slices)),
    reach: await reachThroughService(client, namespace),
    webhooks: await see(`${HOOKS}/${NAMES.webhooks}`),
    allWebhooks: await see(HOOKS),
    secret: (name) => see(inOurs('/api/v1', `secrets/${name}`)),
    denied: {
      own: (await deniedOf(client, ownRights(subject))) ?? [],
      server:
        (await deniedOf(
          client,
          serverRights(namespace, deployment),
          `system:serviceaccount:${namespace}:${NAMES.serviceAccount}`,
        )) ?? 'refused',
    },
  };
}

async function look(client: KubeClient, path: string): Promise<Seen> {
  try {
    const object = await client.getJson(path, { timeoutMs: TIMEOUT_MS });
    return isObject(object) ? { state: 'there', object } : { state: 'absent' };
  } catch (error) {
    if (error instanceof KubeHttpError && error.status === 404) return { state: 'absent' };
    if (error instanceof KubeHttpError && error.status === 403) return { state: 'refused' };
    throw error;
  }
}

async function servedVersions(client: KubeClient): Promise<ReadonlyMap<string, readonly string[]>> {
  const served = new Map<string, string[]>();
  for (const group of new Set(KIND_IDS.map((id) => definitionOf(id).group))) {
    const found = await look(client, `/apis/${group}`);
    const versions = found.state === 'there' ? member(found.object, 'versions') : [];
    for (const item of Array.isArray(versions) ? versions : []) {
      const version = member(item, 'version');
      if (typeof version !== 'string') continue;
      const list = await look(client, `/apis/${group}/${version}`);
      const resources = list.state === 'there' ? member(list.object, 'resources') : [];
      for (const resource of Array.isArray(resources) ? resources : []) {
        const name = member(resource, 'name');
        if (typeof name !== 'string' || name.includes('/')) continue;
        const key = `${name}.${group}`;
        served.set(key, [...(served.get(key) ?? []), version]);
      }
    }
  }
  return served;
}

export const SERVERS = `servers.${POLICY_GROUP}`;

/** The API server opens the connection to a pod here as it does for a review, but trusts any certificate. */
async function reachThroughService(client: KubeClient, namespace: string): Promise<Reach> {
  const path = `/api/v1/namespaces/${namespace}/services/https:${NAMES.service}:webhook/proxy/validate`;
  try {
    await client.getJson(path, { timeoutMs: TIMEOUT_MS });
    return { reached: true };
  } catch (error) {
    if (!(error instanceof KubeHttpError)) return { reached: false, why: describe(error) };
    // What answers is ours: the route takes POST alone.
    if (error.status === 405) return { reached: true };
    if (error.status === 403) return 'refused';
    return { reached: false, why: messageIn(error) };
  }
}

/** The text of a refusal, without our own words before it. */
export function messageIn(error: KubeHttpError): string {
  const message = member(error.body, 'message');
  return typeof message === 'string' ? message : error.message;
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Those of the rights that `user`, or we ourselves, do not have; undefined when we may not ask. */
async function deniedOf(
  client: KubeClient,
  rights: readonly Right[],
  user?: string,
): Promise<readonly Right[] | undefined> {
  const kind = user === undefined ? 'SelfSubjectAccessReview' : 'SubjectAccessReview';
  const denied: Right[] = [];
  for (const right of rights) {
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind,
      spec: { resourceAttributes: right, ...(user === undefined ? {} : { user }) },
    };
    try {
      const path = `${AUTHORIZATION}/${kind.toLowerCase()}s`;
      const answer = await client.request('POST', path, review, { timeoutMs: TIMEOUT_MS });
      if (valueAt(answer, ['status', 'allowed']) !== true) denied.push(right);
    } catch (error) {
      if (error instanceof KubeHttpError && error.status === 403) return undefined;
      throw error;
    }
  }
  return denied;
}

/** The port of a pod, for texts. */
export const WEBHOOK_PORT = PORTS.webhook;
