/**
 * Our own objects in a cluster: the Secret with the CAs and the webhook configuration. Every write carries the
 * resourceVersion that was read, and touches nothing that is not ours.
 */
import { isObject, member, type JsonObject } from '../../model/json.js';
import { KubeHttpError } from './errors.js';
import type { KubeClient } from './kube-client.js';
import type { Timing } from './timing.js';
import { watchObject } from './watch-object.js';

export interface InstallationNames {
  readonly namespace: string;
  readonly secret: string;
  readonly configuration: string;
}

/** Our entries in the webhook configuration. */
export const ENTRIES: readonly string[] = Object.freeze(['validate.gatehouse.dev', 'advise.gatehouse.dev']);

export interface StoredSecret {
  /** Its data, decoded. */
  readonly data: ReadonlyMap<string, string>;
  /** As it was read. */
  readonly object: JsonObject;
}

export interface Registration {
  readonly version: string;
  /** Our entries that are there, and what they trust as PEM; empty text for nothing. */
  readonly entries: readonly { readonly name: string; readonly bundle: string }[];
}

const TIMEOUT_MS = 5_000;

export class Installation {
  readonly #client: KubeClient;
  readonly #names: InstallationNames;
  readonly #signal: AbortSignal;

  constructor(client: KubeClient, names: InstallationNames, signal: AbortSignal) {
    this.#client = client;
    this.#names = names;
    this.#signal = signal;
  }

  /** The Secret; undefined when there is none. */
  async secret(): Promise<StoredSecret | undefined> {
    const object = await this.#get(`${this.#secrets}/${encodeURIComponent(this.#names.secret)}`);
    if (object === undefined) return undefined;
    const data = member(object, 'data');
    return { object, data: new Map(Object.entries(isObject(data) ? data : {}).map(decoded)) };
  }

  /** Writes these keys, and removes those without a text; `read` is the Secret as it was, undefined to create it. */
  async writeSecret(
    read: StoredSecret | undefined,
    texts: ReadonlyMap<string, string | undefined>,
  ): Promise<void> {
    const old = member(read?.object, 'data');
    const others = Object.entries(isObject(old) ? old : {}).filter(([key]) => !texts.has(key));
    const ours = [...texts].flatMap(([key, text]) =>
      text === undefined ? [] : [[key, Buffer.from(text).toString('base64')] as const],
    );
    const data = Object.fromEntries([...others, ...ours]);
    const { namespace, secret } = this.#names;
    if (read === undefined) {
      const metadata = { name: secret, namespace, labels: { 'app.kubernetes.io/name': 'gatehouse' } };
      const object = { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata, data };
      await this.#client.request('POST', this.#secrets, object, this.#call);
    } else {
      const path = `${this.#secrets}/${encodeURIComponent(secret)}`;
      await this.#client.request('PUT', path, { ...read.object, data }, this.#call);
    }
  }

  /** What is registered; undefined when there is no configuration, or none of our entries in it. */
  async registration(): Promise<Registration | undefined> {
    const object = await this.#get(this.#configuration);
    const webhooks = member(object, 'webhooks');
    const version = member(member(object, 'metadata'), 'resourceVersion');
    const entries = (Array.isArray(webhooks) ? webhooks : []).flatMap((webhook: unknown) => {
      const name = member(webhook, 'name');
      const bundle = member(member(webhook, 'clientConfig'), 'caBundle');
      return typeof name === 'string' && ENTRIES.includes(name)
        ? [{ name, bundle: typeof bundle === 'string' ? fromBase64(bundle) : '' }]
        : [];
    });
    return entries.length === 0 || typeof version !== 'string' ? undefined : { version, entries };
  }

  /** Makes our entries trust `bundle`, by their names; the rest of the object stays as it is. */
  async publish({ version, entries }: Registration, bundle: string): Promise<void> {
    const caBundle = Buffer.from(bundle).toString('base64');
    const patch = {
      metadata: { resourceVersion: version },
      webhooks: entries.map(({ name }) => ({ name, clientConfig: { caBundle } })),
    };
    const contentType = 'application/strategic-merge-patch+json';
    const path = `${this.#configuration}?fieldManager=gatehouse`;
    await this.#client.request('PATCH', path, patch, { ...this.#call, contentType });
  }

  /** Notices changes of the configuration and, where `secret` is set, of the Secret, until the signal is aborted. */
  async watch(
    timing: Timing,
    what: { readonly secret: boolean },
    notice: () => void,
    failed: (error: unknown) => void,
  ): Promise<void> {
    const { secret, configuration } = this.#names;
    const common = { client: this.#client, timing, notice, failed, signal: this.#signal };
    await Promise.all([
      watchObject({ ...common, path: CONFIGURATIONS, name: configuration }),
      ...(what.secret ? [watchObject({ ...common, path: this.#secrets, name: secret })] : []),
    ]);
  }

  get #secrets(): string {
    return `/api/v1/namespaces/${encodeURIComponent(this.#names.namespace)}/secrets`;
  }

  get #configuration(): string {
    return `${CONFIGURATIONS}/${encodeURIComponent(this.#names.configuration)}`;
  }

  get #call() {
    return { timeoutMs: TIMEOUT_MS, signal: this.#signal };
  }

  async #get(path: string): Promise<JsonObject | undefined> {
    try {
      const object = await this.#client.getJson(path, this.#call);
      return isObject(object) ? object : undefined;
    } catch (error) {
      if (error instanceof KubeHttpError && error.status === 404) return undefined;
      throw error;
    }
  }
}

const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

const decoded = ([key, value]: [string, unknown]): [string, string] => [
  key,
  typeof value === 'string' ? fromBase64(value) : '',
];
