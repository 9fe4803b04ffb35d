/** Stored pods and external workloads as the workload index reads them. */
import type { ContainerPort, PodTemplate, StoredExternalWorkload, StoredPod } from '../objects/stored.js';
import type { PortShape, Workload } from './workload-index.js';

export interface PodWorkload extends Workload {
  readonly stored: StoredPod;
}

export interface ExternalWorkload extends Workload {
  readonly stored: StoredExternalWorkload;
}

// Templates are interned by the sources, so that a shape is made once for each; the cache follows their life.
const podShapes = new WeakMap<PodTemplate, PortShape>();

export function podWorkload(stored: StoredPod): PodWorkload {
  return { name: stored.name, labels: stored.labels, ports: podShape(stored.template), stored };
}

/** Containers and init containers count; one name may have several numbers. */
function podShape(template: PodTemplate): PortShape {
  let shape = podShapes.get(template);
  if (shape === undefined) {
    shape = toShape(
      template.containers.flatMap(({ ports }) => ports),
      (numbers, port) => (numbers.includes(port) ? numbers : [...numbers, port].sort((a, b) => a - b)),
    );
    podShapes.set(template, shape);
  }
  return shape;
}

/** Where a name repeats, the last one wins. */
export function externalWorkload(stored: StoredExternalWorkload): ExternalWorkload {
  const ports = toShape(stored.ports, (_, port) => [port]);
  return { name: stored.name, labels: stored.labels, ports, stored };
}

function toShape(
  ports: readonly ContainerPort[],
  add: (numbers: readonly number[], port: number) => readonly number[],
): PortShape {
  const named = new Map<string, readonly number[]>();
  for (const { name, port } of ports)
    if (name !== undefined) named.set(name, add(named.get(name) ?? [], port));
  const numbers = [...new Set(ports.map(({ port }) => port))].sort((a, b) => a - b);
  const key = JSON.stringify([[...named].sort(([a], [b]) => (a < b ? -1 : 1)), numbers]);
  return { key, named, numbers };
}
