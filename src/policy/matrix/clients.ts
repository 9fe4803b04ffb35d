/** Who may call: the rows of a matrix before they are grouped. */
import { ALL_NETWORKS, differenceN, networkSet } from '../../algebra/index.js';
import type { ClusterSettings } from '../../model/world.js';
import type { TlsState } from '../decide/connection.js';
import { addressesIn, assumedAddresses, knownAddresses, type Addresses } from '../endpoints/addresses.js';
import { identityOf, type ClientEndpoint } from '../endpoints/client.js';
import { skippedOutbound } from '../endpoints/skipped.js';
import type { FoundWorkload } from '../endpoints/workloads.js';
import { settingNetworks } from '../inbound/compile/networks.js';
import type { InboundIndex } from '../inbound/inbound-index.js';
import { includesPort, type PortSet } from '../state/workload-settings.js';
import type { Workload } from '../state/workload-shape.js';
import { namedWorkloads, type NamedWorkload } from './workloads.js';

/** Clients that are no workload: anyone outside the cluster, any pod without a proxy, the kubelet. */
export const CLIENT_WORDS = ['outside', 'unmeshed', 'kubelet'] as const;
export type ClientWord = (typeof CLIENT_WORDS)[number];

export type MatrixSubject =
  | { readonly kind: ClientWord }
  | {
      readonly kind: 'workload';
      /** With those of its pods that are alike as clients. */
      readonly workload: FoundWorkload;
      /** How many pods it has in all. */
      readonly pods: number;
      readonly serviceAccount: string | undefined;
    }
  /** Somebody that was asked for who is no workload. */
  | { readonly kind: 'named'; readonly endpoint: ClientEndpoint };

export interface MatrixClient {
  /** As one asks for it. */
  readonly name: string;
  readonly subject: MatrixSubject;
  readonly tls: TlsState;
  /** `known`: it calls from all of them; `assumed`: from one, and nobody knows which. */
  readonly addresses: Addresses;
  /** To these ports it comes as if it had no proxy. */
  readonly skipped: PortSet;
}

export const PLAIN: TlsState = Object.freeze({ kind: 'none' });

/** What the client shows on a port of that number. */
export const tlsTo = ({ tls, skipped }: MatrixClient, port: number): TlsState =>
  includesPort(skipped, port) ? PLAIN : tls;

/** Which of the clients skip the port, as a text. */
export const skippedBy = (clients: readonly MatrixClient[], port: number): string =>
  clients.flatMap(({ skipped }, place) => (includesPort(skipped, port) ? [place] : [])).join();

/** Those that are no workload, in the order of their words, then every workload. */
export function clientsOf(index: InboundIndex): readonly MatrixClient[] {
  const { settings } = index.world;
  return [
    ...CLIENT_WORDS.flatMap((word) => clientOfWord(word, settings) ?? []),
    ...namedWorkloads(index).flatMap((named) => clientsOfWorkload(named, settings)),
  ];
}

/** Undefined where nobody is such: outside of cluster networks that are everything. */
export function clientOfWord(word: ClientWord, settings: ClusterSettings): MatrixClient | undefined {
  const addresses = addressesOf(word, settings);
  return addresses && { name: word, subject: { kind: word }, tls: PLAIN, addresses, skipped: [] };
}

function addressesOf(
  word: ClientWord,
  { clusterNetworks, probeNetworks }: ClusterSettings,
): Addresses | undefined {
  switch (word) {
    case 'outside': {
      const inside = networkSet(settingNetworks(clusterNetworks));
      return addressesIn('known', differenceN(ALL_NETWORKS, inside));
    }
    case 'unmeshed':
      return { ...assumedAddresses(clusterNetworks), kind: 'known' };
    case 'kubelet':
      return assumedAddresses(probeNetworks);
  }
}

/** One client for each kind of pods in the workload: during a rollout they may differ. */
export function clientsOfWorkload(
  { workload, label }: NamedWorkload,
  settings: ClusterSettings,
): readonly MatrixClient[] {
  const alike = new Map<string, Workload[]>();
  // Pods of one template are alike.
  const keys = new Map<unknown, string>();
  for (const member of workload.members) {
    const template = member.kind === 'core/Pod' ? member.template : member;
    const key = keys.get(template) ?? JSON.stringify([factsOf(member, settings), skippedOutbound(member)]);
    keys.set(template, key);
    const known = alike.get(key);
    if (known === undefined) alike.set(key, [member]);
    else known.push(member);
  }
  return [...alike.values()].flatMap((members): MatrixClient[] => {
    const [first, ...rest] = members;
    if (first === undefined) return [];
    // A Service's traffic has one family, that of the first address.
    const ips = members.flatMap((member) => member.ips.slice(0, 1));
    return [
      {
        name: members.length === workload.members.length ? label : `${workload.namespace}/${first.name}`,
        subject: {
          kind: 'workload',
          workload: { ...workload, members: [first, ...rest] },
          pods: workload.members.length,
          serviceAccount: first.kind === 'core/Pod' ? first.template.serviceAccount : undefined,
        },
        tls: factsOf(first, settings),
        addresses: knownAddresses(ips) ?? assumedAddresses(settings.clusterNetworks),
        skipped: skippedOutbound(first),
      },
    ];
  });
}

/** A pod without a proxy sends plain; an external workload that names no identity has none to show. */
function factsOf(member: Workload, settings: ClusterSettings): TlsState {
  if (member.kind === 'core/Pod' && !member.template.meshed) return PLAIN;
  const identity = identityOf(member, settings);
  return { kind: 'established', identity: identity === '' ? undefined : identity };
}

export const clientOfEndpoint = (name: string, endpoint: ClientEndpoint): MatrixClient => ({
  name,
  subject: { kind: 'named', endpoint },
  tls: endpoint.tls,
  addresses: endpoint.addresses,
  skipped: [],
});
