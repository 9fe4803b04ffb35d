/**
 * The composition root of the server: the only place that makes adapters and ties them together. Importing it starts
 * nothing; `start` binds the listeners, `stop` drains them.
 */
import type { CertificateObserver, Certificates, CertificateSink } from '../adapters/certs/ports.js';
import { createAdminServer } from '../adapters/http/admin.js';
import { createWebhookListener } from '../adapters/http/app.js';
import type { Api } from '../adapters/http/api.js';
import type { Clock } from '../adapters/http/clock.js';
import { listen, type Listening } from '../adapters/http/listen.js';
import { LoopGuard } from '../adapters/http/loop-guard.js';
import type { Gate } from '../adapters/http/ports.js';
import { Readiness } from '../adapters/http/readiness.js';
import { createHttpsServer, type HttpsServerOptions } from '../adapters/http/server.js';
import type { Logger } from '../adapters/telemetry/logger.js';
import { createMetrics, type Metrics } from '../adapters/telemetry/metrics.js';
import {
  createCertificateMetrics,
  type InstallationMetrics,
} from '../adapters/telemetry/certificate-metrics.js';
import { createLoopMetrics } from '../adapters/telemetry/loop-metrics.js';
import { observeAll } from '../adapters/telemetry/observers.js';
import { createReviewLog } from '../adapters/telemetry/review-log.js';
import { observeCertificates } from './certificate-observer.js';
import { ClusterCache } from './cluster-cache.js';
import { createJudge } from './judge.js';
import { ThreadJudge, threadSettings } from './judging/heavy-judge.js';
import type { CacheMetrics } from '../adapters/kube/metrics.js';
import { createCacheMetrics } from '../adapters/telemetry/cache-metrics.js';
import { serveGrpc } from './serve-grpc.js';
import { watchConflicts } from './conflict-watch.js';
import type { Overlap } from '../policy/overlap.js';
import type { KindStatus } from '../policy/ports.js';
import type { OpenedSource } from './source.js';
import type { OpenedWorld } from './world.js';
import { version } from './version.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface ServeOptions {
  /** Absent for a listener that is off. */
  readonly webhook: Address | undefined;
  readonly admin: Address | undefined;
  readonly grpc: Address | undefined;
  readonly tls: Pick<HttpsServerOptions, 'minVersion' | 'clients'>;
  /** Opens the source of certificates. */
  readonly certificates: (deps: CertificateDeps) => Certificates;
  readonly world: OpenedWorld;
  /** Opens the source of objects; it tells the given metrics of itself. */
  readonly source: (metrics: CacheMetrics) => OpenedSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly droppedLines: () => number;
  /** Answers the questions of the admin port; absent where none are answered. */
  readonly api?: ((cache: ClusterCache) => Api & { readonly close: () => Promise<void> }) | undefined;
}

/** Where each listener is; undefined for one that is off. */
export interface Urls {
  readonly webhook: string | undefined;
  readonly admin: string | undefined;
  readonly grpc: string | undefined;
}

export interface CertificateDeps {
  readonly sink: CertificateSink;
  readonly observer: CertificateObserver;
  readonly metrics: InstallationMetrics;
  readonly logger: Logger;
}

export interface Gatehouse {
  readonly start: () => Promise<Urls>;
  /** Not ready from now on; resolves when no connection is left, or after `graceMs`. */
  readonly drain: (graceMs: number) => Promise<void>;
  /** Cuts what is left. */
  readonly close: () => Promise<void>;
  /** Something threw that nobody caught: new work is refused from now on. */
  readonly fail: () => void;
  readonly setClientCa: (pem: string) => void;
  readonly cache: ClusterCache;
  readonly metrics: Metrics;
}

const CHECKS = ['listeners', 'certificate', 'cache', 'event loop', 'not draining'];
/** How often the cache is asked whether all is listed, and afterwards how much there is. */
const CACHE_POLL_MS = 100;
const CACHE_REPORT_MS = 5_000;
/** An API server that is busy or away for a moment is asked again; an Event that is there already stays as it is. */
const EVENT_ATTEMPTS = 4;
const EVENT_RETRY_MS = 1_000;

export function createGatehouse(options: ServeOptions): Gatehouse {
  const { clock, logger, world } = options;
  const metrics = createMetrics({
    version: version(),
    node: process.version,
    droppedLines: options.droppedLines,
  });
  const observer = observeAll([metrics, createReviewLog(logger.component('webhook'), () => cache.ageMs())]);
  const gate: { state: Gate['state'] } = { state: 'starting' };
  const readiness = new Readiness(CHECKS);
  readiness.set('not draining', true);
  const cacheMetrics = createCacheMetrics({
    registry: metrics.registry,
    status: () => cache.status(),
    now: clock.now,
  });
  const opened = options.source(cacheMetrics);
  const cache = new ClusterCache(opened.source, {
    now: clock.now,
    world: world.worldAt(new Date(clock.wall())),
  });
  const grpc = options.grpc && serveGrpc({ cache, metrics, clock, logger: logger.component('grpc') });
  const judge = createJudge({
    world: () => world.worldAt(new Date(clock.wall())),
    settings: world.settings,
    cache,
    now: clock.now,
  });
  const heavy = new ThreadJudge({
    settings: threadSettings(world.worldAt(new Date(clock.wall())), world.settings),
    today: () => today(),
    clock,
  });
  const loop = new LoopGuard(clock, (overloaded) => {
    readiness.set('event loop', !overloaded, overloaded ? 'it is over 500 ms late' : '');
  });
  readiness.set('event loop', true);
  createLoopMetrics(metrics.registry, () => loop.delays());
  const https = createHttpsServer({
    ...options.tls,
    listener: createWebhookListener({
      judge,
      gate,
      observer,
      clock,
      heavy: heavy.judge,
      overloaded: () => loop.overloaded,
    }),
    observer,
  });
  const writeEvents = (overlap: Overlap, attempts: number): void => {
    opened.recordOverlap(overlap).catch((error: unknown) => {
      if (attempts > 1) clock.after(EVENT_RETRY_MS, () => writeEvents(overlap, attempts - 1));
      else logger.error('an Event could not be written', error, { namespace: overlap.server.namespace });
    });
  };
  const certificateLog = logger.component('certificates');
  const certificateMetrics = createCertificateMetrics(metrics.registry);
  const certificates = options.certificates({
    sink: {
      serve: https.setCertificate,
      withdraw: () => {
        https.setCertificate(undefined);
      },
    },
    observer: observeCertificates(readiness, certificateMetrics, certificateLog),
    metrics: certificateMetrics,
    logger: certificateLog,
  });
  const today = (): string => world.worldAt(new Date(clock.wall())).today;
  const stopWatching = watchConflicts({
    cache,
    clock,
    settings: world.settings,
    today,
    report: (overlap) => {
      const { server, other, winner, ports } = overlap;
      cacheMetrics.detected();
      logger.component('conflicts').log('warn', 'two Servers overlap', {
        namespace: server.namespace,
        name: server.name,
        other: other.name,
        winner: winner.name,
        port: ports.join(','),
        rule: 'server/overlap',
      });
      writeEvents(overlap, EVENT_ATTEMPTS);
    },
  });
  const api = options.api?.(cache);
  let open: Listening[] = [];
  let webhook: Listening | undefined;
  let cancelPoll = (): void => undefined;

  /** Ready once, the cache stays ready: what goes stale later is answered review by review. */
  const pollCache = (): void => {
    const status = cache.status();
    const pending = status.some(({ state }) => state === 'pending');
    readiness.set('cache', !pending, status.map(describeKind).join(', '));
    if (!pending && gate.state === 'starting') {
      gate.state = 'ready';
      grpc?.setServing(true);
    }
    cancelPoll = clock.after(pending ? CACHE_POLL_MS : CACHE_REPORT_MS, pollCache);
  };

  return {
    cache,
    metrics,
    start: async () => {
      if (options.webhook === undefined) readiness.set('certificate', true, 'no webhook is served');
      else await certificates.start();
      loop.start();
      const admin =
        options.admin &&
        (await listen(
          createAdminServer({ readiness, metrics, api }),
          'http',
          options.admin.host,
          options.admin.port,
        ));
      if (admin !== undefined) open = [admin];
      webhook = options.webhook && (await https.listen(options.webhook.host, options.webhook.port));
      if (webhook !== undefined) open = [...open, webhook];
      const grpcListening = options.grpc && (await grpc?.listen(options.grpc.host, options.grpc.port));
      if (grpcListening !== undefined) open = [...open, grpcListening];
      readiness.set('listeners', true);
      cache.start();
      pollCache();
      return { webhook: webhook?.url, admin: admin?.url, grpc: grpcListening?.url };
    },
    drain: async (graceMs) => {
      readiness.set('not draining', false, 'the process was asked to stop');
      if (gate.state !== 'failed') gate.state = 'draining';
      let cancel = (): void => undefined;
      const late = new Promise<void>((resolve) => {
        cancel = clock.after(graceMs, resolve);
      });
      await Promise.race([Promise.all([webhook?.drained(), grpc?.drain()]), late]);
      cancel();
    },
    close: async () => {
      cancelPoll();
      loop.stop();
      stopWatching();
      await heavy.stop();
      await certificates.stop();
      await api?.close();
      await cache.stop();
      opened.close();
      await Promise.all(open.map((listening) => listening.close()));
      open = [];
    },
    fail: () => {
      gate.state = 'failed';
      grpc?.setServing(false);
      readiness.set('listeners', false, 'an exception was not caught');
    },
    setClientCa: https.setClientCa,
  };
}

/** `policy.linkerd.io/Server 12`; a kind that cannot be read says why. */
const describeKind = ({ kind, state, reason, objects }: KindStatus): string =>
  `${kind} ${state === 'listed' ? String(objects) : (reason ?? 'not listed yet')}`;
