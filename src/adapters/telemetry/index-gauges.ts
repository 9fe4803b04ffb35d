/** How much is in the index of policy, under the names that Linkerd's controller gives (inbound-api, section 1). */
import { Gauge, type Registry } from 'prom-client';
import type { CompiledKind } from '../../policy/inbound/compiler.js';
import type { InboundIndex } from '../../policy/inbound/inbound-index.js';
import { all, type NamespaceState } from '../../policy/state/state.js';

type Size = (ns: NamespaceState, index: InboundIndex) => number;

/** The objects that take part: one that Linkerd ignores is not in its index either. */
const compiled =
  (...kinds: CompiledKind[]): Size =>
  (ns, { compiler }) =>
    kinds.reduce(
      (sum, kind) =>
        sum + all(ns, kind).filter((object) => compiler.compile(kind, object) !== undefined).length,
      0,
    );

const SIZES: Readonly<Record<string, Size>> = {
  meshtls_authentication: compiled('policy.linkerd.io/MeshTLSAuthentication'),
  network_authentication: compiled('policy.linkerd.io/NetworkAuthentication'),
  pod: meshedPods,
  external_workload: (ns) => ns.externalWorkloads.workloads.size,
  server: (ns) => ns.pods.servers.entries.length + ns.externalWorkloads.servers.entries.length,
  server_authorization: compiled('policy.linkerd.io/ServerAuthorization'),
  authorization_policy: compiled('policy.linkerd.io/AuthorizationPolicy'),
  http_route: compiled('policy.linkerd.io/HTTPRoute', 'gateway.networking.k8s.io/HTTPRoute'),
};

/** Counted when they are scraped, for every namespace that has anything. */
export function registerIndexGauges(registry: Registry, index: () => InboundIndex): void {
  for (const [what, size] of Object.entries(SIZES)) {
    new Gauge({
      name: `inbound_index_${what}_index_size`,
      help: `The number of ${what.replaceAll('_', ' ')} entries in the index.`,
      labelNames: ['namespace'],
      registers: [registry],
      collect() {
        this.reset();
        const now = index();
        for (const [namespace, ns] of now.state.namespaces) this.set({ namespace }, size(ns, now));
      },
    });
  }
}

function meshedPods({ pods }: NamespaceState): number {
  let sum = 0;
  for (const { shape, members } of pods.groups()) if (shape.meshed) sum += members.size;
  return sum;
}
