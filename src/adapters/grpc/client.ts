/** Asks a policy controller, whichever it is, for the policy of a workload port. */
import { credentials, makeClientConstructor, status, type ServiceError } from '@grpc/grpc-js';
import type { WorkloadRef } from '../../policy/inbound/inbound-index.js';
import { Server, type PortSpec } from './gen/inbound.js';
import { InboundServerPoliciesService } from './gen/inbound_service.js';
import type { WorkloadPort } from './port-spec.js';

export type PolicyAnswer =
  | {
      readonly kind: 'server';
      readonly server: Server;
      /** Bytes of the message that this version has no field for. */
      readonly unknownBytes: number;
    }
  | { readonly kind: 'not-found' }
  /** It could not be asked, or would not answer; `code` is spelt as gRPC does. */
  | { readonly kind: 'failed'; readonly code: string; readonly details: string };

export interface PolicyClient {
  /** Never rejects. */
  readonly ask: (port: WorkloadPort) => Promise<PolicyAnswer>;
  readonly close: () => void;
}

const DEADLINE_MS = 5_000;

interface Decoded {
  readonly server: Server;
  readonly unknownBytes: number;
}

/** What is not known is skipped by the decoder: the message written anew is shorter by it. */
function decode(bytes: Buffer): Decoded {
  const server = Server.decode(bytes);
  return { server, unknownBytes: Math.max(0, bytes.length - Server.encode(server).finish().length) };
}

const { getPort } = InboundServerPoliciesService;
const GET_PORT = { ...getPort, responseDeserialize: decode };

/** `address` is `HOST:PORT`. Connects when it is first asked, and again when the connection is lost. */
export function createPolicyClient(address: string): PolicyClient {
  const Client = makeClientConstructor({ getPort: GET_PORT }, 'InboundServerPolicies');
  const client = new Client(address, credentials.createInsecure(), {
    // The address is meant as it stands: a cluster's, or a forwarded port.
    'grpc.enable_http_proxy': 0,
    'grpc.use_local_subchannel_pool': 1,
  });
  const ask = ({ workload, port }: WorkloadPort): Promise<PolicyAnswer> =>
    new Promise((resolve) => {
      const request: PortSpec = { workload: workloadText(workload), port };
      client.makeUnaryRequest(
        GET_PORT.path,
        GET_PORT.requestSerialize,
        decode,
        request,
        { deadline: Date.now() + DEADLINE_MS },
        (error: ServiceError | null, answer?: Decoded) => {
          if (answer !== undefined) resolve({ kind: 'server', ...answer });
          else if (error?.code === status.NOT_FOUND) resolve({ kind: 'not-found' });
          else
            resolve({
              kind: 'failed',
              code: status[error?.code ?? status.UNKNOWN],
              details: error?.details ?? '',
            });
        },
      );
    });
  return {
    ask,
    close: () => {
      client.close();
    },
  };
}

/** As an injected proxy names itself. */
const workloadText = ({ kind, namespace, name }: WorkloadRef): string =>
  JSON.stringify(
    kind === 'core/Pod' ? { ns: namespace, pod: name } : { ns: namespace, external_workload: name },
  );
