/** The webhook's own metrics (webhook-operations, section 11), in a registry of their own. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ConnectionObserver, Outcome, RequestObserver } from '../http/ports.js';
import { kindLabel } from './kind-label.js';

export interface Metrics extends RequestObserver, ConnectionObserver {
  /** Other parts of the process register their families here. */
  readonly registry: Registry;
  readonly contentType: string;
  readonly render: () => Promise<string>;
}

export interface MetricsOptions {
  readonly version: string;
  readonly node: string;
  /** Log lines lost so far. */
  readonly droppedLines: () => number;
}

// 0.5 ms is a review of a few rules; 5 s is the timeout that our webhook configuration asks for.
const SECONDS = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const BYTES = [1, 4, 16, 64, 256, 1_024, 4_096, 8_192].map((kib) => kib * 1_024);

export function createMetrics({ version, node, droppedLines }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
    new Counter({ name, help, labelNames, registers });

  const requests = counter(
    'gatehouse_webhook_requests_total',
    'Requests by what was answered; the code of a deny is the one in its status.',
    'operation',
    'kind',
    'decision',
    'code',
  );
  const duration = new Histogram({
    name: 'gatehouse_webhook_request_duration_seconds',
    help: 'From the headers of a request to its answer.',
    buckets: SECONDS,
    registers,
  });
  const bodyBytes = new Histogram({
    name: 'gatehouse_webhook_request_body_bytes',
    help: 'Bytes of request bodies, as far as they came.',
    buckets: BYTES,
    registers,
  });
  const inFlight = new Gauge({
    name: 'gatehouse_webhook_in_flight_requests',
    help: 'Requests in work.',
    registers,
  });
  const shed = counter('gatehouse_webhook_shed_total', 'Requests turned away to be tried again.', 'reason');
  const warnings = counter('gatehouse_webhook_warnings_total', 'Warnings given.', 'rule');
  const denials = counter('gatehouse_webhook_denials_total', 'Denials; a review may have several.', 'rule');
  const malformed = counter(
    'gatehouse_webhook_malformed_total',
    'Requests that could not be read.',
    'reason',
  );
  const tlsErrors = counter('gatehouse_tls_handshake_errors_total', 'TLS handshakes that failed.', 'reason');
  const ruleErrors = counter(
    'gatehouse_rule_errors_total',
    'Rules that failed to run: faults of ours.',
    'rule',
  );
  const accepted = counter('gatehouse_accepted_findings_total', 'Findings accepted in their object.', 'rule');
  new Gauge({
    name: 'gatehouse_build_info',
    help: 'Always 1.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node }, 1);
  new Counter({
    name: 'gatehouse_log_dropped_total',
    help: 'Log lines lost because nobody read them.',
    registers,
    collect() {
      this.reset();
      this.inc(droppedLines());
    },
  });
  collectDefaultMetrics({ register: registry });

  const answered = ({ review, verdict, ...outcome }: Outcome): void => {
    requests.inc({
      operation: review?.operation ?? 'none',
      kind: review === undefined ? 'none' : kindLabel(review.group, review.kind),
      decision: outcome.decision,
      code: String(outcome.code),
    });
    duration.observe(outcome.durationMs / 1_000);
    bodyBytes.observe(outcome.bodyBytes);
    if (outcome.shed !== undefined) shed.inc({ reason: outcome.shed });
    if (outcome.malformed !== undefined) malformed.inc({ reason: outcome.malformed });
    for (const { code: rule, severity, accepted: reason } of verdict?.findings ?? []) {
      if (severity === 'warn') warnings.inc({ rule });
      if (severity === 'deny') denials.inc({ rule });
      if (reason !== undefined) accepted.inc({ rule });
    }
    for (const { code: rule } of verdict?.faults ?? []) ruleErrors.inc({ rule });
  };

  return {
    registry,
    contentType: registry.contentType,
    render: () => registry.metrics(),
    answered,
    inFlight: (count) => {
      inFlight.set(count);
    },
    fault: () => undefined,
    tlsFailed: (reason) => {
      tlsErrors.inc({ reason });
    },
    httpFailed: (reason) => {
      malformed.inc({ reason });
    },
    connectionDropped: () => {
      shed.inc({ reason: 'connections' });
    },
    serverFailed: () => undefined,
  };
}
