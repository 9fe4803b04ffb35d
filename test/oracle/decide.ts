/**
 * A naive interpreter of the decision procedure (inbound-semantics, part C with B1 to B5), in the order of its lines.
 * It compiles nothing and shares no code with src/policy.
 */
import type { Semantics } from '../../src/model/world.js';
import type { Connection } from '../../src/policy/decide/connection.js';
import type { HttpRequest, Traffic } from '../../src/policy/decide/request.js';
import type {
  Authorization,
  GrpcMatch,
  HostMatch,
  HttpMatch,
  NamedMatch,
  PathMatch,
  PortPolicy,
  Route,
  RouteRef,
  ValueMatch,
} from '../../src/policy/inbound/port-policy.js';

export interface Verdict {
  readonly outcome: 'allow' | 'audit' | 'deny' | 'not-found';
  /** `forward`, `redirect 302`, `403`, `NotFound`, `refused` ... */
  readonly answer: string;
  readonly route: RouteRef | undefined;
  readonly rule: number | undefined;
  readonly authorization: unknown;
  /** `total 5`, `override 2` ... */
  readonly limits: readonly string[];
  /** Of each authorization that was asked and does not apply: its source, and whether the network is to blame. */
  readonly inapplicable: readonly { readonly authorization: unknown; readonly network: boolean }[];
}

type Localized = Omit<Authorization, 'source'> & { readonly source: unknown };

const IPV6_HOST = 2n ** 96n - 1n;

const LOCALHOST: Localized = {
  source: { kind: 'default', name: 'localhost' },
  authentication: { kind: 'unauthenticated' },
  networks: [
    {
      net: { family: 4, first: 0x7f000001n, last: 0x7f000001n, prefix: 32, address: 0x7f000001n },
      except: [],
    },
    { net: { family: 6, first: 0n, last: IPV6_HOST, prefix: 32, address: 1n }, except: [] },
  ],
};

const CATCH_ALL: Route<HttpMatch> = {
  ref: { kind: 'default', name: 'default' },
  hosts: [],
  authorizations: [],
  rules: [{ matches: [], filters: [] }],
};

interface Asked {
  readonly tls: Connection['tls'];
  readonly connection: Connection;
  readonly semantics: Semantics;
}

export function judge(
  given: PortPolicy,
  connection: Connection,
  traffic: Traffic,
  semantics: Semantics,
): Verdict {
  const usable = isUsable(given, semantics);
  const policy: PortPolicy = usable
    ? given
    : { ...given, protocol: 'detect', authorizations: [], httpRoutes: [], grpcRoutes: [] };
  const server: Localized[] = usable ? [...policy.authorizations, LOCALHOST] : [];
  const { protocol } = policy;
  const denied: Verdict = {
    outcome: 'deny',
    answer: 'refused',
    route: undefined,
    rule: undefined,
    authorization: undefined,
    limits: [],
    inapplicable: [],
  };
  // B2: direct connections are mutually authenticated.
  const { direct } = connection;
  if (direct && !(connection.tls.kind === 'established' && connection.tls.identity !== undefined))
    return denied;

  const tls: Connection['tls'] = protocol === 'opaque' && !direct ? { kind: 'none' } : connection.tls;
  const asked: Asked = { tls, connection, semantics };
  const appProtocol =
    traffic.kind === 'tcp' || connection.tls.kind === 'passthru' ? 'other' : traffic.version;

  const raw = protocol === 'opaque' || protocol === 'TLS';
  // B3: HTTP that reaches the HTTP stack although the policy knows none.
  if (raw && direct && appProtocol !== 'other') return failed(traffic, 404, denied);
  if (raw || (protocol === 'detect' && appProtocol === 'other')) {
    const found = server.find((one) => applies(one, asked));
    const inapplicable = blame(server, asked);
    if (found === undefined) return { ...denied, inapplicable };
    return { ...denied, ...allowed(found), answer: 'forward', inapplicable };
  }
  if (appProtocol === 'other') return denied;
  // B2: without TLS the named version of HTTP is spoken at once.
  if (tls.kind === 'none' && protocol === 'HTTP/1' && appProtocol === 'http2') return denied;
  if (tls.kind === 'none' && (protocol === 'HTTP/2' || protocol === 'gRPC') && appProtocol === 'http1')
    return denied;

  const { request } = traffic as Traffic & { kind: 'http' };
  const routes: readonly Route<HttpMatch | GrpcMatch>[] =
    protocol === 'gRPC' ? policy.grpcRoutes : policy.httpRoutes;
  const best = bestOf(routes.length === 0 ? [CATCH_ALL] : routes, request, semantics, protocol === 'gRPC');
  if (best === undefined) return failed(traffic, 404, denied);
  const asking: Localized[] = [...best.route.authorizations, ...server];
  const inapplicable = blame(asking, asked);
  const where = { route: best.route.ref, rule: best.rule, inapplicable };
  const found = asking.find((one) => applies(one, asked));
  if (found === undefined) return { ...failed(traffic, 403, denied), ...where };
  const redirect = best.route.rules[best.rule]!.filters.find(({ kind }) => kind === 'redirect');
  if (redirect?.kind === 'redirect')
    return {
      ...denied,
      ...where,
      ...allowed(found),
      answer: `redirect ${String(redirect.status ?? 200)}`,
    };
  return { ...denied, ...where, ...allowed(found), answer: 'forward', limits: limitsFor(policy, tls) };
}

/** B1: what a proxy cannot convert. */
function isUsable(policy: PortPolicy, semantics: Semantics): boolean {
  const all = [
    ...policy.authorizations,
    ...[...policy.httpRoutes, ...policy.grpcRoutes].flatMap(({ authorizations }) => authorizations),
  ];
  if (all.some(({ networks }) => networks.length === 0)) return false;
  const compiles = ({ kind, value }: { kind: string; value: string }): boolean =>
    kind !== 'regex' || semantics.compilePattern(value).ok;
  const http = policy.httpRoutes.flatMap(({ rules }) => rules).flatMap(({ matches }) => matches);
  const grpc = policy.grpcRoutes.flatMap(({ rules }) => rules).flatMap(({ matches }) => matches);
  return (
    http.every(
      ({ path, headers, queryParams }) =>
        queryParams.every(({ name }) => name !== '') &&
        [...headers, ...queryParams, ...(path === undefined ? [] : [path])].every(compiles),
    ) && grpc.every(({ rpc, headers }) => rpc !== undefined && headers.every(compiles))
  );
}

const allowed = ({ source }: Localized): Pick<Verdict, 'outcome' | 'authorization'> => ({
  outcome: JSON.stringify(source) === JSON.stringify({ kind: 'default', name: 'audit' }) ? 'audit' : 'allow',
  authorization: source,
});

/** B4: gRPC errors for gRPC requests. */
function failed(traffic: Traffic, status: 403 | 404, base: Verdict): Verdict {
  const outcome = status === 403 ? 'deny' : 'not-found';
  const grpc =
    traffic.kind === 'http' &&
    traffic.version === 'http2' &&
    /^application\/grpc/.test(valuesOf(traffic.request, 'content-type')[0] ?? '');
  const code = status === 403 ? 'PermissionDenied' : 'NotFound';
  return { ...base, outcome, answer: grpc ? code : String(status) };
}

/** B3, A14, A13. */
function applies(authorization: Localized, asked: Asked): boolean {
  return inNetworks(authorization, asked) && isAuthenticated(authorization, asked);
}

function inNetworks({ networks }: Localized, { connection: { family, address } }: Asked): boolean {
  const within = (net: { family: 4 | 6; first: bigint; last: bigint }): boolean =>
    net.family === family && net.first <= address && address <= net.last;
  return networks.some(({ net, except }) => within(net) && !except.some(within));
}

function isAuthenticated({ authentication }: Localized, { tls }: Asked): boolean {
  if (authentication.kind === 'unauthenticated') return true;
  if (tls.kind !== 'established') return false;
  if (authentication.kind === 'mesh-tls') return true;
  const { identity } = tls;
  if (identity === undefined) return false;
  if (authentication.exact.includes(identity)) return true;
  if (identity.startsWith('spiffe://')) return false;
  return authentication.suffixes.some((suffix) => suffix === '' || identity.endsWith(`.${suffix}`));
}

const blame = (asking: readonly Localized[], asked: Asked): Verdict['inapplicable'] =>
  asking
    .filter((one) => !applies(one, asked))
    .map((one) => ({ authorization: one.source, network: !inNetworks(one, asked) }));

/** B4.5. */
function limitsFor({ rateLimit }: PortPolicy, tls: Connection['tls']): string[] {
  if (rateLimit === undefined) return [];
  const identity = tls.kind === 'established' ? tls.identity : undefined;
  const limits = rateLimit.total === undefined ? [] : [`total ${String(rateLimit.total)}`];
  let override: number | undefined;
  for (const { requestsPerSecond, clients } of rateLimit.overrides)
    if (identity !== undefined && clients.includes(identity)) override = requestsPerSecond;
  if (override !== undefined) limits.push(`override ${String(override)}`);
  else if (rateLimit.identity !== undefined) limits.push(`identity ${String(rateLimit.identity)}`);
  return limits;
}

interface Candidate {
  readonly route: Route<HttpMatch | GrpcMatch>;
  readonly rule: number;
  /** Host class and length, then the summary of the match. */
  readonly rank: readonly number[];
}

/** B5: every match of every rule of every route, in order; the first of the best. */
function bestOf(
  routes: readonly Route<HttpMatch | GrpcMatch>[],
  request: HttpRequest,
  semantics: Semantics,
  grpc: boolean,
): Candidate | undefined {
  const candidates: Candidate[] = [];
  for (const route of routes) {
    const hosts = route.hosts.map((host) => hostRank(host, request)).filter((rank) => rank !== undefined);
    const host = route.hosts.length === 0 ? [0, 0] : hosts.sort(descending)[0];
    if (host === undefined) continue;
    for (const [rule, { matches }] of route.rules.entries()) {
      const empty = grpc ? [0, 0, 0] : [1, 0, 0, 0];
      const ranks =
        matches.length === 0
          ? [empty]
          : matches.map((match) =>
              grpc
                ? grpcRank(match as GrpcMatch, request, semantics)
                : httpRank(match as HttpMatch, request, semantics),
            );
      for (const rank of ranks)
        if (rank !== undefined) candidates.push({ route, rule, rank: [...host, ...rank] });
    }
  }
  // The sort is stable: of equals the first stays first.
  return candidates.sort((a, b) => descending(a.rank, b.rank))[0];
}

function descending(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : b[at]! - a[at]!;
}

function hostRank({ kind, host }: HostMatch, request: HttpRequest): readonly number[] | undefined {
  const authority = request.host ?? valuesOf(request, 'host')[0];
  if (authority === undefined) return undefined;
  const [name = ''] = authority.toLowerCase().split(':');
  const tolerant = host.endsWith('.') ? name : name.replace(/\.$/, '');
  const wanted = host.toLowerCase();
  if (kind === 'exact') return tolerant === wanted ? [2, host.length] : undefined;
  const labels = tolerant.split('.');
  for (let i = 1; i < labels.length; i += 1)
    if (labels.slice(i).join('.') === wanted && tolerant !== `.${wanted}`) return [1, host.length];
  return undefined;
}

function httpRank(match: HttpMatch, request: HttpRequest, semantics: Semantics): number[] | undefined {
  const [path = '', ...query] = request.path.split('?');
  if (match.method !== undefined && match.method !== request.method) return undefined;
  const length = match.path === undefined ? 1 : pathLength(match.path, path, semantics);
  if (length === undefined) return undefined;
  if (!match.headers.every((header) => headerHolds(header, request, semantics))) return undefined;
  const pairs = formPairs(query.join('?'));
  const holds = (param: NamedMatch): boolean =>
    pairs.some(([name, value]) => name === param.name && valueHolds(param, value, semantics));
  if (!match.queryParams.every(holds)) return undefined;
  return [length, match.headers.length, match.queryParams.length, match.method === undefined ? 0 : 1];
}

function pathLength({ kind, value }: PathMatch, path: string, semantics: Semantics): number | undefined {
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  if (kind === 'exact') return path === value ? bytes(value) : undefined;
  if (kind === 'regex') return spans(value, path, semantics) ? bytes(path) : undefined;
  if (value === '/') return 1;
  const prefix = value.replace(/\/+$/, '');
  const trimmed = path.replace(/\/+$/, '');
  if (!trimmed.startsWith(prefix)) return undefined;
  const rest = trimmed.slice(prefix.length);
  return rest === '' || rest.startsWith('/') ? bytes(prefix) : undefined;
}

function grpcRank(match: GrpcMatch, request: HttpRequest, semantics: Semantics): number[] | undefined {
  if (request.method !== 'POST') return undefined;
  const parts = /^\/([^/]*)\/([^/]*)/.exec(request.path.split('?')[0]!);
  if (parts === null) return undefined;
  const service = match.rpc!.service ?? '';
  const method = match.rpc!.method ?? '';
  if (service !== '' && service !== parts[1]) return undefined;
  if (method !== '' && method !== parts[2]) return undefined;
  if (!match.headers.every((header) => headerHolds(header, request, semantics))) return undefined;
  return [service.length, method.length, match.headers.length];
}

const valuesOf = (request: HttpRequest, name: string): string[] =>
  request.headers.filter((header) => header.name.toLowerCase() === name).map(({ value }) => value);

const headerHolds = (header: NamedMatch, request: HttpRequest, semantics: Semantics): boolean =>
  valuesOf(request, header.name).some((value) => valueHolds(header, value, semantics));

const valueHolds = ({ kind, value }: ValueMatch, given: string, semantics: Semantics): boolean =>
  kind === 'exact' ? value === given : spans(value, given, semantics);

function spans(source: string, text: string, semantics: Semantics): boolean {
  const compiled = semantics.compilePattern(source);
  return compiled.ok && compiled.pattern.matchesWhole(text);
}

/** The pairs of `application/x-www-form-urlencoded`. */
const formPairs = (query: string): [string, string][] =>
  query
    .split('&')
    .filter((piece) => piece !== '')
    .map((piece) => {
      const at = piece.indexOf('=');
      return at < 0 ? [formText(piece), ''] : [formText(piece.slice(0, at)), formText(piece.slice(at + 1))];
    });

function formText(text: string): string {
  const bytes: number[] = [];
  const given = new TextEncoder().encode(text.replaceAll('+', ' '));
  for (let i = 0; i < given.length; i += 1) {
    const hex = String.fromCharCode(...given.slice(i + 1, i + 3));
    if (given[i] === 0x25 && /^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      i += 2;
    } else bytes.push(given[i]!);
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
