/** The metrics of the gRPC server, under the names that Linkerd's controller gives them (inbound-api, section 1). */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Rpc, RpcObserver } from '../grpc/ports.js';

const LABELS = ['grpc_service', 'grpc_method', 'grpc_type'] as const;
// A question; a stream of an idle minute or of the longest life of a connection.
const SECONDS = [0.1, 1, 300, 3_600];

export interface GrpcMetricsDeps {
  readonly registry: Registry;
  /** Methods that are shown before anybody calls them. */
  readonly methods: readonly Rpc[];
  /** Open streams by method, read when scraped. */
  readonly streams: () => Readonly<Record<string, number>>;
}

export function createGrpcMetrics({ registry, methods, streams }: GrpcMetricsDeps): RpcObserver {
  const registers = [registry];
  const counter = (name: string, help: string): Counter<(typeof LABELS)[number]> =>
    new Counter({ name, help, labelNames: LABELS, registers });
  const started = counter('grpc_server_started_total', 'Calls begun.');
  const received = counter('grpc_server_msg_received_total', 'Messages received.');
  const sent = counter('grpc_server_msg_sent_total', 'Messages sent.');
  const handled = new Counter({
    name: 'grpc_server_handled_total',
    help: 'Calls ended, by their status.',
    labelNames: [...LABELS, 'grpc_code'],
    registers,
  });
  const seconds = new Histogram({
    name: 'grpc_server_handling_seconds',
    help: 'From the beginning of a call to its end; of a stream, its life.',
    labelNames: LABELS,
    buckets: SECONDS,
    registers,
  });
  const updates = new Counter({
    name: 'gatehouse_grpc_updates_total',
    help: 'Messages sent on streams of policy.',
    labelNames: ['method'],
    registers,
  });
  new Gauge({
    name: 'gatehouse_grpc_streams',
    help: 'Open streams of policy.',
    labelNames: ['method'],
    registers,
    collect() {
      for (const [method, count] of Object.entries(streams())) this.set({ method }, count);
    },
  });
  for (const rpc of methods) {
    for (const each of [started, received, sent]) each.inc(labelsOf(rpc), 0);
    handled.inc({ ...labelsOf(rpc), grpc_code: 'OK' }, 0);
    seconds.zero(labelsOf(rpc));
    if (rpc.type === 'server_stream') updates.inc({ method: rpc.method }, 0);
  }
  const watched = new Set(methods.filter(({ type }) => type === 'server_stream').map(({ method }) => method));
  return {
    started: (rpc) => {
      started.inc(labelsOf(rpc));
    },
    received: (rpc) => {
      received.inc(labelsOf(rpc));
    },
    sent: (rpc) => {
      sent.inc(labelsOf(rpc));
      if (watched.has(rpc.method)) updates.inc({ method: rpc.method });
    },
    handled: (rpc, code, duration) => {
      handled.inc({ ...labelsOf(rpc), grpc_code: code });
      seconds.observe(labelsOf(rpc), duration);
    },
  };
}

const labelsOf = ({ service, method, type }: Rpc): Record<(typeof LABELS)[number], string> => ({
  grpc_service: service,
  grpc_method: method,
  grpc_type: type,
});
