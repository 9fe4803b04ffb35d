/** Ties the inbound policy API to the live cache. */
import type { Clock } from '../adapters/http/clock.js';
import { INBOUND_RPCS } from '../adapters/grpc/inbound-service.js';
import type { InboundPolicies } from '../adapters/grpc/ports.js';
import { createGrpcServer, type GrpcServer } from '../adapters/grpc/server.js';
import { createGrpcMetrics } from '../adapters/telemetry/grpc-metrics.js';
import { registerIndexGauges } from '../adapters/telemetry/index-gauges.js';
import type { Logger } from '../adapters/telemetry/logger.js';
import type { Metrics } from '../adapters/telemetry/metrics.js';
import { policyOf } from '../policy/inbound/inbound-index.js';
import type { ClusterCache } from './cluster-cache.js';

export interface ServeGrpcDeps {
  readonly cache: ClusterCache;
  readonly metrics: Pick<Metrics, 'registry'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function serveGrpc({ cache, metrics, clock, logger }: ServeGrpcDeps): GrpcServer {
  const { registry } = metrics;
  registerIndexGauges(registry, () => cache.generation.index);
  const server = createGrpcServer({
    policies: policiesOf(cache),
    observer: createGrpcMetrics({
      registry,
      methods: INBOUND_RPCS,
      streams: () => ({ WatchPort: server.watching() }),
    }),
    clock,
    onError: (error) => {
      logger.error('the listener failed', error);
    },
  });
  return server;
}

/** The policies of the live cache. Once all was listed it is answered from, however old it gets. */
export function policiesOf(cache: ClusterCache): InboundPolicies {
  let wasReady = false;
  return {
    ready: () => (wasReady ||= cache.ready),
    policyOf: (workload, port) => policyOf(cache.generation.index, workload, port),
    onChange: (listener) => {
      cache.onGeneration((_generation, _before, changes) => {
        listener(changes);
      });
    },
  };
}
