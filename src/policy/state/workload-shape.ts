/**
 * What policy reads of a workload besides its labels: ports, probes and the proxy's annotations (inbound-semantics A2
 * to A4). Workloads of one template have one shape, and the index keeps one entry for all that share it.
 */
import type { PolicyWord } from '../../model/world.js';
import type { ContainerPort, PodTemplate, StoredExternalWorkload, StoredPod } from '../objects/stored.js';
import { settingsOf, type PortSet } from './workload-settings.js';
import { probePaths } from './probes.js';

export interface WorkloadShape {
  /** Equal for two shapes exactly if they are equal. */
  readonly key: string;
  /** Whether there is a proxy that enforces policy; the controller knows no other pods (A1). */
  readonly meshed: boolean;
  /** The numbers under each port name; several for a pod, one for an external workload (A2). */
  readonly named: ReadonlyMap<string, readonly number[]>;
  /** Every number that is declared, ascending. */
  readonly numbers: readonly number[];
  /** The default policy of its annotation; undefined where the cluster's holds. */
  readonly defaultPolicy: PolicyWord | undefined;
  readonly opaquePorts: PortSet;
  readonly requireIdentityPorts: PortSet;
  /** The paths that http probes ask for, by port number; each list ascends without duplicates (A3). */
  readonly probes: ReadonlyMap<number, readonly string[]>;
}

// Templates are interned by the sources, so that a shape is made once for each; the cache follows their life.
const podShapes = new WeakMap<PodTemplate, WorkloadShape>();
const externalShapes = new WeakMap<StoredExternalWorkload, WorkloadShape>();

export type Workload = StoredPod | StoredExternalWorkload;

export const shapeOf = (workload: Workload): WorkloadShape =>
  workload.kind === 'core/Pod' ? shapeOfPod(workload) : shapeOfExternalWorkload(workload);

/** Containers and init containers count; one name may have several numbers. */
function shapeOfPod({ template }: StoredPod): WorkloadShape {
  let shape = podShapes.get(template);
  if (shape === undefined) {
    const { containers, annotations, meshed } = template;
    const ports = containers.flatMap((container) => container.ports);
    shape = toShape({
      ports,
      annotations,
      meshed,
      probes: probePaths(containers),
      add: (numbers, port) => (numbers.includes(port) ? numbers : [...numbers, port].sort((a, b) => a - b)),
    });
    podShapes.set(template, shape);
  }
  return shape;
}

/** Where a port name repeats, the last one wins. */
function shapeOfExternalWorkload(stored: StoredExternalWorkload): WorkloadShape {
  let shape = externalShapes.get(stored);
  if (shape === undefined) {
    const { ports, annotations } = stored;
    shape = toShape({ ports, annotations, meshed: true, probes: new Map(), add: (_, port) => [port] });
    externalShapes.set(stored, shape);
  }
  return shape;
}

function toShape({
  ports,
  annotations,
  meshed,
  probes,
  add,
}: {
  readonly ports: readonly ContainerPort[];
  readonly annotations: StoredExternalWorkload['annotations'];
  readonly meshed: boolean;
  readonly probes: ReadonlyMap<number, readonly string[]>;
  readonly add: (numbers: readonly number[], port: number) => readonly number[];
}): WorkloadShape {
  const named = new Map<string, readonly number[]>();
  for (const { name, port } of ports)
    if (name !== undefined) named.set(name, add(named.get(name) ?? [], port));
  const numbers = [...new Set(ports.map(({ port }) => port))].sort((a, b) => a - b);
  const settings = settingsOf(annotations);
  const key = JSON.stringify([
    meshed,
    [...named].sort(([a], [b]) => (a < b ? -1 : 1)),
    numbers,
    settings.defaultPolicy ?? '',
    settings.opaquePorts,
    settings.requireIdentityPorts,
    [...probes].sort(([a], [b]) => a - b),
  ]);
  return { key, meshed, named, numbers, ...settings, probes };
}
