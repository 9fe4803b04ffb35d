/** What the gRPC edge needs from the rest of the process; the composition root supplies it. */
import type { Changes } from '../../policy/inbound/changed-ports.js';
import type { WorkloadRef } from '../../policy/inbound/inbound-index.js';
import type { PortPolicy } from '../../policy/inbound/port-policy.js';

/** The effective policy of workload ports as it is now; an equal policy is the same value. */
export interface InboundPolicies {
  /** Whether everything was listed once; until then nothing can be answered. */
  readonly ready: () => boolean;
  /** Undefined for a workload that is not there or has no proxy. */
  readonly policyOf: (workload: WorkloadRef, port: number) => PortPolicy | undefined;
  /** Tells of everything that `policyOf` answers otherwise from now on. */
  readonly onChange: (listener: (changes: Changes) => void) => void;
}

/** A method as it is called on the wire. */
export interface Rpc {
  readonly service: string;
  readonly method: string;
  readonly type: 'unary' | 'server_stream' | 'client_stream' | 'bidi_stream';
}

/** Told of every call of a method that is served. */
export interface RpcObserver {
  readonly started: (rpc: Rpc) => void;
  readonly received: (rpc: Rpc) => void;
  readonly sent: (rpc: Rpc) => void;
  /** Once a call; `code` is spelt as gRPC does, e.g. `NOT_FOUND`. `CANCELLED` where the client went away. */
  readonly handled: (rpc: Rpc, code: string, seconds: number) => void;
}
