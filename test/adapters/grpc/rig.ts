/** The gRPC server over a live cache whose source is under the test's hand, on a socket of its own. */
import { Registry } from 'prom-client';
import { INBOUND_RPCS } from '../../../src/adapters/grpc/inbound-service.js';
import { createGrpcServer, type GrpcServer, type GrpcTimes } from '../../../src/adapters/grpc/server.js';
import { SYSTEM_CLOCK } from '../../../src/adapters/http/clock.js';
import type { Listening } from '../../../src/adapters/http/listen.js';
import { createGrpcMetrics } from '../../../src/adapters/telemetry/grpc-metrics.js';
import { registerIndexGauges } from '../../../src/adapters/telemetry/index-gauges.js';
import { ClusterCache } from '../../../src/app/cluster-cache.js';
import { policiesOf } from '../../../src/app/serve-grpc.js';
import { InternTable } from '../../../src/policy/objects/intern.js';
import { SOURCE_KINDS, type StoredKind } from '../../../src/policy/objects/kinds.js';
import { project } from '../../../src/policy/objects/project.js';
import type { StoredObject } from '../../../src/policy/objects/stored.js';
import type { Batch, ObjectSource } from '../../../src/policy/ports.js';
import { mkWorld } from '../../builders.js';
import { ReferenceClient, Watching, type Asked } from './reference-client.js';

const table = new InternTable();

export function mk(kind: StoredKind, name: string, spec: object, metadata: object = {}): StoredObject {
  const stored = project(kind, { metadata: { name, namespace: 'app', ...metadata }, spec }, table);
  if (!stored.ok) throw new Error(stored.error);
  return stored.value;
}

/** A meshed pod of the namespace `app` with the port 80, called `http`. */
export const pod = (name: string, metadata: object = {}): StoredObject =>
  mk(
    'core/Pod',
    name,
    { containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 80 }] }] },
    { labels: { app: 'web', 'linkerd.io/control-plane-ns': 'linkerd' }, ...metadata },
  );
export const server = (name: string, spec: object = {}): StoredObject =>
  mk('policy.linkerd.io/Server', name, {
    podSelector: { matchLabels: { app: 'web' } },
    port: 'http',
    ...spec,
  });
/** Lets these identities in. */
export const grant = (name: string, to: string, identities: readonly string[]): StoredObject =>
  mk('policy.linkerd.io/ServerAuthorization', name, {
    server: { name: to },
    client: { meshTLS: { identities } },
  });

export const applied = (...objects: StoredObject[]): Batch =>
  objects.map((object) => ({ type: 'applied', object }));
export const deleted = (...objects: StoredObject[]): Batch =>
  objects.map(({ kind, namespace, name }) => ({ type: 'deleted', kind, namespace, name }));

export interface Rig {
  readonly grpc: GrpcServer;
  readonly listening: Listening;
  readonly address: string;
  readonly registry: Registry;
  readonly cache: ClusterCache;
  readonly deliver: (batch: Batch) => void;
  readonly setReady: (ready: boolean) => void;
  readonly connect: () => ReferenceClient;
  /** Watches over a connection of its own. */
  readonly watch: (spec: Asked) => Watching;
  readonly close: () => Promise<void>;
}

export async function mkRig(
  objects: readonly StoredObject[] = [],
  { ready = true, times = {} }: { readonly ready?: boolean; readonly times?: Partial<GrpcTimes> } = {},
): Promise<Rig> {
  let isReady = ready;
  let sink: (batch: Batch) => void = () => undefined;
  const source: ObjectSource = {
    start: (given) => {
      sink = given;
    },
    stop: () => Promise.resolve(),
    status: () =>
      SOURCE_KINDS.map(({ id }) => ({ kind: id, state: isReady ? 'listed' : 'pending', objects: 0 })),
    get: () => Promise.resolve(undefined),
    list: () => Promise.resolve([]),
  };
  const cache = new ClusterCache(source, { now: SYSTEM_CLOCK.now, world: mkWorld() });
  const registry = new Registry();
  const grpc = createGrpcServer({
    policies: policiesOf(cache),
    observer: createGrpcMetrics({
      registry,
      methods: INBOUND_RPCS,
      streams: () => ({ WatchPort: grpc.watching() }),
    }),
    clock: SYSTEM_CLOCK,
    onError: (error) => {
      throw error;
    },
    times,
  });
  registerIndexGauges(registry, () => cache.generation.index);
  cache.start();
  sink(applied(...objects));
  const listening = await grpc.listen('127.0.0.1', 0);
  const address = new URL(listening.url).host;
  const clients: ReferenceClient[] = [];
  const connect = (): ReferenceClient => {
    const client = new ReferenceClient(address);
    clients.push(client);
    return client;
  };
  return {
    grpc,
    listening,
    address,
    registry,
    cache,
    deliver: (batch) => {
      sink(batch);
    },
    setReady: (now) => {
      isReady = now;
    },
    connect,
    watch: (spec) => new Watching(connect().watchPort(spec)),
    close: async () => {
      for (const client of clients) client.close();
      await listening.close();
    },
  };
}
