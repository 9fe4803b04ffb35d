/** The ways in which traffic comes to a port, told apart as far as the two sides of a comparison do. */
import {
  ALL_CLIENTS,
  ALL_CREDENTIALS,
  ALL_IDENTITIES,
  ALL_NETWORKS,
  clientSet,
  NO_CREDENTIALS,
  type ClientSet,
} from '../../algebra/index.js';
import type { Semantics } from '../../model/world.js';
import type { Connection, TlsState } from '../decide/connection.js';
import type { Traffic } from '../decide/request.js';
import { treatmentOf, type Side, type Treatment } from './side.js';

/**
 * How connections reach the proxy: redirected to it, or `direct` to its own port, which takes identities only. `any`
 * where it makes no difference.
 */
export type Transport = 'any' | 'redirected' | 'direct';

/** `http` is both versions, `any` is that and whatever is not HTTP. In somebody else's TLS everything is `tcp`. */
export type TrafficKind = 'any' | 'tcp' | 'http' | 'http1' | 'http2';

/** Traffic that each side treats in one way. */
export interface Way {
  readonly transport: Transport;
  readonly traffic: TrafficKind;
  /** Who can send it so. */
  readonly clients: ClientSet;
  readonly before: Treatment;
  readonly after: Treatment;
}

const PLAIN = clientSet({ ...NO_CREDENTIALS, plain: true }, ALL_NETWORKS);
const MESHED = clientSet({ ...ALL_CREDENTIALS, plain: false }, ALL_NETWORKS);
const IDENTITIES = clientSet({ ...NO_CREDENTIALS, identities: ALL_IDENTITIES }, ALL_NETWORKS);

const connection = (tls: TlsState, direct: boolean): Connection => ({ family: 4, address: 0n, tls, direct });
const WITHOUT_TLS = connection({ kind: 'none' }, false);
const WITH_TLS = connection({ kind: 'established', identity: 'a' }, false);
const DIRECT = connection({ kind: 'established', identity: 'a' }, true);

const TCP: Traffic = { kind: 'tcp' };
const http = (version: 'http1' | 'http2'): Traffic => ({
  kind: 'http',
  version,
  request: { method: 'GET', path: '/', headers: [] },
});

/** In a fixed order. */
export function waysOf(before: Side, after: Side, semantics: Semantics): readonly Way[] {
  const way = (
    traffic: TrafficKind,
    clients: ClientSet,
    over: Connection,
    sent: Traffic,
    transport: Transport,
  ): Way => ({
    transport,
    traffic,
    clients,
    before: treatmentOf(before, over, sent, semantics),
    after: treatmentOf(after, over, sent, semantics),
  });
  const direct = tellsDirectApart(before, after);
  const transport = direct === 'same' ? 'any' : 'redirected';
  const redirected = merged([
    way('tcp', ALL_CLIENTS, WITHOUT_TLS, TCP, transport),
    way('http1', PLAIN, WITHOUT_TLS, http('http1'), transport),
    way('http2', PLAIN, WITHOUT_TLS, http('http2'), transport),
    // With mesh TLS the version makes no difference.
    way('http', MESHED, WITH_TLS, http('http1'), transport),
  ]);
  if (direct !== 'other') return redirected;
  return [
    ...redirected,
    way('tcp', IDENTITIES, DIRECT, TCP, 'direct'),
    way('http', IDENTITIES, DIRECT, http('http1'), 'direct'),
  ];
}

/** Whether direct connections fare otherwise than redirected ones; without a proxy there are none. */
function tellsDirectApart(before: Side, after: Side): 'same' | 'other' | 'none' {
  const sides = [before, after];
  if (sides.includes('unenforced')) return 'none';
  const apart = (side: Side): boolean =>
    typeof side === 'object' && (side.protocol === 'opaque' || side.protocol === 'TLS');
  return sides.some(apart) ? 'other' : 'same';
}

/** All of HTTP as one where it is treated as one, and all traffic likewise. */
function merged(ways: readonly [Way, Way, Way, Way]): readonly Way[] {
  const [tcp, ...rest] = ways;
  const [first, ...others] = rest;
  if (!others.every((way) => alike(way, first))) return ways;
  const all: Way = { ...first, traffic: 'http', clients: ALL_CLIENTS };
  return alike(tcp, all) ? [{ ...all, traffic: 'any' }] : [tcp, all];
}

const alike = (a: Way, b: Way): boolean => a.before.kind === b.before.kind && a.after.kind === b.after.kind;
