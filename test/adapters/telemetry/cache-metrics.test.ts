/** The cache's metrics (webhook-operations, section 11): names, labels, and values as they are scraped. */
import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { createCacheMetrics } from '../../../src/adapters/telemetry/cache-metrics.js';
import type { KindStatus } from '../../../src/policy/ports.js';

const SERVER = 'policy.linkerd.io/Server';

function mkMetrics() {
  const registry = new Registry();
  const status: KindStatus[] = [
    { kind: SERVER, state: 'listed', heardAt: 4_000, objects: 12 },
    { kind: 'core/Pod', state: 'pending', objects: 0 },
    { kind: 'core/Service', state: 'unavailable', reason: 'forbidden', heardAt: 1_000, objects: 3 },
  ];
  const metrics = createCacheMetrics({ registry, status: () => status, now: () => 6_500 });
  const samples = async (name: string): Promise<string[]> =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith(name));
  return { metrics, status, samples };
}

describe('the metrics of the cache', () => {
  it('tell of every kind how much there is, how old it is and whether it was listed', async () => {
    const { samples } = mkMetrics();
    expect(await samples('gatehouse_cache_objects')).toEqual([
      `gatehouse_cache_objects{kind="${SERVER}"} 12`,
      'gatehouse_cache_objects{kind="core/Pod"} 0',
      'gatehouse_cache_objects{kind="core/Service"} 3',
    ]);
    expect(await samples('gatehouse_cache_synced')).toEqual([
      `gatehouse_cache_synced{kind="${SERVER}"} 1`,
      'gatehouse_cache_synced{kind="core/Pod"} 0',
      'gatehouse_cache_synced{kind="core/Service"} 0',
    ]);
    // What was never heard of has no age.
    expect(await samples('gatehouse_cache_age_seconds')).toEqual([
      `gatehouse_cache_age_seconds{kind="${SERVER}"} 2.5`,
      'gatehouse_cache_age_seconds{kind="core/Service"} 5.5',
    ]);
  });

  it('are those of the moment they are scraped', async () => {
    const { status, samples } = mkMetrics();
    status.splice(0, 3, { kind: SERVER, state: 'listed', heardAt: 6_500, objects: 13 });
    expect(await samples('gatehouse_cache_objects')).toEqual([
      `gatehouse_cache_objects{kind="${SERVER}"} 13`,
    ]);
    expect(await samples('gatehouse_cache_age')).toEqual([`gatehouse_cache_age_seconds{kind="${SERVER}"} 0`]);
  });

  it('count events, lists, failures and conflicts', async () => {
    const { metrics, samples } = mkMetrics();
    metrics.event(SERVER, 'added');
    metrics.event(SERVER, 'added');
    metrics.event(SERVER, 'bookmark');
    metrics.relist(SERVER, 'expired');
    metrics.watchError('core/Pod', '403');
    metrics.detected();
    expect(await samples('gatehouse_cache_events_total')).toEqual([
      `gatehouse_cache_events_total{kind="${SERVER}",type="added"} 2`,
      `gatehouse_cache_events_total{kind="${SERVER}",type="bookmark"} 1`,
    ]);
    expect(await samples('gatehouse_cache_relists_total')).toEqual([
      `gatehouse_cache_relists_total{kind="${SERVER}",reason="expired"} 1`,
    ]);
    expect(await samples('gatehouse_cache_watch_errors_total')).toEqual([
      'gatehouse_cache_watch_errors_total{kind="core/Pod",code="403"} 1',
    ]);
    expect(await samples('gatehouse_conflicts_detected_total')).toEqual([
      'gatehouse_conflicts_detected_total 1',
    ]);
  });
});
