import { readFile } from 'node:fs/promises';
import { isLoopback } from '../../adapters/http/api.js';
import { followFile } from '../../adapters/http/client-ca-file.js';
import { SYSTEM_CLOCK } from '../../adapters/http/clock.js';
import { createLogger, type Logger } from '../../adapters/telemetry/logger.js';
import { LineSink, nonBlockingStream } from '../../adapters/telemetry/line-sink.js';
import { certificatesOf } from '../../app/certificates.js';
import { threadSettings } from '../../app/judging/heavy-judge.js';
import type { ListenAddress } from '../../app/options/address.js';
import { CLUSTER_FLAGS, CONFIG_FLAGS, SOURCE_FLAGS } from '../../app/options/common.js';
import type { ValuesOf } from '../../app/options/flag.js';
import { INSTALLATION_FLAGS } from '../../app/options/installation.js';
import { SERVE_FLAGS } from '../../app/options/serve.js';
import {
  createGatehouse,
  type Address,
  type Gatehouse,
  type ServeOptions,
  type Urls,
} from '../../app/serve.js';
import { openSource } from '../../app/source.js';
import { openWorld, type OpenedWorld } from '../../app/world.js';
import { OperationalError } from '../../model/operational-error.js';
import type { World } from '../../model/world.js';
import { createThreadedApi } from '../api/threaded-api.js';
import { defineCommand } from '../command.js';
import { EXIT, type ExitCode } from '../exit-codes.js';

const FLAGS = { ...SERVE_FLAGS, ...INSTALLATION_FLAGS, ...SOURCE_FLAGS, ...CONFIG_FLAGS, ...CLUSTER_FLAGS };
type Values = ValuesOf<typeof FLAGS>;

/** The API server lets go of idle connections after 90 s; then nothing is left to serve (webhook-operations, 8). */
const DRAIN_MS = 95_000;
/** In-flight answers get this long after an exception that nobody caught. */
const FAIL_MS = 1_000;

export const serveCommand = defineCommand(
  {
    name: 'serve',
    operands: '',
    describe:
      'Serves the admission webhook and the inbound policy API: over manifests (--manifests), over the cluster of a kubeconfig (--kubeconfig), or over the cluster it runs in.',
  },
  FLAGS,
  async ({ values, terminal }) => {
    const local = values.manifests.length > 0;
    const inCluster = terminal.env['KUBERNETES_SERVICE_HOST'] !== undefined;
    if (!local && values.kubeconfig === undefined && !inCluster) {
      terminal.err(
        'gatehouse serve: name --manifests DIR or --kubeconfig FILE; this is no pod of a cluster\n',
      );
      return EXIT.failed;
    }
    // Standard output may be a pipe that nobody reads: it must not stop the server.
    const sink = new LineSink(nonBlockingStream(1));
    const logger = createLogger({
      level: values.logLevel,
      component: 'gatehouse',
      sink,
      clock: SYSTEM_CLOCK,
    });
    const world = await openWorld(values);
    const { clusterDomain } = world.worldAt(terminal.now()).settings;
    const defaultHost = local ? '127.0.0.1' : '0.0.0.0';
    const gatehouse = createGatehouse({
      webhook: addressOf(values.listen, defaultHost),
      admin: addressOf(values.adminListen, defaultHost),
      grpc: addressOf(values.grpcListen, defaultHost),
      tls: await tlsOf(values),
      certificates: await certificatesOf(values, clusterDomain, terminal.now()),
      world,
      source: (metrics) =>
        openSource(values, {
          world: world.worldAt(terminal.now()),
          logger: logger.component('cache'),
          metrics,
        }),
      clock: SYSTEM_CLOCK,
      logger,
      droppedLines: () => sink.dropped,
      api: apiOf(values, defaultHost, world),
    });
    const urls = await gatehouse.start();
    terminal.err(greeting(urls, values, local));
    const stopFollowing = followClientCa(values, gatehouse, logger);
    const code = await untilStopped(gatehouse, logger);
    stopFollowing();
    logger.flush();
    await sink.flush(FAIL_MS);
    return code;
  },
);

const addressOf = (given: ListenAddress | undefined, host: string): Address | undefined =>
  given === undefined ? undefined : { host: given.host ?? host, port: given.port };

/** Questions tell all of a cluster's policy: unasked they are answered to this machine only. */
function apiOf(values: Values, host: string, opened: OpenedWorld): ServeOptions['api'] {
  const admin = addressOf(values.adminListen, host);
  if (admin === undefined || values.api === 'off') return undefined;
  if (values.api === 'auto' && !isLoopback(admin.host)) return undefined;
  const worldNow = (): World => opened.worldAt(new Date(SYSTEM_CLOCK.wall()));
  return (cache) =>
    createThreadedApi({
      cache,
      settings: threadSettings(worldNow(), opened.settings),
      today: () => worldNow().today,
      clock: SYSTEM_CLOCK,
      loopbackOnly: values.api === 'auto',
    });
}

async function tlsOf(values: Values) {
  const minVersion = values.tlsMinVersion;
  if (values.clientCa === undefined) return { minVersion };
  return { minVersion, clients: { ca: await readClientCa(values.clientCa), names: values.clientName } };
}

async function readClientCa(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new OperationalError('client-ca', `the client CA ${file} cannot be read`, {
      hint: 'give --client-ca the path of a PEM file',
      cause,
    });
  }
}

/** Two lines to try, for a person who has just started it. */
function greeting(urls: Urls, values: Values, local: boolean) {
  const lines = [
    ...(urls.webhook === undefined ? [] : [`webhook  ${urls.webhook}/validate`]),
    ...(urls.admin === undefined ? [] : [`admin    ${urls.admin}/ready`]),
    ...(urls.grpc === undefined ? [] : [`grpc     ${new URL(urls.grpc).host}`]),
  ];
  const curl = (file: string): string =>
    `  curl -s --cacert ${values.certs}/ca.crt -H 'Content-Type: application/json' -d @deploy/reviews/${file}.json ${urls.webhook ?? ''}/validate`;
  const demo = local && urls.webhook !== undefined && values.manifests.includes('deploy/demo');
  return `${lines.join('\n')}\n${demo ? `\nTry a Server that is refused, and one that is admitted:\n${curl('refused')}\n${curl('admitted')}\n` : ''}`;
}

function followClientCa(values: Values, gatehouse: Gatehouse, logger: Logger): () => void {
  const file = values.clientCa;
  if (file === undefined) return () => undefined;
  return followFile(file, '', {
    clock: SYSTEM_CLOCK,
    apply: gatehouse.setClientCa,
    onError: (error) => {
      logger.error('the client CA cannot be read again', error);
    },
  });
}

/** Waits for a signal or an uncaught exception, and lets the server end as it should. */
function untilStopped(gatehouse: Gatehouse, logger: Logger): Promise<ExitCode> {
  return new Promise((resolve) => {
    let stopping = false;
    const end = async (graceMs: number, code: ExitCode): Promise<void> => {
      await gatehouse.drain(graceMs);
      await gatehouse.close();
      resolve(code);
    };
    const signalled = (signal: string): void => {
      if (stopping) process.exit(EXIT.findings);
      stopping = true;
      logger.log('info', `${signal}: draining; a second signal ends at once`);
      void end(DRAIN_MS, EXIT.fine);
    };
    const failed = (error: unknown): void => {
      logger.error('an exception that nobody caught', error);
      gatehouse.fail();
      if (stopping) return;
      stopping = true;
      void end(FAIL_MS, EXIT.findings);
    };
    process.on('SIGTERM', signalled);
    process.on('SIGINT', signalled);
    process.on('uncaughtException', failed);
    process.on('unhandledRejection', failed);
  });
}
