/** How a port treats the requests that an assertion is about: all of them, cut as the routes of the port cut them. */
import {
  ALL_NETWORKS,
  clientSet,
  ALL_CREDENTIALS,
  intersect,
  NO_CLIENTS,
  type ClientSet,
} from '../../algebra/index.js';
import type { Semantics } from '../../model/world.js';
import { accessOf } from '../decide/access.js';
import { permitsTcp } from '../decide/consult.js';
import { prepare } from '../decide/prepare.js';
import type { HttpRequest, Traffic } from '../decide/request.js';
import { cutOf } from '../impact/request-cut.js';
import { refine } from '../impact/request-regions.js';
import type { NamedMatch, PathMatch, PortPolicy } from '../inbound/port-policy.js';
import type { RequestChoice } from './assertion.js';

/** Requests that are treated alike, and who gets through with them. */
export interface AskedRegion {
  readonly allowed: ClientSet;
  /** One of them; undefined where patterns leave it open whether there is any. */
  readonly sample: Traffic | undefined;
}

export interface Asked {
  readonly regions: readonly AskedRegion[];
  /** Whether these are all. */
  readonly complete: boolean;
}

const TCP: Traffic = Object.freeze({ kind: 'tcp' });

/** Clients whose proxy brings either version of HTTP. */
const MESHED = clientSet({ ...ALL_CREDENTIALS, plain: false }, ALL_NETWORKS);

export const saysNothing = (choice: RequestChoice): boolean =>
  choice.spoken === undefined && !saysOfRequest(choice);

const saysOfRequest = ({ method, path, pathPrefix, host, headers }: RequestChoice): boolean =>
  (method ?? path ?? pathPrefix ?? host) !== undefined || headers.length > 0;

/**
 * The regions of what is asked. On opaque and TLS ports everything is TCP. Requests are of the version that the port
 * takes unless another one is asked for; on a gRPC port they are calls.
 */
export function askedOf(policy: PortPolicy, choice: RequestChoice, semantics: Semantics): Asked {
  const { protocol } = prepare(policy, semantics);
  const raw = { allowed: accessOf(policy, semantics).tcp.allowed, sample: TCP };
  if (protocol === 'opaque' || protocol === 'TLS' || choice.spoken === 'tcp')
    return { regions: [raw], complete: true };
  const { regions, complete } = askedRequests(policy, choice, semantics);
  const all = saysNothing(choice) && permitsTcp(protocol) ? [...regions, raw] : regions;
  return { regions: all, complete };
}

function askedRequests(policy: PortPolicy, choice: RequestChoice, semantics: Semantics): Asked {
  const { protocol } = prepare(policy, semantics);
  const { rules } = accessOf(policy, semantics);
  const { regionOf } = cutOf(policy, semantics);
  const calls = choice.spoken === 'grpc' || (protocol === 'gRPC' && choice.spoken === undefined);
  const { pairs, complete } = refine(
    policy,
    policyOfChoice(choice, protocol === 'gRPC'),
    (_, asked) => asked === 0,
    semantics,
  );
  const older = choice.spoken === 'http/1' || (choice.spoken === undefined && !modern(protocol));
  const mismatch = protocol !== 'detect' && (protocol === 'HTTP/1') !== older;
  const regions = pairs.map(({ before, request }): AskedRegion => {
    const allowed = rules[before]?.access.allowed ?? NO_CLIENTS;
    const sent = request !== undefined && calls ? asCall(request) : request;
    // A header more may make it fall to another rule.
    const shown = sent === undefined || regionOf(sent) === before ? sent : request;
    return {
      allowed: mismatch ? intersect(allowed, MESHED) : allowed,
      sample:
        shown === undefined
          ? undefined
          : { kind: 'http', version: older ? 'http1' : 'http2', request: shown },
    };
  });
  return { regions, complete };
}

const modern = (protocol: PortPolicy['protocol']): boolean => protocol === 'HTTP/2' || protocol === 'gRPC';

const asCall = (request: HttpRequest): HttpRequest => ({
  ...request,
  headers: [...request.headers, { name: 'content-type', value: 'application/grpc' }],
});

const NO_POLICY: PortPolicy = {
  server: { kind: 'default', word: 'deny' },
  protocol: 'detect',
  authorizations: [],
  httpRoutes: [],
  grpcRoutes: [],
  rateLimit: undefined,
};

/** A policy whose only rule takes what is asked, so that its cut tells those requests from all others. */
function policyOfChoice(choice: RequestChoice, calls: boolean): PortPolicy {
  const { host } = choice;
  const method = choice.method ?? (choice.spoken === 'grpc' ? 'POST' : undefined);
  const ref = { kind: 'default', name: 'default' } as const;
  const hosts = host === undefined ? [] : [{ kind: 'exact' as const, host }];
  const headers = choice.headers.map(({ name, value }): NamedMatch => ({
    kind: 'exact',
    name: name.toLowerCase(),
    value,
  }));
  const base = { ref, hosts, authorizations: [] };
  const rpc = calls && (method ?? 'POST') === 'POST' ? callOf(choice) : undefined;
  if (rpc !== undefined)
    return {
      ...NO_POLICY,
      protocol: 'gRPC',
      grpcRoutes: [{ ...base, rules: [{ matches: [{ rpc, headers }], filters: [] }] }],
    };
  const match = { path: pathOf(choice), method, headers, queryParams: [] };
  return { ...NO_POLICY, httpRoutes: [{ ...base, rules: [{ matches: [match], filters: [] }] }] };
}

function pathOf({ path, pathPrefix }: RequestChoice): PathMatch | undefined {
  if (path !== undefined) return { kind: 'exact', value: path };
  return pathPrefix === undefined ? undefined : { kind: 'prefix', value: pathPrefix };
}

/** The calls of a path or prefix; undefined for a path that is no call's. */
function callOf({
  path,
  pathPrefix,
}: RequestChoice): { readonly service: string | undefined; readonly method: string | undefined } | undefined {
  const text = path ?? pathPrefix ?? '/';
  const [first, service = '', method = '', ...more] = text.split('/');
  const isCall =
    first === '' && more.length === 0 && (path === undefined || (service !== '' && method !== ''));
  return isCall ? { service: service || undefined, method: method || undefined } : undefined;
}
