// Finds or starts an API server for the end-to-end tests. Run by hand: node test/kube/start.mjs
import { spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {import('./start.d.mts').ApiServer} ApiServer
 * @typedef {import('./start.d.mts').FindOptions} FindOptions
 * @typedef {(line: string) => void} Log
 */

const moduleDir = path.dirname(fileURLToPath(import.meta.url));
const binDir = path.join(moduleDir, 'bin');
const binary = path.join(binDir, process.platform === 'win32' ? 'kube.exe' : 'kube');

/** @type {Log} */
const logToStderr = (line) => void process.stderr.write(`${line}\n`);

const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 20_000;

/**
 * @param {FindOptions} [options]
 * @returns {Promise<import('./start.d.mts').FoundApiServer>}
 */
export async function findApiServer(options = {}) {
  const log = options.log ?? logToStderr;
  const reasons = [];

  const kubeconfig = process.env.KUBECONFIG;
  if (options.own === true) {
    reasons.push('KUBECONFIG: not considered, the test needs a server of its own');
  } else if (kubeconfig) {
    log(`using the cluster of KUBECONFIG ${kubeconfig}`);
    return { kind: 'kubeconfig', kubeconfig, server: await onlyServerOf(kubeconfig), stop: async () => {} };
  } else {
    reasons.push('KUBECONFIG: not set');
  }

  const assets = process.env.KUBEBUILDER_ASSETS;
  if (assets) {
    const missing = await missingAssets(assets);
    if (missing.length === 0)
      return startServer('assets', options, (dataDir) => assetsDriver(assets, dataDir, options));
    reasons.push(`KUBEBUILDER_ASSETS: ${assets} has no ${missing.join(' and no ')}`);
  } else {
    reasons.push('KUBEBUILDER_ASSETS: not set');
  }

  const built = await buildModule(log);
  if ('binary' in built)
    return startServer('module', options, (dataDir) => moduleDriver(built.binary, dataDir, options));
  reasons.push(`test/kube: ${built.reason}`);
  return { kind: 'none', reason: reasons.join('\n') };
}

/** The server named in a kubeconfig, if it names just one: enough for a message, and no YAML parser needed. */
async function onlyServerOf(/** @type {string} */ kubeconfig) {
  const text = await fs.readFile(kubeconfig, 'utf8').catch(() => '');
  const servers = [...text.matchAll(/^\s*"?server"?:\s*"?([^\s",]+)/gm)].map((match) => match[1]);
  return servers.length === 1 ? servers[0] : undefined;
}

// ---------------------------------------------------------------------------------------------------- the Go module

const LOCK_FRESH_MS = 20_000;

/**
 * @param {Log} [log]
 * @returns {Promise<{ binary: string } | { reason: string }>}
 */
export async function buildModule(log = logToStderr) {
  const wanted = await sourcesDigest();
  if (await isBuilt(wanted)) return { binary };
  if (!(await onPath('go'))) return { reason: 'go is not on PATH, so the API server cannot be built' };
  await fs.mkdir(binDir, { recursive: true });
  const unlock = await lock(path.join(binDir, 'build.lock'), () =>
    log('another process is building the test API server, waiting for it'),
  );
  try {
    if (await isBuilt(wanted)) return { binary };
    return await goBuild(wanted, log);
  } finally {
    await unlock();
  }
}

/** Names everything the binary is made of, the platform included. */
async function sourcesDigest() {
  const names = (await fs.readdir(moduleDir)).filter(
    (name) => name.endsWith('.go') || /^go\.(mod|sum)$/.test(name),
  );
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const name of names.sort()) {
    hash.update(`${name}\n`).update(await fs.readFile(path.join(moduleDir, name)));
  }
  return hash.digest('hex');
}

async function isBuilt(/** @type {string} */ digest) {
  try {
    await fs.access(binary, fs.constants.X_OK);
    return (await fs.readFile(`${binary}.sources`, 'utf8')) === digest;
  } catch {
    return false;
  }
}

/**
 * @param {string} digest
 * @param {Log} log
 */
async function goBuild(digest, log) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  log(
    'building the test API server (etcd, kube-apiserver, kube-controller-manager) with Go; the first time takes minutes',
  );
  const progress = setInterval(() => log(`still building the test API server (${seconds()} s)`), 30_000);
  const output = path.join(binDir, `kube.${process.pid}.tmp`);
  try {
    const build = spawn(
      'go',
      ['build', '-trimpath', '-p', String(buildJobs()), '-ldflags', await linkerFlags(), '-o', output, '.'],
      {
        cwd: moduleDir,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {
          ...process.env,
          CGO_ENABLED: '0',
          GOWORK: 'off',
          GOTOOLCHAIN: process.env.GOTOOLCHAIN ?? 'local',
        },
      },
    );
    beNice(build.pid);
    const forget = endWithUs(build);
    const stderr = tail(build.stderr);
    const code = await exitOf(build);
    forget();
    if (code !== 0) return { reason: `go build failed after ${seconds()} s:\n${stderr()}` };
    await fs.rename(output, binary);
    await fs.writeFile(`${binary}.sources`, digest);
    log(`built the test API server in ${seconds()} s`);
    return { binary };
  } finally {
    clearInterval(progress);
    await fs.rm(output, { force: true });
  }
}

/** Compilers at work at once: one for each core, each with 1 GiB (the largest takes half of that). */
function buildJobs() {
  const memory = Math.min(os.totalmem(), process.constrainedMemory() || Infinity);
  return Math.max(1, Math.min(os.availableParallelism(), Math.floor(memory / 2 ** 30)));
}

/** A module build knows no version of itself; the API server would call itself v0.0.0. */
async function linkerFlags() {
  const goMod = await fs.readFile(path.join(moduleDir, 'go.mod'), 'utf8');
  const version = /^\s*k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\S+)/m.exec(goMod);
  if (version === null) throw new Error('go.mod does not require k8s.io/kubernetes');
  const values = {
    gitVersion: version[1],
    gitMajor: version[2],
    gitMinor: version[3],
    gitTreeState: 'clean',
    gitCommit: 'test',
  };
  const settings = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((pkg) =>
    Object.entries(values).map(([name, value]) => `-X ${pkg}.${name}=${value}`),
  );
  return ['-s', '-w', ...settings].join(' ');
}

function beNice(/** @type {number | undefined} */ pid) {
  try {
    if (pid !== undefined) os.setPriority(pid, 10);
  } catch {
    // It only helps others; without it the build is just as good.
  }
}

/**
 * A lock between processes: a file whose owner touches it. A lock not touched for a while has lost its owner.
 * Should two processes ever hold it, they build the same file twice, which is only slow.
 *
 * @param {string} file
 * @param {() => void} onWait
 */
async function lock(file, onWait) {
  for (let waited = false; ; waited = true) {
    try {
      await fs.writeFile(file, `${process.pid}\n`, { flag: 'wx' });
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    if (!waited) onWait();
    const age = await fs.stat(file).then(
      (stat) => Date.now() - stat.mtimeMs,
      () => 0,
    );
    if (age > LOCK_FRESH_MS) await fs.rm(file, { force: true });
    else await delay(500);
  }
  const touch = setInterval(() => {
    const now = new Date();
    fs.utimes(file, now, now).catch(() => {});
  }, LOCK_FRESH_MS / 10);
  return async () => {
    clearInterval(touch);
    await fs.rm(file, { force: true });
  };
}

/**
 * How one kind of server is run over one data dir.
 *
 * @typedef {object} Driver
 * @property {() => Promise<Running>} start
 *
 * @typedef {object} Running
 * @property {string} kubeconfig
 * @property {string} server
 * @property {string} etcd
 * @property {() => number | undefined} pid
 * @property {(signal: NodeJS.Signals) => Promise<void>} stopServer ends the API server, keeps what it needs to go on
 * @property {() => Promise<void>} stop ends everything
 */

/**
 * @param {string} program
 * @param {string} dataDir
 * @param {FindOptions} options
 * @returns {Driver}
 */
function moduleDriver(program, dataDir, options) {
  const args = [
    `--data-dir=${dataDir}`,
    '--exit-with-stdin',
    '--remove-data-dir',
    `--ready-timeout=${READY_TIMEOUT_MS}ms`,
    `--controller-manager=${options.controllerManager ?? true}`,
    ...(options.apiServerArgs ?? []).map((arg) => `--apiserver-arg=${arg}`),
    ...(options.controllerManagerArgs ?? []).map((arg) => `--controller-manager-arg=${arg}`),
    ...(options.moduleArgs ?? []),
  ];
  return {
    async start() {
      const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
      const forget = endWithUs(child);
      const stderr = tail(child.stderr);
      const line = await Promise.race([firstLine(child.stdout), exitOf(child).then(() => undefined)]);
      if (line === undefined) {
        forget();
        throw new Error(
          `the test API server ended at its start:\n${stderr()}\n${await endOfLog(path.join(dataDir, 'kube.log'))}`,
        );
      }
      unrefChild(child);
      const { kubeconfig, server, etcd } = JSON.parse(line);
      const end = async (/** @type {NodeJS.Signals} */ signal) => {
        await endChild(child, signal);
        forget();
      };
      return { kubeconfig, server, etcd, pid: () => child.pid, stopServer: end, stop: () => end('SIGTERM') };
    },
  };
}

// --------------------------------------------------------------------------------------------- KUBEBUILDER_ASSETS

/** As in controlplane.go, by the names that old versions know too. */
const CONTROLLERS =
  'namespace,garbagecollector,serviceaccount,serviceaccount-token,root-ca-cert-publisher,deployment,replicaset,' +
  'endpointslice,clusterrole-aggregation';

async function missingAssets(/** @type {string} */ dir) {
  const missing = [];
  for (const name of ['etcd', 'kube-apiserver']) {
    if (!(await isExecutable(path.join(dir, name)))) missing.push(name);
  }
  return missing;
}

/**
 * The plain binaries. kube-apiserver makes its own serving certificate; the administrator is known by a token, since
 * Node cannot make client certificates by itself.
 *
 * @param {string} assets
 * @param {string} dataDir
 * @param {FindOptions} options
 * @returns {Driver}
 */
function assetsDriver(assets, dataDir, options) {
  const file = (/** @type {string} */ name) => path.join(dataDir, name);
  const kubeconfig = file('admin.kubeconfig');
  const token = randomBytes(24).toString('hex');
  /** @type {{ port: number, etcdPort: number, peerPort: number } | undefined} */
  let ports;
  /** @type {Child | undefined} */
  let etcdChild;

  async function prepare() {
    if (ports !== undefined) return ports;
    ports = { port: await freePort(), etcdPort: await freePort(), peerPort: await freePort() };
    const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    await writePrivate(file('service-account.key'), key.export({ type: 'sec1', format: 'pem' }).toString());
    await writePrivate(file('tokens.csv'), `${token},kubernetes-admin,kubernetes-admin,"system:masters"\n`);
    const cluster = {
      server: `https://127.0.0.1:${ports.port}`,
      'certificate-authority': file('pki/apiserver.crt'),
    };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      clusters: [{ name: 'test', cluster }],
      users: [{ name: 'admin', user: { token } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    };
    await writePrivate(kubeconfig, JSON.stringify(config, null, 2));
    return ports;
  }

  return {
    async start() {
      const { port, etcdPort, peerPort } = await prepare();
      const etcd = `http://127.0.0.1:${etcdPort}`;
      const server = `https://127.0.0.1:${port}`;
      etcdChild ??= await startChild(path.join(assets, 'etcd'), file('etcd.log'), [
        `--data-dir=${file('etcd')}`,
        `--listen-client-urls=${etcd}`,
        `--advertise-client-urls=${etcd}`,
        `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
        '--log-level=error',
        '--unsafe-no-fsync',
      ]);
      const apiServer = await startChild(path.join(assets, 'kube-apiserver'), file('kube-apiserver.log'), [
        '--bind-address=127.0.0.1',
        '--advertise-address=127.0.0.1',
        `--secure-port=${port}`,
        `--cert-dir=${file('pki')}`,
        `--token-auth-file=${file('tokens.csv')}`,
        `--etcd-servers=${etcd}`,
        '--authorization-mode=RBAC',
        '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
        `--service-account-signing-key-file=${file('service-account.key')}`,
        `--service-account-key-file=${file('service-account.key')}`,
        '--service-cluster-ip-range=10.0.0.0/16',
        '--endpoint-reconciler-type=none',
        '--disable-admission-plugins=ServiceAccount',
        '--enable-aggregator-routing=false',
        '--allow-privileged=true',
        '--shutdown-watch-termination-grace-period=1s',
        ...(options.apiServerArgs ?? []),
      ]);
      /** @type {Child | undefined} */
      let manager;
      const stopServer = async (/** @type {NodeJS.Signals} */ signal) => {
        await manager?.end(signal);
        await apiServer.end(signal);
      };
      const stop = async () => {
        await stopServer('SIGTERM');
        await etcdChild?.end('SIGTERM');
        etcdChild = undefined;
      };
      try {
        await untilReady(server, file('pki/apiserver.crt'), token, apiServer);
        const managerProgram = path.join(assets, 'kube-controller-manager');
        if ((options.controllerManager ?? true) && (await isExecutable(managerProgram))) {
          manager = await startChild(managerProgram, file('kube-controller-manager.log'), [
            `--kubeconfig=${kubeconfig}`,
            `--root-ca-file=${file('pki/apiserver.crt')}`,
            `--service-account-private-key-file=${file('service-account.key')}`,
            '--use-service-account-credentials=true',
            `--controllers=${CONTROLLERS}`,
            '--leader-elect=false',
            '--secure-port=0',
            ...(options.controllerManagerArgs ?? []),
          ]);
        }
      } catch (error) {
        await stop();
        throw error;
      }
      return { kubeconfig, server, etcd, pid: () => apiServer.pid, stopServer, stop };
    },
  };
}

/**
 * Waits for the namespace "default" too, which the API server makes a moment after it is ready.
 *
 * @param {string} server
 * @param {string} caFile
 * @param {string} token
 * @param {Child} child
 */
async function untilReady(server, caFile, token, child) {
  const end = Date.now() + READY_TIMEOUT_MS;
  let last = 'no answer';
  while (Date.now() < end && !child.hasEnded()) {
    const ca = await fs.readFile(caFile).catch(() => undefined);
    if (ca !== undefined) {
      last = await get(`${server}/readyz`, ca, token);
      if (last === 'ok') last = await get(`${server}/api/v1/namespaces/default`, ca, token);
      if (last === 'ok') return;
    }
    await delay(100);
  }
  throw new Error(
    `kube-apiserver ${child.hasEnded() ? 'ended at its start' : `is not ready: ${last}`}\n${await endOfLog(child.logFile)}`,
  );
}

/**
 * @param {string} url
 * @param {Buffer} ca
 * @param {string} token
 * @returns {Promise<string>} `ok`, or what is wrong
 */
function get(url, ca, token) {
  const agent = new https.Agent({ ca });
  return new Promise((resolve) => {
    const failed = (/** @type {Error} */ error) => resolve(error.message);
    const headers = { Authorization: `Bearer ${token}` };
    const request = https.get(url, { agent, headers, timeout: 5_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () =>
        resolve(response.statusCode === 200 ? 'ok' : `${response.statusCode} ${body}`),
      );
      response.on('error', failed);
    });
    request.on('timeout', () => request.destroy(new Error('time-out')));
    request.on('error', failed);
  });
}

// ------------------------------------------------------------------------------------------------------- life cycle

/**
 * @param {'assets' | 'module'} kind
 * @param {FindOptions} options
 * @param {(dataDir: string) => Driver} driverFor
 * @returns {Promise<ApiServer>}
 */
async function startServer(kind, options, driverFor) {
  const dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'gatehouse-kube-'));
  const forgetDir = onOurEnd(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 }));
  const driver = driverFor(dataDir);
  const removeData = async () => {
    await fs.rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
    forgetDir();
  };
  const started = Date.now();
  /** @type {Running | undefined} */
  let running = await driver.start().catch(async (error) => {
    await removeData();
    throw error;
  });
  const { kubeconfig, server, etcd } = running;
  let last = running;
  const readyAfterMs = Date.now() - started;
  (options.log ?? logToStderr)(`test API server ready after ${readyAfterMs} ms at ${server} (${kind})`);

  const api = {
    kind,
    kubeconfig,
    server,
    etcd,
    dataDir,
    readyAfterMs,
    pid: () => running?.pid(),
    async stopServer(/** @type {NodeJS.Signals} */ signal = 'SIGTERM') {
      const stopping = running;
      running = undefined;
      await stopping?.stopServer(signal);
    },
    async startServer() {
      running ??= last = await driver.start();
    },
    async restart(/** @type {NodeJS.Signals} */ signal = 'SIGTERM') {
      await api.stopServer(signal);
      await api.startServer();
    },
    async stop() {
      running = undefined;
      await last.stop();
      await removeData();
    },
  };
  return api;
}

/**
 * @typedef {object} Child
 * @property {number | undefined} pid
 * @property {string} logFile
 * @property {() => boolean} hasEnded
 * @property {(signal: NodeJS.Signals) => Promise<void>} end
 */

/**
 * @param {string} program
 * @param {string} logFile
 * @param {string[]} args
 * @returns {Promise<Child>}
 */
async function startChild(program, logFile, args) {
  const log = await fs.open(logFile, 'a', 0o600);
  try {
    const child = spawn(program, args, { stdio: ['ignore', log.fd, log.fd], env: withoutProxy() });
    const forget = endWithUs(child);
    child.on('error', forget);
    child.unref();
    return {
      pid: child.pid,
      logFile,
      hasEnded: () => hasEnded(child),
      async end(signal) {
        await endChild(child, signal);
        forget();
      },
    };
  } finally {
    await log.close();
  }
}

/** All traffic stays on this machine; a proxy of the surrounding environment must not see webhook calls. */
function withoutProxy() {
  const kept = Object.entries(process.env).filter(([name]) => !/^(https?|all)_proxy$/i.test(name));
  return Object.fromEntries(kept);
}

const hasEnded = (/** @type {import('node:child_process').ChildProcess} */ child) =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
async function endChild(child, signal) {
  if (hasEnded(child)) return;
  child.ref();
  const ended = exitOf(child);
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number | null>} null when it was ended by a signal or could not be started
 */
function exitOf(child) {
  return new Promise((resolve) => {
    if (hasEnded(child)) return resolve(child.exitCode);
    child.once('exit', (code) => resolve(code));
    child.once('error', () => resolve(null));
  });
}

/** A running server must not keep its parent alive; it ends when its stdin does. */
function unrefChild(/** @type {import('node:child_process').ChildProcess} */ child) {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    /** @type {net.Socket | null} */ (stream)?.unref();
  }
}

/** Ends a child should this process end first. */
function endWithUs(/** @type {import('node:child_process').ChildProcess} */ child) {
  return onOurEnd(() => {
    if (!hasEnded(child)) child.kill('SIGKILL');
  });
}

/** @type {Set<() => void>} */
const lastDuties = new Set();
/** @type {NodeJS.Signals[]} */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function runLastDuties() {
  for (const duty of [...lastDuties].reverse()) {
    try {
      duty();
    } catch {
      // The others still have to be done.
    }
  }
  lastDuties.clear();
}

function onSignal(/** @type {NodeJS.Signals} */ signal) {
  runLastDuties();
  unwatch();
  // Without our handler the signal has its usual effect; anybody else who handles it has been told already.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

function unwatch() {
  process.off('exit', runLastDuties);
  for (const signal of endings) process.off(signal, onSignal);
}

/**
 * Registers what has to be done if this process ends by itself or by a signal.
 *
 * @param {() => void} duty
 * @returns {() => void} takes it back
 */
function onOurEnd(duty) {
  if (lastDuties.size === 0) {
    process.on('exit', runLastDuties);
    for (const signal of endings) process.on(signal, onSignal);
  }
  lastDuties.add(duty);
  return () => {
    lastDuties.delete(duty);
    if (lastDuties.size === 0) unwatch();
  };
}

// ------------------------------------------------------------------------------------------------------ small things

/**
 * @param {import('node:stream').Readable} stream
 * @returns {Promise<string>}
 */
function firstLine(stream) {
  let text = '';
  stream.setEncoding('utf8');
  return new Promise((resolve) => {
    stream.on('data', (chunk) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
    });
  });
}

/**
 * @param {import('node:stream').Readable} stream
 * @returns {() => string} the last part of what was written
 */
function tail(stream) {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk) => (text = (text + chunk).slice(-4_000)));
  return () => text.trim();
}

async function endOfLog(/** @type {string} */ file) {
  const text = await fs.readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-15).join('\n');
}

async function isExecutable(/** @type {string} */ file) {
  return fs.access(file, fs.constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function onPath(/** @type {string} */ program) {
  for (const dir of (process.env.PATH ?? '').split(path.delimiter)) {
    if (dir !== '' && (await isExecutable(path.join(dir, program)))) return true;
  }
  return false;
}

/** @returns {Promise<number>} below the range for outgoing connections, so that it stays free while a server is stopped */
async function freePort() {
  for (let tries = 0; tries < 100; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = net.createServer();
    const free = await new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
  throw new Error('no free port');
}

const writePrivate = (/** @type {string} */ file, /** @type {string} */ text) =>
  fs.writeFile(file, text, { mode: 0o600 });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = await findApiServer();
  if (found.kind === 'none') {
    process.stderr.write(`no API server:\n${found.reason}\n`);
    process.exit(1);
  }
  process.stdout.write(`export KUBECONFIG=${found.kubeconfig}\n`);
  setInterval(() => {}, 2 ** 30);
}
