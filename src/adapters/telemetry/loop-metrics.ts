/** How late the event loop is, as a metric (webhook-operations, section 11). */
import { Gauge, type Registry } from 'prom-client';
import { QUANTILES } from '../http/loop-guard.js';

/** `delays` are milliseconds, one for each of the quantiles. */
export function createLoopMetrics(registry: Registry, delays: () => readonly number[]): void {
  new Gauge({
    name: 'gatehouse_eventloop_delay_seconds',
    help: 'How late the event loop was in the last seconds.',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      for (const [i, ms] of delays().entries()) this.set({ quantile: String(QUANTILES[i]) }, ms / 1_000);
    },
  });
}
