/**
 * Random assertions on random worlds against brute force: every client and request of a finite set, decided one by one.
 * What holds must hold for each of them; what fails must be refuted by its own counterexample.
 */
import { expect, test } from '@jest/globals';
import { explainCall, type Explanation } from '../../../src/app/explain.js';
import { has, type Client } from '../../../src/algebra/index.js';
import { serviceAccountIdentity } from '../../../src/model/identity.js';
import { contains, formatAddress, parseAddress, parseNetwork } from '../../../src/model/ip.js';
import type { TlsState } from '../../../src/policy/decide/connection.js';
import { answerProblem } from '../../../src/policy/decide/answer-problem.js';
import { decide } from '../../../src/policy/decide/decide.js';
import { isGrpc, type HttpRequest, type Traffic } from '../../../src/policy/decide/request.js';
import { contactOf } from '../../../src/policy/endpoints/connection.js';
import { skipsOutbound } from '../../../src/policy/endpoints/skipped.js';
import { targetOf } from '../../../src/policy/endpoints/target.js';
import type {
  CallAssertion,
  ClientSelector,
  From,
  RequestChoice,
  WorkloadSelector,
} from '../../../src/policy/expect/assertion.js';
import { violationsOf, type Violation } from '../../../src/policy/expect/check.js';
import { expectedClients, type ExpectedClients } from '../../../src/policy/expect/clients.js';
import { clientIn } from '../../../src/policy/expect/counterexample.js';
import { askedOf } from '../../../src/policy/expect/requests.js';
import { expectedTargets, type ExpectedTarget } from '../../../src/policy/expect/targets.js';
import { buildIndex } from '../../../src/policy/inbound/advance.js';
import type { InboundIndex } from '../../../src/policy/inbound/inbound-index.js';
import type { PortPolicy } from '../../../src/policy/inbound/port-policy.js';
import type { StoredKind } from '../../../src/policy/objects/kinds.js';
import type { StoredObject } from '../../../src/policy/objects/stored.js';
import { all } from '../../../src/policy/state/state.js';
import type { Workload } from '../../../src/policy/state/workload-shape.js';
import { mkWorld } from '../../builders.js';
import { mkChance, type Chance } from '../../oracle/random.js';
import { KINDS, NAMESPACES, randomObject } from '../inbound/random-world.js';

const WORLDS = Number(process.env['GATEHOUSE_WORLDS'] ?? 80);
const ASSERTIONS = 12;
const world = mkWorld();
const { semantics, settings } = world;
const NAMES = ['x', 'y', 'z'];

interface Caller {
  readonly tls: TlsState;
  readonly ip: string;
}

const IDENTITIES = [
  ...NAMESPACES.flatMap((namespace) =>
    NAMES.map((name) => serviceAccountIdentity(name, namespace, settings)),
  ),
  'vm.example',
  'vm.a.example',
  'spiffe://td/x',
  'any.example',
];
const IPS = ['10.1.0.7', '10.1.0.8', '10.1.9.9', '10.200.0.1', '192.168.0.1', '203.0.113.9', '2001:db8::1'];
const CALLERS: readonly Caller[] = [
  { kind: 'none' as const },
  { kind: 'established' as const, identity: undefined },
  ...IDENTITIES.map((identity) => ({ kind: 'established' as const, identity })),
].flatMap((tls) => IPS.map((ip): Caller => ({ tls, ip })));

const CALL = [{ name: 'content-type', value: 'application/grpc' }];
const TRAFFIC: readonly Traffic[] = [
  { kind: 'tcp' },
  ...['/', '/api', '/api/v1', '/api/x', '/abc', '/live', '/a.B/Get', '/a.B/Set', '/z.Z/Get'].flatMap((path) =>
    ['GET', 'POST'].flatMap((method) =>
      ['other', 'a.example.com'].flatMap((host) =>
        [[], [{ name: 'X-A', value: '1' }], CALL].flatMap((headers) =>
          (['http1', 'http2'] as const).map((version): Traffic => {
            const request: HttpRequest = { method, path, host, headers };
            return { kind: 'http', version, request };
          }),
        ),
      ),
    ),
  ),
];

/** Some pods have an address, or skip ports on their way out. */
function varied({ chance, pick }: Chance, object: StoredObject): StoredObject {
  if (object.kind !== 'core/Pod') return object;
  const annotations = {
    ...object.template.annotations,
    ...(chance(0.2) ? { 'config.linkerd.io/skip-outbound-ports': pick(['80', '8080,5432']) } : {}),
  };
  return {
    ...object,
    ips: chance(0.5) ? [pick(['10.1.0.7', '10.1.0.8'])] : [],
    template: { ...object.template, annotations },
  };
}

function randomIndex(random: Chance): InboundIndex {
  const objects = new Map<string, StoredObject>();
  const add = (kind: StoredKind): void => {
    const object = varied(random, randomObject(random, kind));
    objects.set(`${object.kind} ${object.namespace} ${object.name}`, object);
  };
  for (let n = 0; n < 5; n += 1) {
    add('core/Pod');
    add('policy.linkerd.io/Server');
  }
  for (let n = random.int(25); n > 0; n -= 1) add(random.pick(KINDS));
  return buildIndex(world, [...objects.values()]);
}

const randomWorkloads = ({ pick, chance }: Chance): WorkloadSelector => ({
  kind: 'workloads',
  namespace: chance(0.8) ? pick(NAMESPACES) : undefined,
  workload: chance(0.3) ? pick(NAMES) : undefined,
  labels: chance(0.3) ? new Map([['app', pick(['web', 'api', 'x', 'y'])]]) : undefined,
});

function randomClient(random: Chance): ClientSelector {
  const { pick, chance } = random;
  const address = chance(0.3) ? pick(['10.1.0.0/16', '203.0.113.9', '2001:db8::/32']) : undefined;
  return pick<() => ClientSelector>([
    () => randomWorkloads(random),
    () => randomWorkloads(random),
    () => ({ kind: 'identity', identity: pick([...IDENTITIES, '*', '*.a.example', '*.example']), address }),
    () => ({ kind: 'service-account', namespace: pick(NAMESPACES), name: pick(NAMES), address }),
    () => ({ kind: 'unmeshed', address }),
  ])();
}

function randomFrom(random: Chance): From {
  if (random.chance(0.1)) return { kind: 'anyone' };
  if (random.chance(0.1)) return { kind: 'outside-cluster' };
  const clients = Array.from({ length: 1 + random.int(2) }, () => randomClient(random));
  return { kind: random.pick(['selected', 'outside']), clients };
}

function randomRequest({ pick, chance }: Chance): RequestChoice {
  const nothing: RequestChoice = {
    spoken: undefined,
    method: undefined,
    path: undefined,
    pathPrefix: undefined,
    host: undefined,
    headers: [],
  };
  if (chance(0.25)) return nothing;
  if (chance(0.1)) return { ...nothing, spoken: 'tcp' };
  const prefix = chance(0.3);
  return {
    spoken: chance(0.3) ? pick(['http/1', 'http/2', 'grpc']) : undefined,
    method: chance(0.4) ? pick(['GET', 'POST']) : undefined,
    path: !prefix && chance(0.7) ? pick(['/', '/api/v1', '/live', '/a.B/Get', '/abc']) : undefined,
    pathPrefix: prefix ? pick(['/', '/api', '/a.B']) : undefined,
    host: chance(0.3) ? pick(['other', 'a.example.com']) : undefined,
    headers: chance(0.2) ? [{ name: 'X-A', value: '1' }] : [],
  };
}

const randomAssertion = (random: Chance): CallAssertion => ({
  kind: 'call',
  name: undefined,
  from: randomFrom(random),
  to: {
    workloads: random.chance(0.8) ? randomWorkloads(random) : undefined,
    port: random.pick([undefined, undefined, 'http', 8080, 'any']),
  },
  request: randomRequest(random),
  may: random.pick(['all', 'some', 'none']),
  optional: false,
});

const everyMember = ({ state }: InboundIndex): readonly Workload[] =>
  state.namespaces
    .sorted()
    .flatMap((ns): Workload[] => [
      ...all(ns, 'core/Pod'),
      ...all(ns, 'workload.linkerd.io/ExternalWorkload'),
    ]);

/** Of a pod and an external workload of one name, the name means the pod. */
const isShadowed = (index: InboundIndex, { kind, namespace, name }: Workload): boolean =>
  kind !== 'core/Pod' && index.state.namespaces.get(namespace)?.pods.workloads.has(name) === true;

const isSelected = (
  index: InboundIndex,
  member: Workload,
  { namespace, workload, labels }: WorkloadSelector,
): boolean =>
  (namespace === undefined || member.namespace === namespace) &&
  (workload === undefined || (member.name === workload && !isShadowed(index, member))) &&
  [...(labels ?? [])].every(([key, value]) => member.labels[key] === value);

const within = (ip: string, networks: readonly string[]): boolean => {
  const address = parseAddress(ip)!;
  return networks.some((text) => contains(parseNetwork(text)!, address));
};

const isMeshed = (member: Workload): boolean => member.kind !== 'core/Pod' || member.template.meshed;
const identityOf = (member: Workload): string =>
  member.kind === 'core/Pod'
    ? serviceAccountIdentity(member.template.serviceAccount, member.namespace, settings)
    : member.identity;

/** Whether the caller may be this workload, as it calls the port. */
function isCaller(member: Workload, { tls, ip }: Caller, port: number): boolean {
  const here =
    member.ips.length > 0 ? member.ips.slice(0, 1).includes(ip) : within(ip, settings.clusterNetworks);
  const plain = !isMeshed(member) || skipsOutbound(member, port);
  if (plain) return here && tls.kind === 'none';
  const identity = identityOf(member);
  return here && tls.kind === 'established' && (tls.identity ?? '') === identity;
}

function isIdentity(tls: TlsState, pattern: string): boolean {
  if (tls.kind !== 'established' || tls.identity === undefined) return false;
  if (!pattern.startsWith('*')) return tls.identity === pattern;
  if (tls.identity.startsWith('spiffe:')) return false;
  return pattern === '*' || tls.identity.endsWith(pattern.slice(1));
}

/** Whether the caller is one of those that are no workload by name. */
function isNamed(selector: ClientSelector, { tls, ip }: Caller, anywhere: boolean): boolean {
  if (selector.kind === 'workloads') return false;
  const { address } = selector;
  const networks =
    address === undefined ? (anywhere ? ['0.0.0.0/0', '::/0'] : settings.clusterNetworks) : [address];
  if (!within(ip, networks)) return false;
  switch (selector.kind) {
    case 'unmeshed':
      return tls.kind === 'none';
    case 'identity':
      return isIdentity(tls, selector.identity);
    case 'service-account':
      return isIdentity(tls, serviceAccountIdentity(selector.name, selector.namespace, settings));
  }
}

const isWhole = (selector: ClientSelector, { tls }: Caller): boolean =>
  selector.kind === 'workloads' &&
  selector.namespace !== undefined &&
  selector.workload === undefined &&
  selector.labels === undefined &&
  isIdentity(tls, `*.${selector.namespace}.serviceaccount.identity.linkerd.cluster.local`);

/** Whether an assertion speaks of the caller, when it calls the port. */
function isMeant(
  index: InboundIndex,
  { from, may }: CallAssertion,
  { caller, port }: { readonly caller: Caller; readonly port: number },
): boolean {
  if (from.kind === 'anyone') return true;
  if (from.kind === 'outside-cluster') return !within(caller.ip, settings.clusterNetworks);
  const members = everyMember(index);
  const chosen = (member: Workload): boolean =>
    from.clients.some((selector) => selector.kind === 'workloads' && isSelected(index, member, selector));
  const outside = from.kind === 'outside';
  const named = from.clients.some((selector) => isNamed(selector, caller, outside || may === 'none'));
  if (!outside) return named || members.some((member) => chosen(member) && isCaller(member, caller, port));
  const whole = named || from.clients.some((selector) => isWhole(selector, caller));
  const own = members.some(
    (member) =>
      chosen(member) &&
      isMeshed(member) &&
      identityOf(member) !== '' &&
      isIdentity(caller.tls, identityOf(member)),
  );
  if (!whole && !own) return true;
  return !whole && members.some((member) => !chosen(member) && isCaller(member, caller, port));
}

/** Whether the traffic is of what is asked, on a port with this policy. */
function isAsked(traffic: Traffic, policy: PortPolicy, choice: RequestChoice): boolean {
  // A policy that proxies cannot read is one of another protocol, which refuses everybody.
  const protocol = answerProblem(policy, semantics) === undefined ? policy.protocol : 'detect';
  const { spoken, method, path, pathPrefix, host, headers } = choice;
  if (protocol === 'opaque' || protocol === 'TLS') return traffic.kind === 'tcp';
  const silent = [spoken, method, path, pathPrefix, host].every((part) => part === undefined);
  if (traffic.kind === 'tcp')
    return spoken === 'tcp' || (silent && headers.length === 0 && protocol === 'detect');
  if (spoken === 'tcp') return false;
  const { request } = traffic;
  const older = spoken === 'http/1' || (spoken === undefined && !['HTTP/2', 'gRPC'].includes(protocol));
  if ((traffic.version === 'http1') !== older) return false;
  if (spoken === 'grpc' && (!isGrpc(traffic) || request.method !== (method ?? 'POST'))) return false;
  // On a gRPC port requests are calls, unless what is asked for is none.
  const callable = (method ?? 'POST') === 'POST' && (path === undefined || /^\/[^/]+\/[^/]+$/.test(path));
  if (protocol === 'gRPC' && callable) {
    if (request.method !== 'POST' || !/^\/[^/]+\/[^/]+/.test(request.path)) return false;
  }
  const [asked = ''] = request.path.split('?');
  const prefix = pathPrefix?.replace(/\/+$/, '');
  return (
    (method === undefined || method === request.method) &&
    (path === undefined || path === asked) &&
    (prefix === undefined || asked === prefix || asked.startsWith(`${prefix}/`)) &&
    (host === undefined || host === request.host) &&
    headers.every(({ name, value }) =>
      request.headers.some(
        (header) => header.name.toLowerCase() === name.toLowerCase() && header.value === value,
      ),
    )
  );
}

function getsThrough(policy: PortPolicy, { tls, ip }: Caller, sent: Traffic): boolean {
  const { family, address } = parseAddress(ip)!;
  const { connection, traffic } = contactOf(
    { tls },
    { family, address },
    { protocol: policy.protocol, traffic: sent },
  );
  const { outcome } = decide(policy, connection, traffic, semantics);
  return outcome === 'allow' || outcome === 'audit';
}

const seen = { all: 0, some: 0, none: 0, fails: 0, holds: 0, unproven: 0 };

/** What holds of a target holds for every caller and request of the finite set. */
function expectHolding(index: InboundIndex, assertion: CallAssertion, { side, port }: ExpectedTarget): void {
  if (typeof side === 'string') {
    if (assertion.may !== 'none') return;
    expect(CALLERS.some((caller) => isMeant(index, assertion, { caller, port }))).toBe(false);
    return;
  }
  const asked = TRAFFIC.filter((traffic) => isAsked(traffic, side, assertion.request));
  const shown = askedOf(side, assertion.request, semantics).regions.flatMap(({ sample }) => sample ?? []);
  for (const caller of CALLERS) {
    if (!isMeant(index, assertion, { caller, port })) continue;
    const through = (traffic: Traffic): boolean => getsThrough(side, caller, traffic);
    const found =
      assertion.may === 'some'
        ? asked.length === 0 || [...shown, ...asked].some(through)
        : asked.every((traffic) => through(traffic) === (assertion.may === 'all'));
    if (!found) expect({ caller, port, assertion }).toBe('otherwise');
    seen[assertion.may] += asked.length;
  }
}

/** The counterexample is one of those meant, sends what is asked, and fares otherwise than expected. */
function expectRefuted(
  index: InboundIndex,
  assertion: CallAssertion,
  { target: { side, port }, explanation }: { target: ExpectedTarget; explanation: Explanation },
): void {
  const { client, outcome, traffic } = explanation;
  const { family, address } = client.addresses.sample;
  const caller = { tls: client.tls, ip: formatAddress(family, address) };
  expect([assertion, caller, isMeant(index, assertion, { caller, port })]).toEqual([assertion, caller, true]);
  expect(outcome === 'allow' || outcome === 'audit').toBe(assertion.may === 'none');
  if (typeof side === 'string') return;
  expect([assertion.request, traffic, isAsked(traffic, side, assertion.request)]).toEqual([
    assertion.request,
    traffic,
    true,
  ]);
  if (assertion.may !== 'some') return;
  const asked = TRAFFIC.filter((each) => isAsked(each, side, assertion.request));
  expect(asked.some((each) => getsThrough(side, caller, each))).toBe(false);
}

/** A caller as a member of sets. */
function clientOf({ tls, ip }: Caller): Client {
  const { family, address } = parseAddress(ip)!;
  if (tls.kind !== 'established') return { credential: { kind: 'plain' }, family, address };
  const { identity } = tls;
  return {
    credential: identity === undefined ? { kind: 'anonymous' } : { kind: 'identity', identity },
    family,
    address,
  };
}

/** The set of clients holds exactly those that the assertion speaks of. */
function expectMeant(index: InboundIndex, assertion: CallAssertion, clients: ExpectedClients): void {
  for (const port of [80, 8080]) {
    const set = clients.at(port);
    for (const caller of CALLERS) {
      const meant = isMeant(index, assertion, { caller, port });
      if (has(set, clientOf(caller)) !== meant) expect({ assertion, caller, port, meant }).toBe('otherwise');
    }
  }
}

/** Everybody in a violation fares otherwise than expected, with the traffic that it shows. */
function expectAllRefuted({ may }: CallAssertion, { target: { side }, clients, traffic }: Violation): void {
  if (typeof side === 'string' || traffic === undefined) return;
  for (const caller of CALLERS) {
    if (!has(clients, clientOf(caller))) continue;
    if (getsThrough(side, caller, traffic) !== (may === 'none'))
      expect({ caller, traffic, may }).toBe('otherwise');
  }
}

function judge(index: InboundIndex, assertion: CallAssertion): void {
  const { from, may } = assertion;
  const clients = expectedClients(index, { from, may, namespace: 'default' });
  const targets = expectedTargets(index, assertion.to, 'default');
  if (clients.ok) expectMeant(index, assertion, clients.value);
  if (!clients.ok || !targets.ok) return;
  const violations = violationsOf(assertion, targets.value, { clients: clients.value, semantics });
  const failing = new Set(violations.map(({ target }) => target));
  for (const target of targets.value) {
    if (failing.has(target)) continue;
    seen.holds += 1;
    expectHolding(index, assertion, target);
  }
  for (const violation of violations) {
    const { target, clients: set, traffic } = violation;
    seen.fails += 1;
    expectAllRefuted(assertion, violation);
    const endpoint = targetOf(index.state, target.workload, target.port);
    if (traffic === undefined || !endpoint.ok) {
      seen.unproven += 1;
      continue;
    }
    const client = clientIn(index, set, { port: target.port, first: clients.value.workloads });
    const explanation = explainCall(index, { client, target: endpoint.value, traffic });
    expectRefuted(index, assertion, { target, explanation });
  }
}

test('what is decided by sets is what brute force finds', () => {
  const seed = Number(process.env['GATEHOUSE_SEED'] ?? Date.now() % 1_000_000);
  process.stderr.write(`expect: seed ${String(seed)}\n`);
  for (let n = 0; n < WORLDS; n += 1) {
    try {
      const random = mkChance(seed + n);
      const index = randomIndex(random);
      for (let k = 0; k < ASSERTIONS; k += 1) judge(index, randomAssertion(random));
    } catch (error) {
      throw new Error(`world ${String(n)} of GATEHOUSE_SEED=${String(seed)}`, { cause: error });
    }
  }
  // The comparison says something only where there is something to see.
  expect(Math.min(seen.all, seen.some, seen.none)).toBeGreaterThan(WORLDS);
  expect(Math.min(seen.holds, seen.fails)).toBeGreaterThan(WORLDS);
  expect(seen.unproven).toBeLessThan(seen.fails / 10);
});
