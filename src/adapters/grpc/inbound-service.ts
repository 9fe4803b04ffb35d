/** GetPort and WatchPort (inbound-api, sections 2 and 3). */
import { status, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import type { handleServerStreamingCall, handleUnaryCall } from '@grpc/grpc-js';
import { fail, ok, type Result } from '../../model/result.js';
import type { Connections } from './connections.js';
import { encoded } from './encoded.js';
import type { PortSpec } from './gen/inbound.js';
import { InboundServerPoliciesService } from './gen/inbound_service.js';
import { rpcOf } from './observe.js';
import type { InboundPolicies, Rpc } from './ports.js';
import { parsePortSpec, type WorkloadPort } from './port-spec.js';
import type { Watches } from './watches.js';

export interface InboundServiceDeps {
  readonly policies: InboundPolicies;
  readonly watches: Watches;
  readonly connections: Connections;
}

/** Answers are handed over as the bytes that `encoded` made. */
const asTheyAre = (message: Buffer): Buffer => message;
const { getPort, watchPort } = InboundServerPoliciesService;

export const INBOUND_SERVICE: ServiceDefinition = {
  getPort: { ...getPort, responseSerialize: asTheyAre },
  watchPort: { ...watchPort, responseSerialize: asTheyAre },
};

interface Refusal {
  readonly code: status;
  readonly details: string;
}

export function inboundService({
  policies,
  watches,
  connections,
}: InboundServiceDeps): UntypedServiceImplementation {
  const getPort: handleUnaryCall<PortSpec, Buffer> = (call, answer) => {
    const asked = read(call.request, policies);
    if (!asked.ok) {
      answer(asked.error);
      return;
    }
    const policy = policies.policyOf(asked.value.workload, asked.value.port);
    if (policy === undefined) answer(NOT_FOUND);
    else answer(null, encoded(policy));
  };

  const watchPort: handleServerStreamingCall<PortSpec, Buffer> = (call) => {
    const asked = read(call.request, policies);
    if (!asked.ok) {
      call.emit('error', asked.error);
      return;
    }
    const forget = watches.add(asked.value, {
      send: (message, done) => {
        // With an error the call is over, and `cancelled` tells of it.
        call.write(message, (error: unknown) => {
          if (error === undefined || error === null) done();
        });
      },
      end: () => call.end(),
    });
    if (forget === undefined) {
      call.emit('error', NOT_FOUND);
      return;
    }
    const detach = connections.attach(call.getPeer(), () => {
      forget();
      call.end();
    });
    call.once('close', () => {
      forget();
      detach();
    });
  };

  return { getPort, watchPort };
}

const NOT_FOUND: Refusal = {
  code: status.NOT_FOUND,
  details: 'there is no such workload with a proxy',
};
const NOT_READY: Refusal = {
  code: status.UNAVAILABLE,
  details: 'not everything is listed yet',
};

/** What is asked for, where it can be read and answered. */
function read(spec: PortSpec, policies: InboundPolicies): Result<WorkloadPort, Refusal> {
  const asked = parsePortSpec(spec);
  if (!asked.ok) return fail({ code: status.INVALID_ARGUMENT, details: asked.error });
  return policies.ready() ? ok(asked.value) : fail(NOT_READY);
}

/** The methods, as metrics name them. */
export const INBOUND_RPCS: readonly Rpc[] = [getPort, watchPort].map((method) => rpcOf(method.path, method));
