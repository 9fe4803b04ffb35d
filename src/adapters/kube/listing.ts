/** A list of all objects of a kind, page by page: each page is projected, and dropped, before the next one is asked for. */
import { member } from '../../model/json.js';
import type { StoredObject } from '../../policy/objects/stored.js';
import { KubeError } from './errors.js';
import type { KubeClient } from './kube-client.js';

export interface Listing {
  readonly objects: readonly StoredObject[];
  /** The state of the cluster that all pages show, and from which a watch goes on. */
  readonly resourceVersion: string;
}

export interface ListOptions {
  readonly pageSize: number;
  readonly pageBytes: number;
  /** For each page. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly read: (items: readonly unknown[]) => readonly StoredObject[];
}

/**
 * Without a resourceVersion: what was written before is in it. Pages belong to one state of the cluster or the server
 * refuses the next one with 410; then the whole list is begun again, by the caller, since the rest would be of another
 * state.
 */
export async function listAll(
  client: KubeClient,
  collection: string,
  options: ListOptions,
): Promise<Listing> {
  const objects: StoredObject[] = [];
  let token = '';
  let resourceVersion: string | undefined;
  do {
    const query = new URLSearchParams({
      limit: String(options.pageSize),
      ...(token !== '' && { continue: token }),
    });
    const page = readPage(
      await client.getJson(`${collection}?${query.toString()}`, {
        timeoutMs: options.timeoutMs,
        maxBytes: options.pageBytes,
        signal: options.signal,
      }),
    );
    for (const object of options.read(page.items)) objects.push(object);
    resourceVersion ??= page.resourceVersion;
    if (page.token === token && token !== '')
      throw new KubeError('kube-malformed', 'a list that does not advance');
    token = page.token;
  } while (token !== '');
  return { objects, resourceVersion };
}

interface Page {
  readonly items: readonly unknown[];
  readonly resourceVersion: string;
  /** Empty on the last page. */
  readonly token: string;
}

export function readPage(answer: unknown): Page {
  const metadata = member(answer, 'metadata');
  const items = member(answer, 'items') ?? [];
  const resourceVersion = member(metadata, 'resourceVersion');
  const token = member(metadata, 'continue') ?? '';
  if (!Array.isArray(items) || typeof resourceVersion !== 'string' || typeof token !== 'string')
    throw new KubeError('kube-malformed', 'the answer is no list');
  return { items, resourceVersion, token };
}
