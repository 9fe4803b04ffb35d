/** A Server as the index uses it (inbound-semantics A6, A9). */
import { compileSelector, type Selector } from '../../selector/index.js';
import type { RawLabelSelector } from '../../selector/requirement.js';
import type { StoredPolicy } from '../objects/stored.js';

export type ServerPort =
  { readonly kind: 'number'; readonly number: number } | { readonly kind: 'name'; readonly name: string };

export interface PolicyServer {
  readonly namespace: string;
  readonly name: string;
  readonly created: string | undefined;
  readonly workloads: 'pods' | 'externalWorkloads';
  readonly selector: Selector;
  readonly port: ServerPort;
  readonly stored: StoredPolicy<'policy.linkerd.io/Server'>;
}

/** The Server of a stored object, or undefined for one that Linkerd cannot read. */
export function toPolicyServer(stored: StoredPolicy<'policy.linkerd.io/Server'>): PolicyServer | undefined {
  const { spec, readable, namespace, name, created } = stored;
  const port = toPort(spec.port);
  // Where both are written, Linkerd takes the first in the alphabet (SRV-1).
  const external = spec.externalWorkloadSelector ?? undefined;
  const selector = external ?? spec.podSelector ?? undefined;
  if (!readable || port === undefined || selector === undefined) return undefined;
  return {
    namespace,
    name,
    created,
    workloads: external === undefined ? 'pods' : 'externalWorkloads',
    selector: compileSelector(selector as RawLabelSelector),
    port,
    stored,
  };
}

function toPort(port: unknown): ServerPort | undefined {
  if (typeof port === 'string') return { kind: 'name', name: port };
  return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535
    ? { kind: 'number', number: port }
    : undefined;
}

/** A port as people write it. */
export const formatPort = (port: ServerPort): string =>
  port.kind === 'number' ? String(port.number) : JSON.stringify(port.name);

/**
 * Which of two Servers Linkerd lets win a port: the older, then the lower name. One without a timestamp comes before
 * any with one (known-gaps G-46).
 */
export function byPrecedence(a: PolicyServer, b: PolicyServer): number {
  const [x, y] = [a.created ?? '', b.created ?? ''];
  if (x !== y) return x < y ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
