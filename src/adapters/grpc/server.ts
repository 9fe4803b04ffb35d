/** The gRPC listener: plain text, with the limits of webhook-operations, section 7. */
import { createServer } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Clock } from '../http/clock.js';
import { listen, type Listening } from '../http/listen.js';
import { Connections, type ConnectionTimes } from './connections.js';
import { HealthService } from './gen/grpc/health/v1/health.js';
import { ServerReflectionService } from './gen/grpc/reflection/v1/reflection.js';
import { ServerReflectionService as AlphaService } from './gen/grpc/reflection/v1alpha/reflection.js';
import { Health } from './health.js';
import { INBOUND_SERVICE, inboundService } from './inbound-service.js';
import { observing } from './observe.js';
import type { InboundPolicies, RpcObserver } from './ports.js';
import { serverReflectionInfo } from './reflection.js';
import { Watches } from './watches.js';

export interface GrpcServerOptions {
  readonly policies: InboundPolicies;
  readonly observer: RpcObserver;
  readonly clock: Clock;
  /** Told of what the listener fails at; it goes on. */
  readonly onError: (error: unknown) => void;
  /** For tests: shorter times. */
  readonly times?: Partial<GrpcTimes>;
}

export interface GrpcTimes extends ConnectionTimes {
  readonly keepaliveMs: number;
  readonly keepaliveTimeoutMs: number;
  /** Over how long connections are asked to go when the process ends. */
  readonly spreadMs: number;
}

export interface GrpcServer {
  readonly listen: (host: string, port: number) => Promise<Listening>;
  /** What the health service says; not serving at first. */
  readonly setServing: (serving: boolean) => void;
  /** Streams of WatchPort that are open. */
  readonly watching: () => number;
  /**
   * Asks every connection to go, and takes no new ones once all were asked. Resolves when none is left; at once where
   * there is none.
   */
  readonly drain: () => Promise<void>;
}

const TIMES: GrpcTimes = Object.freeze({
  ageMs: 30 * 60_000,
  graceMs: 60_000,
  keepaliveMs: 30_000,
  keepaliveTimeoutMs: 20_000,
  spreadMs: 5_000,
});
const MESSAGE_BYTES = 65_536;
const STREAMS = 100;

export function createGrpcServer({
  policies,
  observer,
  clock,
  onError,
  ...options
}: GrpcServerOptions): GrpcServer {
  const times = { ...TIMES, ...options.times };
  const connections = new Connections(clock, times);
  const watches = new Watches(policies, { now: clock.now, soon: (callback) => void setImmediate(callback) });
  const grpc = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES,
    'grpc.max_concurrent_streams': STREAMS,
    'grpc.keepalive_time_ms': times.keepaliveMs,
    'grpc.keepalive_timeout_ms': times.keepaliveTimeoutMs,
    'grpc.enable_channelz': 0,
    interceptors: [observing(observer, clock.now)],
  });
  const health = new Health(connections);
  const reflection = { serverReflectionInfo: serverReflectionInfo(connections) };
  grpc.addService(INBOUND_SERVICE, inboundService({ policies, watches, connections }));
  grpc.addService(HealthService, { check: health.check, watch: health.watch });
  grpc.addService(ServerReflectionService, reflection);
  grpc.addService(AlphaService, reflection);
  const credentials = ServerCredentials.createInsecure();
  const sockets = createServer({ noDelay: true }, (socket) => {
    connections.take(socket, grpc, credentials);
  });
  let listening: Listening | undefined;
  return {
    listen: async (host, port) => (listening = await listen(sockets, 'http', host, port, onError)),
    setServing: (serving) => {
      health.setServing(serving);
    },
    watching: () => watches.size,
    drain: async () => {
      health.setServing(false);
      if (listening === undefined) return;
      connections.dismissAll(times.spreadMs, () => void sockets.close());
      await listening.drained();
    },
  };
}
