/** What a proxy's log line tells of a client and of the port that it asked for, and the endpoints that follow. */
import { fail, type Result } from '../../model/result.js';
import type { TlsState } from '../decide/connection.js';
import type { InboundIndex } from '../inbound/inbound-index.js';
import type { StoredOf } from '../objects/stored.js';
import { find, type NamespaceState } from '../state/state.js';
import { resolvePort } from '../state/workload-index.js';
import { knownAddresses } from './addresses.js';
import type { ClientEndpoint } from './client.js';
import type { EndpointProblem } from './problem.js';
import { targetOf, type TargetEndpoint } from './target.js';
import { findWorkload, namespacesOf } from './workloads.js';

export interface Denial {
  /** What was denied; a connection is TCP to the proxy. */
  readonly event: 'request' | 'connection';
  /** The Server, or the default policy word, that governed the port then. */
  readonly server: { readonly kind: 'server' | 'default'; readonly name: string } | undefined;
  readonly route: { readonly kind: string; readonly name: string } | undefined;
  readonly tls: TlsState;
  /** The client's. */
  readonly ip: string;
  readonly port: number | undefined;
  /** The pod of the proxy, where the line was printed with it. */
  readonly pod: string | undefined;
}

/** The client as the proxy saw it. */
export function clientOfDenial({ tls, ip }: Denial): ClientEndpoint | undefined {
  const addresses = knownAddresses([ip]);
  return addresses && { subject: { kind: 'log' }, tls, addresses };
}

/** The port that a line is about, as far as its pod or its Server tell. `namespace` is looked in first. */
export function targetOfDenial(
  index: InboundIndex,
  denial: Denial,
  namespace: string,
): Result<TargetEndpoint, EndpointProblem> {
  const { pod, port, server } = denial;
  if (pod !== undefined && port !== undefined) {
    const found = findWorkload(index.state, { namespace: undefined, kind: 'Pod', name: pod }, namespace);
    if (found.ok) return targetOf(index.state, found.value, port);
  }
  const unknown = (candidates: readonly string[]): Result<TargetEndpoint, EndpointProblem> =>
    fail({
      code: 'log-needs-target',
      server: server?.kind === 'server' ? server.name : undefined,
      candidates,
    });
  if (server?.kind !== 'server') return unknown([]);
  const holders = namespacesOf(index.state).filter((ns) => serverIn(index, ns, server.name) !== undefined);
  const here = holders.find(({ name }) => name === namespace);
  const [only, ...others] = here === undefined ? holders : [here];
  if (only === undefined || others.length > 0)
    return unknown(holders.map(({ name }) => `${name}/${server.name}`));
  return selectedBy(index, only, { server: server.name, port }) ?? unknown([]);
}

const serverIn = (
  { state }: InboundIndex,
  ns: NamespaceState,
  name: string,
): StoredOf<'policy.linkerd.io/Server'> | undefined => find(state, 'policy.linkerd.io/Server', ns.name, name);

/** The first workload that the Server governs, if all that it governs have it on one port. */
function selectedBy(
  { state }: InboundIndex,
  ns: NamespaceState,
  { server: name, port }: { readonly server: string; readonly port: number | undefined },
): Result<TargetEndpoint, EndpointProblem> | undefined {
  const found: {
    readonly workload: string;
    readonly kind: 'Pod' | 'ExternalWorkload';
    readonly port: number;
  }[] = [];
  for (const [kind, workloads] of [
    ['Pod', ns.pods],
    ['ExternalWorkload', ns.externalWorkloads],
  ] as const) {
    const server = workloads.server(name);
    if (server === undefined) continue;
    for (const group of workloads.groupsOf(server)) {
      const [first] = [...group.members].map(([member]) => member).sort();
      for (const number of resolvePort(server, group.shape))
        if (first !== undefined && group.claims.get(number)?.[0]?.name === name)
          found.push({ workload: first, kind, port: number });
    }
  }
  const wanted = found.filter((each) => port === undefined || each.port === port);
  const [first] = wanted.sort((a, b) => (a.workload < b.workload ? -1 : 1));
  if (first === undefined || wanted.some((each) => each.port !== first.port)) return undefined;
  const workload = findWorkload(
    state,
    { namespace: ns.name, kind: first.kind, name: first.workload },
    ns.name,
  );
  return workload.ok ? targetOf(state, workload.value, first.port) : undefined;
}
