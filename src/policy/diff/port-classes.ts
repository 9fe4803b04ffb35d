/** All ports of a workload, those that nobody mentions together: none is left out of a comparison. */
import type { Container } from '../objects/stored.js';
import { probePort } from '../state/probes.js';
import { includesPort, type PortSet } from '../state/workload-settings.js';
import type { Variant } from './variants.js';

export interface PortClass {
  /** Ports that every variant treats alike. */
  readonly ports: PortSet;
  /** One of them. */
  readonly sample: number;
  /**
   * `proxy`: that only the container declares or probes which the injector adds; `rest`: that nobody declares, probes or
   * selects.
   */
  readonly kind: 'own' | 'proxy' | 'rest';
}

const END = 65_536;

/** The container that the injector adds. */
const PROXY = 'linkerd-proxy';

/** Each port that is declared, probed or claimed by a Server on its own, then the others as annotations cut them. */
export function portClasses(variants: readonly Variant[], { rest }: { readonly rest: boolean }): PortClass[] {
  const own = new Set(variants.flatMap(ownPorts));
  const mentioned = [...new Set([...own, ...variants.flatMap(probedPorts)])].sort((a, b) => a - b);
  const single = mentioned.map((port): PortClass => ({
    ports: [[port, port]],
    sample: port,
    kind: own.has(port) ? 'own' : 'proxy',
  }));
  return rest ? [...single, ...restClasses(variants, mentioned)] : single;
}

/** What the workload's own containers declare and probe, and what Servers claim. */
function ownPorts({ members: [first], group: { claims } }: Variant): number[] {
  if (first.kind !== 'core/Pod') return [...first.ports.map(({ port }) => port), ...claims.keys()];
  const containers = first.template.containers.filter(({ name }) => name !== PROXY);
  return [...containers.flatMap(portsOf), ...claims.keys()];
}

const portsOf = (container: Container): number[] => [
  ...container.ports.map(({ port }) => port),
  ...container.probes.flatMap((probe) => probePort(container, probe) ?? []),
];

/** Probes have a say in the policy of a port, those of the proxy's own container as well. */
const probedPorts = ({ group: { shape } }: Variant): number[] => [...shape.probes.keys()];

function restClasses(variants: readonly Variant[], mentioned: readonly number[]): PortClass[] {
  const sets = variants.flatMap(({ skipped, group: { shape } }) => [
    skipped,
    shape.opaquePorts,
    shape.requireIdentityPorts,
  ]);
  const cuts = new Set([1, END, ...mentioned, ...mentioned.map((port) => port + 1)]);
  for (const [low, high] of sets.flat()) cuts.add(low).add(high + 1);
  const bounds = [...cuts].sort((a, b) => a - b);
  const alone = new Set(mentioned);
  const classes = new Map<string, [number, number][]>();
  for (const [n, low] of bounds.slice(0, -1).entries()) {
    if (alone.has(low)) continue;
    const high = (bounds[n + 1] ?? END) - 1;
    const key = sets.map((set) => (includesPort(set, low) ? '1' : '0')).join('');
    const ranges = classes.get(key);
    if (ranges === undefined) classes.set(key, [[low, high]]);
    else ranges.push([low, high]);
  }
  return [...classes.values()].map((ranges) => ({
    ports: joined(ranges),
    sample: ranges[0]?.[0] ?? 1,
    kind: 'rest',
  }));
}

/** Ascending ranges, neighbours joined. */
function joined(ranges: readonly [number, number][]): PortSet {
  const result: [number, number][] = [];
  for (const [low, high] of ranges) {
    const last = result.at(-1);
    if (last?.[1] === low - 1) last[1] = high;
    else result.push([low, high]);
  }
  return result;
}
