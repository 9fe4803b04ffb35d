/** Whom is asked for: a port of a workload. */
import { nearest } from '../../model/nearest.js';
import { fail, ok, type Result } from '../../model/result.js';
import type { InboundIndex, WorkloadRef } from '../inbound/inbound-index.js';
import { all, type State } from '../state/state.js';
import { shapeOf, type Workload, type WorkloadShape } from '../state/workload-shape.js';
import { matches } from '../../selector/index.js';
import { compileSelector } from '../../selector/index.js';
import { parseName, splitPort } from './names.js';
import type { EndpointProblem } from './problem.js';
import { skipsInbound } from './skipped.js';
import { findWorkload, type FoundWorkload } from './workloads.js';

export interface TargetEndpoint {
  readonly workload: FoundWorkload;
  /** The first of its members, which stands for them. */
  readonly ref: WorkloadRef;
  readonly shape: WorkloadShape;
  /** 1..65535. */
  readonly port: number;
  /** The name that the workload gives this port alone. */
  readonly portName: string | undefined;
  readonly declared: boolean;
  /** Whether a proxy stands before the port and enforces its policy. */
  readonly enforced: boolean;
  readonly skipped: boolean;
  /** Of a port that nobody declares: the Service port of that number, and where it leads. */
  readonly servicePort: ServicePort | undefined;
}

export interface ServicePort {
  readonly service: string;
  readonly targetPort: number | string;
}

/** `workload:port`; `port` where the text names none. */
export function resolveTarget(
  index: InboundIndex,
  {
    to,
    port,
    namespace,
  }: { readonly to: string; readonly port: number | undefined; readonly namespace: string },
): Result<TargetEndpoint, EndpointProblem> {
  const { state } = index;
  const split = splitPort(to);
  const name = parseName(split.name, (each) => state.namespaces.has(each));
  if (name === undefined) return fail({ code: 'unreadable-to', text: to });
  if (name.kind === 'ServiceAccount') return fail({ code: 'unreadable-to', text: to });
  if (name.kind === 'Service') return fail({ code: 'service-as-target', name: name.name });
  const found = findWorkload(state, name, namespace);
  if (!found.ok) return found;
  return targetOf(state, found.value, split.port ?? port);
}

/** The port of a workload, by number or by name. */
export function targetOf(
  state: State,
  workload: FoundWorkload,
  wanted: string | number | undefined,
): Result<TargetEndpoint, EndpointProblem> {
  const [first] = workload.members;
  const shape = shapeOf(first);
  if (wanted === undefined || wanted === '') return fail({ code: 'no-port', declared: declaredPorts(first) });
  const port = toNumber(shape, wanted);
  if (port === undefined) {
    const near = nearest(String(wanted), shape.named.keys());
    return fail({ code: 'no-port-name', port: String(wanted), near, declared: declaredPorts(first) });
  }
  const { kind, namespace, name } = first;
  const skipped = skipsInbound(first, port);
  const declared = shape.numbers.includes(port);
  return ok({
    workload,
    ref: { kind, namespace, name },
    shape,
    port,
    portName: nameOf(shape, port),
    declared,
    enforced: shape.meshed && !skipped,
    skipped,
    servicePort: declared ? undefined : servicePortOf(state, first, port),
  });
}

const DIGITS = /^[0-9]{1,5}$/;

function toNumber({ named }: WorkloadShape, wanted: string | number): number | undefined {
  const number = typeof wanted === 'number' ? wanted : DIGITS.test(wanted) ? Number(wanted) : undefined;
  if (number === undefined) return named.get(String(wanted))?.[0];
  return number >= 1 && number <= 65_535 ? number : undefined;
}

/** The name under which a Server can select this port and no other. */
function nameOf({ named }: WorkloadShape, port: number): string | undefined {
  for (const [name, numbers] of named) if (numbers.length === 1 && numbers[0] === port) return name;
  return undefined;
}

/** The container that the injector adds; its ports are nobody's business here. */
const PROXY = 'linkerd-proxy';

/** The declared ports as `http (8080)`, those of the proxy aside. */
function declaredPorts(workload: Workload): readonly string[] {
  const ports =
    workload.kind === 'core/Pod'
      ? workload.template.containers
          .filter(({ name }) => name !== PROXY)
          .flatMap((container) => container.ports)
      : workload.ports;
  return ports.map(({ name, port }) => (name === undefined ? String(port) : `${name} (${String(port)})`));
}

/** Of a Service that selects the workload: its port of a number, which the pod's proxy never sees. */
function servicePortOf(state: State, workload: Workload, port: number): ServicePort | undefined {
  const ns = state.namespaces.get(workload.namespace);
  if (ns === undefined || workload.kind !== 'core/Pod') return undefined;
  for (const { name, selector, ports } of all(ns, 'core/Service')) {
    if (selector === undefined || Object.keys(selector).length === 0) continue;
    if (!matches(compileSelector({ matchLabels: selector }), workload.labels)) continue;
    const found = ports.find((each) => each.port === port && each.targetPort !== port);
    if (found !== undefined) return { service: name, targetPort: found.targetPort };
  }
  return undefined;
}
