import { describe, expect, it } from '@jest/globals';
import { createMetrics } from '../../../src/adapters/telemetry/metrics.js';
import { CATALOGUE } from '../../../src/rules/catalogue.js';
import { mkServer } from '../../builders.js';
import { mkOutcome } from './harness.js';

function mkMetrics(droppedLines = () => 0) {
  const metrics = createMetrics({ version: '1.2.3', node: 'v20.0.0', droppedLines });
  const lines = async (prefix: string): Promise<string[]> =>
    (await metrics.render())
      .split('\n')
      .filter((line) => line.startsWith(prefix))
      .sort();
  return { metrics, lines };
}

describe('the metrics', () => {
  it('are the families of the contract, and no others of ours', async () => {
    const { metrics } = mkMetrics();
    const families = [...(await metrics.render()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(
      ([, name = '', type]) => [name, type],
    );
    expect(families.filter(([name]) => name!.startsWith('gatehouse_')).sort()).toEqual([
      ['gatehouse_accepted_findings_total', 'counter'],
      ['gatehouse_build_info', 'gauge'],
      ['gatehouse_log_dropped_total', 'counter'],
      ['gatehouse_rule_errors_total', 'counter'],
      ['gatehouse_tls_handshake_errors_total', 'counter'],
      ['gatehouse_webhook_denials_total', 'counter'],
      ['gatehouse_webhook_in_flight_requests', 'gauge'],
      ['gatehouse_webhook_malformed_total', 'counter'],
      ['gatehouse_webhook_request_body_bytes', 'histogram'],
      ['gatehouse_webhook_request_duration_seconds', 'histogram'],
      ['gatehouse_webhook_requests_total', 'counter'],
      ['gatehouse_webhook_shed_total', 'counter'],
      ['gatehouse_webhook_warnings_total', 'counter'],
    ]);
    const names = families.map(([name]) => name);
    expect(names).toEqual(
      expect.arrayContaining(['process_cpu_seconds_total', 'nodejs_heap_size_used_bytes']),
    );
  });

  it('belong to their own registry: two sets share nothing', async () => {
    const [one, two] = [mkMetrics(), mkMetrics()];
    one.metrics.answered(mkOutcome());
    expect(await one.lines('gatehouse_webhook_requests_total{')).toHaveLength(1);
    expect(await two.lines('gatehouse_webhook_requests_total{')).toEqual([]);
  });

  it('say which build this is, and how much of the log was lost', async () => {
    let lost = 3;
    const { lines } = mkMetrics(() => lost);
    expect(await lines('gatehouse_build_info')).toEqual([
      'gatehouse_build_info{version="1.2.3",node="v20.0.0"} 1',
    ]);
    expect(await lines('gatehouse_log_dropped_total')).toEqual(['gatehouse_log_dropped_total 3']);
    lost = 5;
    expect(await lines('gatehouse_log_dropped_total')).toEqual(['gatehouse_log_dropped_total 5']);
  });

  it('count requests by operation, kind, decision and code', async () => {
    const { metrics, lines } = mkMetrics();
    metrics.answered(mkOutcome());
    metrics.answered(mkOutcome());
    metrics.answered(mkOutcome({}, mkServer({ port: 0 })));
    metrics.answered({ decision: 'refuse', code: 415, durationMs: 0, budgetMs: 0, bodyBytes: 0 });
    expect(await lines('gatehouse_webhook_requests_total')).toEqual([
      'gatehouse_webhook_requests_total{operation="CREATE",kind="Server",decision="allow",code="200"} 2',
      'gatehouse_webhook_requests_total{operation="CREATE",kind="Server",decision="deny",code="403"} 1',
      'gatehouse_webhook_requests_total{operation="none",kind="none",decision="refuse",code="415"} 1',
    ]);
  });

  it('hold nothing that a user wrote', async () => {
    const { metrics } = mkMetrics();
    const word = 'zanzibar';
    const object = { apiVersion: `${word}.io/v1`, kind: word, metadata: { name: word, namespace: word } };
    metrics.answered(mkOutcome({}, object, { uid: word, userInfo: { username: word }, subResource: word }));
    metrics.answered(
      mkOutcome({}, mkServer({ port: word.repeat(10), proxyProtocol: word, [word]: 1 }, { name: word })),
    );
    const text = await metrics.render();
    expect(text).toContain('kind="other"');
    expect(text).not.toContain(word);
  });

  it('measure time and bytes', async () => {
    const { metrics, lines } = mkMetrics();
    metrics.answered(mkOutcome({ durationMs: 0.4, bodyBytes: 700 }));
    metrics.answered(mkOutcome({ durationMs: 4_900, bodyBytes: 7_340_032 }));
    const seconds = await lines('gatehouse_webhook_request_duration_seconds');
    expect(seconds).toEqual(
      expect.arrayContaining([
        'gatehouse_webhook_request_duration_seconds_bucket{le="0.0005"} 1',
        'gatehouse_webhook_request_duration_seconds_bucket{le="2.5"} 1',
        'gatehouse_webhook_request_duration_seconds_bucket{le="5"} 2',
        'gatehouse_webhook_request_duration_seconds_count 2',
      ]),
    );
    expect(await lines('gatehouse_webhook_request_body_bytes')).toEqual(
      expect.arrayContaining([
        'gatehouse_webhook_request_body_bytes_bucket{le="1024"} 1',
        'gatehouse_webhook_request_body_bytes_bucket{le="8388608"} 2',
      ]),
    );
  });

  it('count findings by their rule', async () => {
    const { metrics, lines } = mkMetrics();
    const accept = { annotations: { 'gatehouse.dev/accept': 'selector/exactly-one for a test' } };
    metrics.answered(mkOutcome({}, mkServer({ port: 0, podSelector: {} })));
    metrics.answered(mkOutcome({}, mkServer({ podSelector: {} }, accept)));
    expect(await lines('gatehouse_webhook_denials_total{')).toEqual([
      'gatehouse_webhook_denials_total{rule="selector/exactly-one"} 1',
      'gatehouse_webhook_denials_total{rule="server/port"} 1',
    ]);
    expect(await lines('gatehouse_webhook_warnings_total{')).toEqual([
      'gatehouse_webhook_warnings_total{rule="selector/exactly-one"} 1',
    ]);
    expect(await lines('gatehouse_accepted_findings_total{')).toEqual([
      'gatehouse_accepted_findings_total{rule="selector/exactly-one"} 1',
    ]);
  });

  it('count rules that failed to run', async () => {
    const { metrics, lines } = mkMetrics();
    const broken = {
      ...CATALOGUE.find(({ code }) => code === 'server/port')!,
      check: () => {
        throw new Error('bug');
      },
    };
    metrics.answered(mkOutcome({}, mkServer(), {}, { rules: [broken] }));
    expect(await lines('gatehouse_rule_errors_total{')).toEqual([
      'gatehouse_rule_errors_total{rule="server/port"} 1',
    ]);
  });

  it('count what was turned away, could not be read, or never became a request', async () => {
    const { metrics, lines } = mkMetrics();
    metrics.answered(mkOutcome({ decision: 'retry', code: 429, shed: 'in-flight' }));
    metrics.answered(mkOutcome({ decision: 'refuse', code: 400, malformed: 'utf8' }));
    metrics.connectionDropped();
    metrics.httpFailed('headers-too-large');
    metrics.tlsFailed('cipher', 'detail');
    metrics.inFlight(7);
    const nonZero = async (prefix: string) => (await lines(prefix)).filter((line) => !line.endsWith(' 0'));
    expect(await nonZero('gatehouse_webhook_shed_total')).toEqual([
      'gatehouse_webhook_shed_total{reason="connections"} 1',
      'gatehouse_webhook_shed_total{reason="in-flight"} 1',
    ]);
    expect(await nonZero('gatehouse_webhook_malformed_total')).toEqual([
      'gatehouse_webhook_malformed_total{reason="headers-too-large"} 1',
      'gatehouse_webhook_malformed_total{reason="utf8"} 1',
    ]);
    expect(await nonZero('gatehouse_tls_handshake_errors_total')).toEqual([
      'gatehouse_tls_handshake_errors_total{reason="cipher"} 1',
    ]);
    expect(await lines('gatehouse_webhook_in_flight')).toEqual(['gatehouse_webhook_in_flight_requests 7']);
  });
});
