/** The clients that an assertion is about, as an exact set: also those that no state names. */
import {
  ALL_CREDENTIALS,
  ALL_NETWORKS,
  clientSet,
  complementN,
  difference,
  identitySet,
  intersect,
  NO_CREDENTIALS,
  networkSet,
  parseIdentityPattern,
  NO_CLIENTS,
  union,
  unionAll,
  type ClientSet,
  type CredentialSet,
  type NetworkSet,
} from '../../algebra/index.js';
import { serviceAccountIdentity } from '../../model/identity.js';
import { parseNetwork } from '../../model/ip.js';
import { fail, ok, type Result } from '../../model/result.js';
import type { ClusterSettings } from '../../model/world.js';
import { assumedAddresses } from '../endpoints/addresses.js';
import { identityOf } from '../endpoints/client.js';
import { EVERYBODY } from '../endpoints/elsewhere.js';
import { KnownClients } from '../endpoints/known-clients.js';
import { everyWorkload, type FoundWorkload } from '../endpoints/workloads.js';
import { settingNetworks } from '../inbound/compile/networks.js';
import type { InboundIndex } from '../inbound/inbound-index.js';
import type { Workload } from '../state/workload-shape.js';
import type { ClientSelector, From, May, WorkloadSelector } from './assertion.js';
import { selectWorkloads, withMembers, type SelectProblem } from './select.js';

export interface ExpectedClients {
  /** Workloads that were selected by name, namespace or label. */
  readonly workloads: readonly FoundWorkload[];
  /** All that the clients may be to a port. */
  readonly at: (port: number) => ClientSet;
}

export interface FromProblem extends SelectProblem {
  /** Which of the selectors. */
  readonly place: number;
}

interface Question {
  readonly from: From;
  readonly may: May;
  /** Of names without one. */
  readonly namespace: string;
}

export function expectedClients(
  index: InboundIndex,
  question: Question,
): Result<ExpectedClients, readonly FromProblem[]> {
  const { from, may, namespace } = question;
  const { settings } = index.world;
  if (from.kind === 'anyone') return ok({ workloads: [], at: () => EVERYBODY });
  if (from.kind === 'outside-cluster') {
    const outside = complementN(networkSet(settingNetworks(settings.clusterNetworks)));
    const clients = intersect(EVERYBODY, clientSet(ALL_CREDENTIALS, outside));
    return ok({ workloads: [], at: () => clients });
  }
  const selected: FoundWorkload[] = [];
  const problems: FromProblem[] = [];
  const others: ClientSet[] = [];
  for (const [place, selector] of from.clients.entries()) {
    if (selector.kind !== 'workloads')
      others.push(setOf(selector, from.kind === 'outside' ? 'none' : may, settings));
    else {
      const found = selectWorkloads(index.state, selector, namespace);
      if (found.ok) selected.push(...found.value);
      else problems.push({ place, ...found.error });
      if (from.kind === 'outside') others.push(wholeNamespace(selector, settings));
    }
  }
  if (problems.length > 0) return fail(problems);
  const named = unionAll(others);
  if (from.kind === 'outside') return ok({ workloads: [], at: outsideOf(index, { selected, named }) });
  const known = new KnownClients(index, selected);
  return ok({ workloads: selected, at: (port) => intersect(EVERYBODY, unionAll([named, known.all(port)])) });
}

/** A namespace as a whole is every service account in it, those too that nobody uses yet. */
function wholeNamespace(
  { namespace, workload, labels }: WorkloadSelector,
  { controlPlaneNamespace, identityDomain }: ClusterSettings,
): ClientSet {
  if (namespace === undefined || workload !== undefined || labels !== undefined) return NO_CLIENTS;
  const suffix = `${namespace}.serviceaccount.identity.${controlPlaneNamespace}.${identityDomain}`;
  return clientSet({ ...NO_CREDENTIALS, identities: identitySet({ suffixes: [suffix] }) }, ALL_NETWORKS);
}

/**
 * Everybody who does not show an identity of the selected. An address proves nothing, so without an identity nobody is one
 * of them; and an identity that a workload shows which was not selected is that workload's as well.
 */
function outsideOf(
  index: InboundIndex,
  { selected, named }: { readonly selected: readonly FoundWorkload[]; readonly named: ClientSet },
): (port: number) => ClientSet {
  const members = new Set<Workload>(selected.flatMap((workload) => workload.members));
  const inside = union(named, showing([...members], index.world.settings));
  const strangers = everyWorkload(index.state).flatMap((workload) =>
    withMembers(workload, (member) => !members.has(member)),
  );
  const known = new KnownClients(index, strangers);
  const rest = difference(EVERYBODY, inside);
  return (port) => union(rest, difference(intersect(EVERYBODY, known.all(port)), named));
}

/** Whoever shows the identity of one of these. */
function showing(members: readonly Workload[], settings: ClusterSettings): ClientSet {
  const meshed = members.filter((member) => member.kind !== 'core/Pod' || member.template.meshed);
  // An external workload that names no identity has none to show.
  const exact = meshed.map((member) => identityOf(member, settings)).filter((identity) => identity !== '');
  return clientSet({ ...NO_CREDENTIALS, identities: identitySet({ exact }) }, ALL_NETWORKS);
}

/**
 * Where it is not said, such a client is in the cluster's networks where it is to get through, and anywhere where it
 * is not.
 */
function setOf(
  selector: Exclude<ClientSelector, WorkloadSelector>,
  may: May,
  settings: ClusterSettings,
): ClientSet {
  const { address } = selector;
  const net = address === undefined ? undefined : parseNetwork(address);
  const networks: NetworkSet =
    net !== undefined
      ? networkSet([{ net, except: [] }])
      : may === 'none'
        ? ALL_NETWORKS
        : assumedAddresses(settings.clusterNetworks).networks;
  return intersect(EVERYBODY, clientSet(credentialsOf(selector, settings), networks));
}

function credentialsOf(
  selector: Exclude<ClientSelector, WorkloadSelector>,
  settings: ClusterSettings,
): CredentialSet {
  switch (selector.kind) {
    case 'unmeshed':
      return { ...NO_CREDENTIALS, plain: true };
    case 'service-account': {
      const identity = serviceAccountIdentity(selector.name, selector.namespace, settings);
      return { ...NO_CREDENTIALS, identities: identitySet({ exact: [identity] }) };
    }
    case 'identity': {
      const { exact, suffix } = parseIdentityPattern(selector.identity);
      return {
        ...NO_CREDENTIALS,
        identities: identitySet(suffix === undefined ? { exact: [exact] } : { suffixes: [suffix] }),
      };
    }
  }
}
