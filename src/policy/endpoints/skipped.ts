/** Ports that a proxy leaves alone: traffic on them passes it by, in either direction. */
import { includesPort, parsePortSet, type PortSet } from '../state/workload-settings.js';
import type { Workload } from '../state/workload-shape.js';

export const SKIP_INBOUND_ANNOTATION = 'config.linkerd.io/skip-inbound-ports';
export const SKIP_OUTBOUND_ANNOTATION = 'config.linkerd.io/skip-outbound-ports';

/** Whether what comes to the port never meets the workload's proxy. */
export const skipsInbound = (workload: Workload, port: number): boolean =>
  skips(workload, SKIP_INBOUND_ANNOTATION, port);

/** Whether the workload's proxy does not see what it sends to the port. */
export const skipsOutbound = (workload: Workload, port: number): boolean =>
  skips(workload, SKIP_OUTBOUND_ANNOTATION, port);

/** The ports that the workload's proxy does not see when they are called. */
export const skippedOutbound = (workload: Workload): PortSet => portsIn(workload, SKIP_OUTBOUND_ANNOTATION);

const skips = (workload: Workload, annotation: string, port: number): boolean =>
  includesPort(portsIn(workload, annotation), port);

function portsIn(workload: Workload, annotation: string): PortSet {
  // The annotations of an external workload configure no iptables.
  if (workload.kind !== 'core/Pod') return [];
  const { annotations } = workload.template;
  const text = Object.hasOwn(annotations, annotation) ? annotations[annotation] : undefined;
  return parsePortSet(text ?? '') ?? [];
}
