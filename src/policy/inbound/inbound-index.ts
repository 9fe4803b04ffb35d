/**
 * The effective inbound policy of every workload port, as a value (architecture, 1).
 *
 *   objects ─┬─ state        workloads in groups, and which Servers claim their ports
 *            └─ relations    what is said of each Server
 *                   └──> a policy for each Server ──with the probes of a workload──> the policy of a port
 */
import { PersistentMap } from '../../model/persistent-map.js';
import type { WorkloadKind } from '../objects/kinds.js';
import { EMPTY_STATE, type State } from '../state/state.js';
import type { Group, WorkloadIndex } from '../state/workload-index.js';
import { shapeOf, type Workload } from '../state/workload-shape.js';
import { Compiler, type PolicyWorld } from './compiler.js';
import { Composer } from './compose.js';
import type { PortPolicy } from './port-policy.js';
import { Relations } from './relations.js';
import type { ServerPolicy } from './server-policy.js';

export interface InboundIndex {
  readonly state: State;
  readonly world: PolicyWorld;
  readonly relations: Relations;
  /** By namespace and name of the Server; those that Linkerd cannot read are not among them. */
  readonly servers: PersistentMap<ServerPolicy>;
  /** Caches of pure functions, shared by all indexes that follow from one. */
  readonly compiler: Compiler;
  readonly composer: Composer;
}

/** An index without objects. */
export const emptyIndex = (world: PolicyWorld): InboundIndex => ({
  state: EMPTY_STATE,
  world,
  relations: Relations.empty(),
  servers: PersistentMap.empty(),
  compiler: new Compiler(world),
  composer: new Composer(world),
});

export const serverKey = (namespace: string, name: string): string => `${namespace}/${name}`;

/** A workload by its kind and name. */
export interface WorkloadRef {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
}

/**
 * The policy of a workload port. Undefined for a workload that the controller does not know: none of that name, or one
 * without a proxy (A1). Every port of a known workload has a policy, declared or not.
 */
export function policyOf(index: InboundIndex, ref: WorkloadRef, port: number): PortPolicy | undefined {
  const ns = index.state.namespaces.get(ref.namespace);
  if (ns === undefined) return undefined;
  return ref.kind === 'core/Pod'
    ? policyIn(index, ns.pods, ns.pods.workloads.get(ref.name), port)
    : policyIn(index, ns.externalWorkloads, ns.externalWorkloads.workloads.get(ref.name), port);
}

function policyIn<W extends Workload>(
  index: InboundIndex,
  workloads: WorkloadIndex<W>,
  workload: W | undefined,
  port: number,
): PortPolicy | undefined {
  if (workload === undefined || !shapeOf(workload).meshed) return undefined;
  const group = workloads.groupOf(workload);
  return group === undefined ? undefined : policyOfGroup(index, group, port);
}

/** The policy that all workloads of a group have on a port; undefined where they have no proxy. */
export function policyOfGroup(
  { servers, composer }: InboundIndex,
  { shape, claims }: Pick<Group<Workload>, 'shape' | 'claims'>,
  port: number,
): PortPolicy | undefined {
  if (!shape.meshed) return undefined;
  const winner = claims.get(port)?.[0];
  const server = winner === undefined ? undefined : servers.get(serverKey(winner.namespace, winner.name));
  return server === undefined ? composer.byDefault(shape, port) : composer.underServer(server, shape, port);
}
