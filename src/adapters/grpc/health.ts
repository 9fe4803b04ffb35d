/** gRPC's health service: whether policy is answered now. */
import { status, type handleServerStreamingCall, type handleUnaryCall } from '@grpc/grpc-js';
import type { Connections } from './connections.js';
import {
  HealthCheckResponse_ServingStatus as ServingStatus,
  type HealthCheckRequest,
  type HealthCheckResponse,
} from './gen/grpc/health/v1/health.js';

/** The server as a whole, and the service that it is there for. */
const SERVICES: ReadonlySet<string> = new Set(['', 'io.linkerd.proxy.inbound.InboundServerPolicies']);

export class Health {
  readonly #connections: Connections;
  readonly #watchers = new Set<() => void>();
  #serving = false;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  setServing(serving: boolean): void {
    if (serving === this.#serving) return;
    this.#serving = serving;
    for (const tell of this.#watchers) tell();
  }

  readonly check: handleUnaryCall<HealthCheckRequest, HealthCheckResponse> = (call, answer) => {
    if (SERVICES.has(call.request.service)) answer(null, this.#response());
    else answer({ code: status.NOT_FOUND, details: 'there is no such service' });
  };

  readonly watch: handleServerStreamingCall<HealthCheckRequest, HealthCheckResponse> = (call) => {
    const detach = this.#connections.attach(call.getPeer(), () => call.end());
    // It changes a few times in a life: nothing can pile up.
    const tell = (): void => void call.write(this.#response());
    call.once('close', () => {
      detach();
      this.#watchers.delete(tell);
    });
    if (SERVICES.has(call.request.service)) {
      this.#watchers.add(tell);
      tell();
    } else call.write({ status: ServingStatus.SERVICE_UNKNOWN });
  };

  #response(): HealthCheckResponse {
    return { status: this.#serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING };
  }
}
