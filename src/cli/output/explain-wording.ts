/** The parts of an explanation in words, for its text and its JSON alike. */
import type { Explanation } from '../../app/explain.js';
import { toNetworks, type NetworkSet } from '../../algebra/index.js';
import { serviceAccountOf } from '../../model/identity.js';
import { formatAddress, formatNetwork, type IpNetwork } from '../../model/ip.js';
import { formatRef } from '../../model/object-ref.js';
import { andList, orList } from '../../model/text.js';
import type { ClusterSettings } from '../../model/world.js';
import type { AnswerProblem } from '../../policy/decide/answer-problem.js';
import type { Answer, AppliedRateLimit } from '../../policy/decide/decision.js';
import type { CreditedSource } from '../../policy/decide/grant.js';
import { isGrpc, type Traffic } from '../../policy/decide/request.js';
import type { FailedCondition } from '../../policy/decide/why-not.js';
import type { ClientEndpoint } from '../../policy/endpoints/client.js';
import { ANY_CALL } from '../../policy/endpoints/traffic.js';
import type { TargetEndpoint } from '../../policy/endpoints/target.js';
import type { Inert } from '../../policy/explain/inert.js';
import type { Note } from '../../policy/explain/notes.js';
import type { AuthorizedNetwork, PortPolicy, RouteRef } from '../../policy/inbound/port-policy.js';

/** So many items of a list are spelt out. */
const SHOWN = 6;

/** The first few of a list, and how many more there are. */
export const some = (items: readonly string[], join: (items: readonly string[]) => string): string =>
  items.length <= SHOWN
    ? join(items)
    : `${items.slice(0, SHOWN).join(', ')} and ${String(items.length - SHOWN)} more`;

/** A client in a word or two. */
export function clientName({ subject, tls, addresses }: ClientEndpoint): string {
  switch (subject.kind) {
    case 'workload':
      return `${subject.workload.namespace}/${subject.workload.name}`;
    case 'service-account':
      return `${subject.namespace}/${subject.name}`;
    case 'identity':
      return subject.identity;
    case 'address':
    case 'anonymous':
      return formatAddress(addresses.sample.family, addresses.sample.address);
    case 'log':
      return tls.kind === 'established' && tls.identity !== undefined
        ? tls.identity
        : formatAddress(addresses.sample.family, addresses.sample.address);
  }
}

export const targetName = ({ workload, port }: TargetEndpoint): string =>
  `${workload.namespace}/${workload.name}:${String(port)}`;

/** Networks and addresses, a single address without its prefix. */
export function networkWords(networks: NetworkSet, join = andList): string {
  return some(toNetworks(networks).map(netWord), join);
}

const netWord = (net: IpNetwork): string =>
  net.first === net.last ? formatAddress(net.family, net.first) : formatNetwork(net);

/** What is sent. */
export function trafficWords(traffic: Traffic): string {
  if (traffic.kind === 'tcp') return 'TCP';
  const { method, path, host } = traffic.request;
  const where = host === undefined ? path : `${host}${path}`;
  if (isGrpc(traffic)) return path === ANY_CALL ? 'gRPC, any method' : `gRPC ${where}`;
  return `${method} ${where}${traffic.version === 'http2' ? ' over HTTP/2' : ''}`;
}

/** What the client gets; empty where that is the workload's own answer. */
export function answerWords(answer: Answer): string {
  switch (answer.kind) {
    case 'forward':
      return '';
    case 'redirect':
      return `redirected with ${String(answer.status)}`;
    case 'http':
      return String(answer.status);
    case 'grpc':
      return answer.code;
    case 'refused':
      return 'connection refused';
  }
}

/** An identity as the service account that it belongs to, where it does. */
export function identityWords(identity: string, settings: ClusterSettings): string {
  const account = serviceAccountOf(identity, settings);
  return account === undefined ? identity : `service account ${account.namespace}/${account.name}`;
}

function suffixWords(suffix: string, settings: ClusterSettings): string {
  if (suffix === '') return 'any identity but SPIFFE ids';
  const inMesh = `.serviceaccount.identity.${settings.controlPlaneNamespace}.${settings.identityDomain}`;
  return suffix.endsWith(inMesh) && !suffix.slice(0, -inMesh.length).includes('.')
    ? `any service account of ${suffix.slice(0, -inMesh.length)}`
    : `*.${suffix}`;
}

export const askedFor = (
  { exact, suffixes }: { readonly exact: readonly string[]; readonly suffixes: readonly string[] },
  settings: ClusterSettings,
): string =>
  some(
    [
      ...exact.map((id) => identityWords(id, settings)),
      ...suffixes.map((each) => suffixWords(each, settings)),
    ],
    orList,
  );

export function sourceWords(source: CreditedSource): string {
  if (source.kind !== 'default') return `${source.kind} ${source.namespace}/${source.name}`;
  if (source.name === 'localhost') return 'the proxy itself, which lets localhost through';
  return source.name === 'probe' ? 'the automatic authorization of probes' : `the policy ${source.name}`;
}

export const networkList = (networks: readonly AuthorizedNetwork[]): string =>
  some(
    networks.map(({ net }) => netWord(net)),
    orList,
  );

/** Whether the client's address is known, or may be any of the cluster's, of which some may pass. */
export type AddressFacts = 'known' | 'none-passes' | 'some-pass';

export function addressFacts({ client, outcome }: Explanation): AddressFacts {
  if (client.addresses.kind === 'known') return 'known';
  return outcome === 'depends' ? 'some-pass' : 'none-passes';
}

/** Why an authorization does not apply. */
export function conditionWords(
  failed: FailedCondition,
  settings: ClusterSettings,
  facts: AddressFacts,
): string {
  switch (failed.code) {
    case 'network': {
      const address = formatAddress(failed.family, failed.address);
      if (failed.excepted !== undefined)
        return `${address} is in ${netWord(failed.excepted.net)}, which excepts ${netWord(failed.excepted.except)}`;
      const networks = `it is for clients in ${networkList(failed.networks)}`;
      if (facts === 'known') return `${networks}, and this one is ${address}`;
      return facts === 'some-pass'
        ? `${networks} alone`
        : `${networks}, where none of the cluster’s networks is`;
    }
    case 'tls-not-seen-on-opaque-port':
      return 'it asks for mesh TLS, which the proxy does not look for on an opaque port';
    case 'needs-mesh-tls':
      return failed.tls === 'none'
        ? 'it asks for mesh TLS, and the client comes without'
        : 'it asks for mesh TLS, and the client’s TLS is not for this proxy';
    case 'needs-identity':
      return `it asks for ${askedFor(failed, settings)}, and the client’s TLS shows no identity`;
    case 'identity':
      return `it asks for ${askedFor(failed, settings)}, and the client is ${identityWords(failed.identity, settings)}`;
    case 'spiffe-needs-exact':
      return `it asks for ${askedFor(failed, settings)}; ${failed.identity} is a SPIFFE id, which matches only if it is written out`;
  }
}

export function routeWords(route: RouteRef, rule: number | undefined, rules: number): string {
  if (route.kind === 'default')
    return route.name === 'probe' ? 'the automatic route for probes' : 'the default route';
  const which = rules > 1 && rule !== undefined ? `, rule ${String(rule + 1)}` : '';
  const gateway = route.kind === 'HTTPRoute' && route.group !== 'policy.linkerd.io' ? ' (Gateway API)' : '';
  return `${route.kind} ${route.namespace}/${route.name}${gateway}${which}`;
}

export function governWords({ server, protocol }: PortPolicy): string {
  const spoken = {
    detect: 'the proxy finds out the protocol',
    opaque: 'the port is opaque: the proxy sees TCP',
    TLS: 'the protocol is TLS: the proxy sees TCP',
    'HTTP/1': 'the protocol is HTTP/1',
    'HTTP/2': 'the protocol is HTTP/2',
    gRPC: 'the protocol is gRPC',
  }[protocol];
  return server.kind === 'server'
    ? `Server ${server.namespace}/${server.name} governs the port; ${spoken}`
    : `no Server selects the port, so the default policy ${server.word} governs it; ${spoken}`;
}

export function problemWords(problem: AnswerProblem): string {
  switch (problem.code) {
    case 'authorization-without-networks':
      return `${sourceWords(problem.authorization)} has no networks`;
    case 'match-without-rpc':
      return `a match of ${routeWords(problem.route, problem.rule, 2)} names neither a service nor a method`;
    case 'empty-query-parameter':
      return `${routeWords(problem.route, problem.rule, 2)} matches a query parameter without a name`;
    case 'pattern':
      return `${routeWords(problem.route, problem.rule, 2)} has a pattern that does not compile: ${problem.pattern}`;
  }
}

export function limitWords({ policy, scope, requestsPerSecond }: AppliedRateLimit): string {
  const of = { total: 'of everybody together', identity: 'of each client', override: 'of this client' }[
    scope
  ];
  return `HTTPLocalRateLimitPolicy ${policy.namespace}/${policy.name} lets ${String(requestsPerSecond)} requests a second ${of} through each proxy`;
}

export function inertWords({ object, reason }: Inert): string {
  const near = (name: string | undefined): string => (name === undefined ? '' : `; did you mean ${name}?`);
  switch (reason.code) {
    case 'lost-port':
      return `selects this port as well, but ${reason.winner} is older (or first by name) and wins it`;
    case 'ignored':
      return 'is ignored: Linkerd cannot read it, or it names nobody';
    case 'missing-authentication':
      return `needs ${formatRef(reason.ref)}, which does not exist${near(reason.near)}`;
    case 'ignored-authentication':
      return `needs ${formatRef(reason.ref)}, which is itself ignored`;
    case 'missing-target':
      return `is for a Server ${reason.target}, which does not exist${near(reason.near)}`;
    case 'route-not-attached':
      return `is for the route ${reason.route}, which has no effect on this Server`;
    case 'route-conflicted':
      return 'is not accepted: a GRPCRoute is attached to the Server as well, and comes first';
    case 'route-other-namespace':
      return `names the Server ${reason.server} of another namespace: routes act on their own alone`;
    case 'route-protocol':
      return `is for another protocol than the Server’s, ${reason.protocol} (${object.kind})`;
  }
}

export function noteWords(note: Note): string {
  switch (note.code) {
    case 'no-policy':
      return `the namespace ${note.namespace} has no policy of its own`;
    case 'port-undeclared': {
      const declared = `no container declares port ${String(note.port)}, so perhaps nobody listens there`;
      if (note.service === undefined) return declared;
      const { service, targetPort } = note.service;
      return `${declared}; it is a port of Service ${service}, which leads to port ${String(targetPort)} of the pod: ask for that`;
    }
    case 'members-differ':
      return `this is the policy of ${note.shown}; other pods of the workload have another one: ${some(note.others, andList)}`;
    case 'account-unknown':
      return `nobody knows a service account ${note.namespace}/${note.name}; this is what holds if there is one`;
    case 'taken-for-workload':
      return `${note.namespace}/${note.name} is a workload and a service account; this is the workload (${note.namespace}/sa/${note.name} is the other)`;
    case 'address-of-meshed':
      return `that is the address of ${note.namespace}/${note.name}, whose proxy would show an identity; --from ${note.namespace}/${note.name} asks for that`;
    case 'probe':
      return note.allowed
        ? 'the kubelet asks this as a probe'
        : 'the kubelet asks this as a probe of the pod: refused, it makes the pod unready or restarts it';
    case 'any-call':
      return 'this is a method that no route names; --path /service/method asks for another';
    case 'http-unseen':
      return `on a port of protocol ${note.protocol} the proxy sees no requests: method, path and headers do not count`;
    case 'answer-problem':
      return `${problemWords(note.problem)}: proxies cannot read the policy of this port and refuse everybody until that is mended`;
    case 'log-server':
      return `the line tells of ${note.was}, but ${note.now} governs the port now: the policy has changed, or --to is another port`;
    case 'log-route':
      return `the line tells of the route ${note.was}, to which this request does not fall: say more of it with --method, --path and --header`;
  }
}

/** The decision in one line. */
export function summaryWords({ client, target, traffic, outcome, ruled }: Explanation): string {
  const word = {
    allow: 'ALLOWED',
    audit: 'ALLOWED (audit)',
    deny: 'DENIED',
    'not-found': 'NOT FOUND',
    depends: 'DEPENDS',
  }[outcome];
  const got =
    ruled === undefined
      ? 'not enforced'
      : outcome === 'depends'
        ? ''
        : answerWords(ruled.verdict.decision.answer);
  const shown = ruled?.verdict.traffic ?? traffic;
  const parts = [word, `${clientName(client)} → ${targetName(target)}`, trafficWords(shown), got];
  return parts.filter((part) => part !== '').join('  ');
}
