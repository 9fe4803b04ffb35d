import { createPolicyClient } from '../../adapters/grpc/client.js';
import { createAdminServer } from '../../adapters/http/admin.js';
import { SYSTEM_CLOCK } from '../../adapters/http/clock.js';
import { listen } from '../../adapters/http/listen.js';
import { Readiness } from '../../adapters/http/readiness.js';
import { createLogger } from '../../adapters/telemetry/logger.js';
import { createMetrics } from '../../adapters/telemetry/metrics.js';
import { createVerifyMetrics, type VerifyMetrics } from '../../adapters/telemetry/verify-metrics.js';
import { createCacheMetrics } from '../../adapters/telemetry/cache-metrics.js';
import { ClusterCache } from '../../app/cluster-cache.js';
import { CLUSTER_FLAGS, CONFIG_FLAGS, SOURCE_FLAGS } from '../../app/options/common.js';
import type { ValuesOf } from '../../app/options/flag.js';
import { VERIFY_FLAGS } from '../../app/options/verify.js';
import { openSource } from '../../app/source.js';
import { verify, type VerifyResult } from '../../app/verify.js';
import { version } from '../../app/version.js';
import { openWorld } from '../../app/world.js';
import { OperationalError } from '../../model/operational-error.js';
import { defineCommand, type Terminal } from '../command.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { verifyJson } from '../output/verify-json.js';
import { verifyText } from '../output/verify-text.js';

const FLAGS = { ...VERIFY_FLAGS, ...SOURCE_FLAGS, ...CONFIG_FLAGS, ...CLUSTER_FLAGS };
type Values = ValuesOf<typeof FLAGS>;

/** How long the source may take to list everything. */
const LIST_MS = 60_000;
const POLL_MS = 50;

export const verifyCommand = defineCommand(
  {
    name: 'verify',
    operands: '',
    describe:
      'Asks a running Linkerd policy controller for the policy of every workload port, and reports each difference from what Gatehouse computes of the same objects.',
    epilogue:
      'Exits 0 when both say the same, 1 on any difference, 2 when the controller or the objects could not be asked. With --every it goes on until it is stopped, and prints when the result changes.',
  },
  FLAGS,
  async ({ values, terminal }) => {
    const { against } = values;
    const missing: string[] = [];
    if (against === undefined) missing.push('name the controller with --against HOST:PORT');
    const inCluster = terminal.env['KUBERNETES_SERVICE_HOST'] !== undefined;
    if (values.manifests.length === 0 && values.kubeconfig === undefined && !inCluster)
      missing.push('name manifests with --manifests, or a cluster with --kubeconfig');
    for (const complaint of missing) terminal.err(`gatehouse verify: ${complaint}\n`);
    if (against === undefined || missing.length > 0) return EXIT.failed;
    return run(values, against, terminal);
  },
);

async function run(values: Values, against: string, terminal: Terminal): Promise<ExitCode> {
  const opened = await openWorld(values);
  const world = opened.worldAt(terminal.now());
  const logger = createLogger({
    level: 'warn',
    component: 'cache',
    sink: { write: terminal.err },
    clock: SYSTEM_CLOCK,
  });
  const metrics = createMetrics({ version: version(), node: process.version, droppedLines: () => 0 });
  const { registry } = metrics;
  const { now } = SYSTEM_CLOCK;
  const cacheMetrics = createCacheMetrics({ registry, status: () => cache.status(), now });
  const source = openSource(values, { world, logger, metrics: cacheMetrics });
  const cache = new ClusterCache(source.source, { now, world });
  const client = createPolicyClient(against);
  const check = (): Promise<VerifyResult> =>
    verify({ index: () => cache.generation.index, ask: client.ask, pause });
  try {
    cache.start();
    await listed(cache);
    if (values.every === undefined) return report(await check(), values, terminal);
    return await repeatedly(check, values.every, values, {
      terminal,
      checks: createVerifyMetrics(registry),
      serve: () => serveAdmin(values, metrics),
    });
  } finally {
    client.close();
    await cache.stop();
    source.close();
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function listed(cache: ClusterCache): Promise<void> {
  const until = SYSTEM_CLOCK.now() + LIST_MS;
  while (!cache.ready) {
    if (SYSTEM_CLOCK.now() >= until) {
      const pending = cache.status().filter(({ state }) => state === 'pending');
      const kinds = pending.map(({ kind }) => kind).join(', ');
      throw new OperationalError('not-listed', `not everything could be listed in time: ${kinds}`);
    }
    await pause(POLL_MS);
  }
}

function report(result: VerifyResult, { output }: Values, terminal: Terminal): ExitCode {
  terminal.out(output === 'json' ? verifyJson(result) : verifyText(result));
  return codeOf(result);
}

/** What is different is so whatever else could not be asked. */
const codeOf = ({ different, answered, ports }: VerifyResult): ExitCode =>
  different.length > 0 ? EXIT.findings : answered < ports ? EXIT.failed : EXIT.fine;

interface Loop {
  readonly terminal: Terminal;
  readonly checks: VerifyMetrics;
  /** Begins to serve the metrics; the result ends it. */
  readonly serve: () => Promise<() => Promise<void>>;
}

/** Until a signal. */
async function repeatedly(
  check: () => Promise<VerifyResult>,
  everyMs: number,
  values: Values,
  { terminal, checks, serve }: Loop,
): Promise<ExitCode> {
  let stop = (): void => undefined;
  const stopped = new Promise<'stopped'>((resolve) => {
    stop = () => {
      resolve('stopped');
    };
  });
  process.once('SIGTERM', stop).once('SIGINT', stop);
  const close = await serve();
  let printed = '';
  try {
    for (;;) {
      const result = await Promise.race([check(), stopped]);
      if (result === 'stopped') return EXIT.fine;
      const outcome = OUTCOMES[codeOf(result)];
      const found = result.different.reduce((sum, { differences }) => sum + differences.length, 0);
      checks.checked(outcome, outcome === 'failed' ? undefined : found);
      const text = JSON.stringify([result.different, result.failures]);
      if (text !== printed) report(result, values, terminal);
      printed = text;
      if ((await stoppedWithin(stopped, everyMs)) === 'stopped') return EXIT.fine;
    }
  } finally {
    process.off('SIGTERM', stop).off('SIGINT', stop);
    await close();
  }
}

/** Waits so long, or less; no timer is left that would keep the process alive. */
async function stoppedWithin<T>(stopped: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([stopped, late]);
  } finally {
    clearTimeout(timer);
  }
}

const OUTCOMES = { [EXIT.fine]: 'same', [EXIT.findings]: 'different', [EXIT.failed]: 'failed' } as const;

async function serveAdmin(
  { adminListen, manifests }: Values,
  metrics: ReturnType<typeof createMetrics>,
): Promise<() => Promise<void>> {
  if (adminListen === undefined) return () => Promise.resolve();
  const readiness = new Readiness(['cache']);
  readiness.set('cache', true);
  const host = adminListen.host ?? (manifests.length > 0 ? '127.0.0.1' : '0.0.0.0');
  const server = createAdminServer({ readiness, metrics });
  const listening = await listen(server, 'http', host, adminListen.port);
  return listening.close;
}
