/** The cache's metrics (webhook-operations, section 11). */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { CacheMetrics } from '../kube/metrics.js';
import type { KindStatus } from '../../policy/ports.js';

export interface ConflictMetrics {
  readonly detected: () => void;
}

export interface CacheMetricsDeps {
  readonly registry: Registry;
  readonly status: () => readonly KindStatus[];
  /** Milliseconds, of the same clock as `heardAt`. */
  readonly now: () => number;
}

/** The gauges are read when they are scraped; the counters are told. */
export function createCacheMetrics({
  registry,
  status,
  now,
}: CacheMetricsDeps): CacheMetrics & ConflictMetrics {
  const registers = [registry];
  const perKind = (name: string, help: string, value: (kind: KindStatus) => number | undefined): void => {
    new Gauge({
      name,
      help,
      labelNames: ['kind'],
      registers,
      collect() {
        this.reset();
        for (const kind of status()) {
          const found = value(kind);
          if (found !== undefined) this.set({ kind: kind.kind }, found);
        }
      },
    });
  };
  perKind('gatehouse_cache_objects', 'Objects in the cache.', ({ objects }) => objects);
  perKind('gatehouse_cache_synced', '1 once every object of the kind was listed.', ({ state }) =>
    state === 'listed' ? 1 : 0,
  );
  perKind('gatehouse_cache_age_seconds', 'Since the kind was last heard of.', ({ heardAt }) =>
    heardAt === undefined ? undefined : Math.max(0, now() - heardAt) / 1_000,
  );
  const events = new Counter({
    name: 'gatehouse_cache_events_total',
    help: 'Events that changed the cache, and bookmarks.',
    labelNames: ['kind', 'type'],
    registers,
  });
  const relists = new Counter({
    name: 'gatehouse_cache_relists_total',
    help: 'Lists of a kind; the first has the reason start.',
    labelNames: ['kind', 'reason'],
    registers,
  });
  const errors = new Counter({
    name: 'gatehouse_cache_watch_errors_total',
    help: 'Attempts to list or watch that failed.',
    labelNames: ['kind', 'code'],
    registers,
  });
  const conflicts = new Counter({
    name: 'gatehouse_conflicts_detected_total',
    help: 'Overlapping Servers found in the cache.',
    registers,
  });
  return {
    objects: () => undefined,
    synced: () => undefined,
    event: (kind, type) => {
      events.inc({ kind, type });
    },
    relist: (kind, reason) => {
      relists.inc({ kind, reason });
    },
    watchError: (kind, code) => {
      errors.inc({ kind, code });
    },
    detected: () => {
      conflicts.inc();
    },
  };
}
