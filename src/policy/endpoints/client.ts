/**
 * Who asks: a workload, a service account, an identity or an address. Facts of the connection follow from it
 * (architecture, 9): a proxy shows the identity of its workload, and who has none sends plain.
 */
import { isDnsSubdomain } from '../../model/label-syntax.js';
import { identityProblem, isSpiffe, serviceAccountIdentity } from '../../model/identity.js';
import { formatAddress, parseAddress } from '../../model/ip.js';
import { nearest } from '../../model/nearest.js';
import { fail, ok, type Result } from '../../model/result.js';
import type { ClusterSettings } from '../../model/world.js';
import type { TlsState } from '../decide/connection.js';
import type { InboundIndex } from '../inbound/inbound-index.js';
import { all, find, type State } from '../state/state.js';
import type { Workload } from '../state/workload-shape.js';
import { assumedAddresses, knownAddresses, type Addresses } from './addresses.js';
import { parseName, type ObjectName } from './names.js';
import type { EndpointProblem } from './problem.js';
import { skipsOutbound } from './skipped.js';
import { findWorkload, missing, namespacesOf, type FoundWorkload } from './workloads.js';

/** Why a workload's connection shows no identity. */
export type PlainReason = 'no-proxy' | 'unmeshed-flag' | 'skip-outbound-ports';

/** Whom a name was taken for. */
export type ClientSubject =
  | {
      readonly kind: 'workload';
      readonly workload: FoundWorkload;
      /** Undefined for an external workload. */
      readonly serviceAccount: string | undefined;
      /** What its proxy shows, or would. */
      readonly identity: string;
      readonly plain: PlainReason | undefined;
    }
  | {
      readonly kind: 'service-account';
      readonly namespace: string;
      readonly name: string;
      readonly identity: string;
      /** Whether there is such an object, or a pod that runs as it. */
      readonly known: boolean;
      readonly plain: PlainReason | undefined;
    }
  | { readonly kind: 'identity'; readonly identity: string }
  | {
      readonly kind: 'address';
      /** The meshed workload whose address it is: as itself it would show an identity. */
      readonly holder: { readonly namespace: string; readonly name: string } | undefined;
    }
  /** Some client with mesh TLS that shows no identity. */
  | { readonly kind: 'anonymous' }
  /** As a proxy wrote it into its log. */
  | { readonly kind: 'log' };

export interface ClientEndpoint {
  readonly subject: ClientSubject;
  readonly tls: TlsState;
  readonly addresses: Addresses;
}

export interface ClientOptions {
  /** A name, an identity or an address. */
  readonly from: string;
  /** Treats the client as having no proxy. */
  readonly unmeshed: boolean;
  /** The client's address, where the name does not tell it. */
  readonly address: string | undefined;
  /** The namespace of names without one. */
  readonly namespace: string;
}

const PLAIN: TlsState = Object.freeze({ kind: 'none' });

/** The client of that name, as it calls a port. */
export function resolveClient(
  index: InboundIndex,
  options: ClientOptions,
  port: number,
): Result<ClientEndpoint, EndpointProblem> {
  const { state, world } = index;
  const { from, unmeshed } = options;
  const given = options.address === undefined ? undefined : knownAddresses([options.address]);
  const addresses = given ?? assumedAddresses(world.settings.clusterNetworks);
  const itself = knownAddresses([from]);
  if (itself !== undefined)
    return ok({ subject: { kind: 'address', holder: holderOf(state, from) }, tls: PLAIN, addresses: itself });
  if (isSpiffe(from)) return identity(from, unmeshed, addresses);
  const name = parseName(from, (namespace) => state.namespaces.has(namespace));
  if (name === undefined) return fail({ code: 'unreadable-from', text: from });
  const found = name.kind === 'ServiceAccount' ? undefined : findWorkload(state, name, options.namespace);
  if (found?.ok === true)
    return ok(clientOfWorkload(found.value, { settings: world.settings, unmeshed, given, port }));
  const ambiguous = found !== undefined && found.error.code === 'ambiguous';
  if (ambiguous) return fail(found.error);
  const account = findAccount(index, name, options.namespace);
  if (account !== undefined) return ok(ofAccount(account, { settings: world.settings, unmeshed, addresses }));
  const dotted = name.namespace === undefined && name.kind === undefined && from.includes('.');
  if (dotted && identityProblem(from) === undefined) return identity(from, unmeshed, addresses);
  return fail(missingClient(state, name));
}

function identity(
  text: string,
  unmeshed: boolean,
  addresses: Addresses,
): Result<ClientEndpoint, EndpointProblem> {
  if (identityProblem(text) !== undefined) return fail({ code: 'unreadable-from', text });
  if (unmeshed) return fail({ code: 'identity-unmeshed', identity: text });
  return ok({
    subject: { kind: 'identity', identity: text },
    tls: { kind: 'established', identity: text },
    addresses,
  });
}

/** The meshed workload that has an address. */
export function holderOf(
  state: State,
  text: string,
): { readonly namespace: string; readonly name: string } | undefined {
  const wanted = parseAddress(text);
  if (wanted === undefined) return undefined;
  const address = formatAddress(wanted.family, wanted.address);
  for (const ns of namespacesOf(state)) {
    const holder = all(ns, 'core/Pod').find(
      ({ template, ips }) => template.meshed && !template.hostNetwork && ips.includes(address),
    );
    if (holder !== undefined) return { namespace: ns.name, name: holder.name };
  }
  return undefined;
}

/** The client that a workload is to a port; `given` is where it calls from, if that is known. */
export function clientOfWorkload(
  workload: FoundWorkload,
  {
    settings,
    unmeshed,
    given,
    port,
  }: {
    readonly settings: ClusterSettings;
    readonly unmeshed: boolean;
    readonly given: Addresses | undefined;
    readonly port: number;
  },
): ClientEndpoint {
  const [first] = workload.members;
  const plain = plainReason(first, unmeshed, port);
  const serviceAccount = first.kind === 'core/Pod' ? first.template.serviceAccount : undefined;
  const shown = identityOf(first, settings);
  // A Service's traffic has one family, that of the first address unless somebody asked otherwise.
  const ips = workload.members.flatMap((member) => member.ips.slice(0, 1));
  return {
    subject: { kind: 'workload', workload, serviceAccount, identity: shown, plain },
    // An external workload that names no identity has none to show.
    tls: plain === undefined ? { kind: 'established', identity: shown === '' ? undefined : shown } : PLAIN,
    addresses: given ?? knownAddresses(ips) ?? assumedAddresses(settings.clusterNetworks),
  };
}

function plainReason(workload: Workload, unmeshed: boolean, port: number): PlainReason | undefined {
  if (workload.kind === 'core/Pod' && !workload.template.meshed) return 'no-proxy';
  if (unmeshed) return 'unmeshed-flag';
  return skipsOutbound(workload, port) ? 'skip-outbound-ports' : undefined;
}

/** What the proxy of a workload shows, or would show if it had one. */
export const identityOf = (workload: Workload, settings: ClusterSettings): string =>
  workload.kind === 'core/Pod'
    ? serviceAccountIdentity(workload.template.serviceAccount, workload.namespace, settings)
    : workload.identity;

interface FoundAccount {
  readonly namespace: string;
  readonly name: string;
  readonly known: boolean;
}

/**
 * The service account of a name. One that is named as such (`sa/web`) need not exist: its objects may be elsewhere.
 */
function findAccount(
  { state }: InboundIndex,
  { namespace, kind, name }: ObjectName,
  fallback: string,
): FoundAccount | undefined {
  if (kind !== undefined && kind !== 'ServiceAccount') return undefined;
  if (namespace !== undefined) {
    const known = isAccount(state, namespace, name);
    return known || (kind !== undefined && isAccountName(namespace, name))
      ? { namespace, name, known }
      : undefined;
  }
  if (kind === undefined) return undefined;
  const known = isAccount(state, fallback, name);
  return known || isAccountName(fallback, name) ? { namespace: fallback, name, known } : undefined;
}

const isAccountName = (namespace: string, name: string): boolean =>
  isDnsSubdomain(namespace) && isDnsSubdomain(name);

/** Every namespace has `default`. */
const isAccount = (state: State, namespace: string, name: string): boolean =>
  find(state, 'core/ServiceAccount', namespace, name) !== undefined ||
  (state.namespaces.has(namespace) && (name === 'default' || accountsIn(state, namespace).includes(name)));

function accountsIn(state: State, namespace: string): readonly string[] {
  const ns = state.namespaces.get(namespace);
  if (ns === undefined) return [];
  const used = all(ns, 'core/Pod').map(({ template }) => template.serviceAccount);
  const written = all(ns, 'core/ServiceAccount').map(({ name }) => name);
  return [...new Set([...used, ...written])].sort();
}

function ofAccount(
  { namespace, name, known }: FoundAccount,
  {
    settings,
    unmeshed,
    addresses,
  }: { readonly settings: ClusterSettings; readonly unmeshed: boolean; readonly addresses: Addresses },
): ClientEndpoint {
  const shown = serviceAccountIdentity(name, namespace, settings);
  const plain = unmeshed ? ('unmeshed-flag' as const) : undefined;
  return {
    subject: { kind: 'service-account', namespace, name, identity: shown, known, plain },
    tls: unmeshed ? PLAIN : { kind: 'established', identity: shown },
    addresses,
  };
}

/** Service accounts may have been meant as well. */
function missingClient(state: State, name: ObjectName): EndpointProblem {
  const problem = missing(state, name, true);
  if (problem.code !== 'no-workload' || problem.near !== undefined || name.namespace === undefined)
    return problem;
  const near = nearest(name.name, accountsIn(state, name.namespace));
  return near === undefined ? problem : { ...problem, near: `${name.namespace}/${near}` };
}
