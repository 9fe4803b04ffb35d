/**
 * Twelve ways of replacing the pair of `--tls files` under a process that is called all the time (section 4): the old
 * one serves until the new one is whole, and that within 5 s.
 */
import { mkdir, mkdtemp, rename, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { issue, type Issued } from '../adapters/certs/issue.js';
import { waitFor } from '../e2e/cluster.js';
import { applyCrds, describeWithWebhook, SERVICE, startGatehouse, type Gatehouse } from '../e2e/gatehouse.js';
import { mkBadServer, reviewOf, REVIEW_PATH, verdictOf } from './fleet.js';
import { byForm, figure, progress } from './form.js';
import { Connection } from './keep-alive-client.js';
import { onTestEnd } from './traffic.js';

const ROUNDS = byForm(1, 20);
const WITHIN_MS = 5_000;

describeWithWebhook('the pair on disk', (cluster) => {
  const namespace = cluster.namespace('pair');
  const name = `${SERVICE}.${namespace}.svc`;
  let home = '';
  let dir = '';
  let ca: Issued;
  let foreign: Issued;
  let gatehouse: Gatehouse | undefined;

  const at = (file: string): string => path.join(dir, file);
  const leaf = (
    subject: string,
    days: { from?: number; to?: number; dns?: string[] } = {},
  ): Promise<Issued> => issue({ by: ca, dns: [name], name: subject, ...days });
  /** As `mv` does: readers see the old file or the new one. */
  const move = async (file: string, text: string): Promise<void> => {
    await writeFile(path.join(home, 'moving'), text);
    await rename(path.join(home, 'moving'), at(file));
  };
  const movePair = async ({ cert, key }: Issued): Promise<void> => {
    await move('tls.key', key);
    await move('tls.crt', cert);
  };
  const write = async (folder: string, { cert, key }: Issued): Promise<void> => {
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'tls.crt'), cert);
    await writeFile(path.join(folder, 'tls.key'), key);
    await writeFile(path.join(folder, 'ca.crt'), ca.cert);
  };
  const errors = (reason: string): Promise<number> =>
    gatehouse!.metric('gatehouse_cert_reload_errors_total', { reason });
  /** Does what is wrong, and waits until it has been refused for this reason. */
  const refused = async (reason: string, wrong: () => Promise<void>): Promise<void> => {
    const before = await errors(reason);
    await wrong();
    await waitFor(async () => (await errors(reason)) > before, { what: `a pair to be refused: ${reason}` });
  };

  /** Each takes the process from the pair it serves to the next one, and returns when that one is whole on disk. */
  const ways: readonly (readonly [string, (next: Issued) => Promise<void>])[] = [
    ['renamed', movePair],
    [
      'truncated, then written',
      async (next) => {
        await truncate(at('tls.crt'));
        await truncate(at('tls.key'));
        await delay(400);
        await write(dir, next);
      },
    ],
    [
      'the key first',
      async ({ cert, key }) => {
        await refused('key', () => writeFile(at('tls.key'), key));
        await writeFile(at('tls.crt'), cert);
      },
    ],
    [
      'the certificate first',
      async ({ cert, key }) => {
        await refused('key', () => writeFile(at('tls.crt'), cert));
        await writeFile(at('tls.key'), key);
      },
    ],
    [
      'the swap of a symlink',
      async (next) => {
        const generation = `..${String(performance.now())}`;
        await write(at(generation), next);
        await symlink(generation, at('..next'));
        await rename(at('..next'), at('..data'));
        for (const file of ['tls.crt', 'tls.key', 'ca.crt']) {
          await symlink(`..data/${file}`, at('..link'));
          await rename(at('..link'), at(file));
        }
      },
    ],
    [
      'emptied',
      async (next) => {
        await refused('empty', () => move('tls.crt', ''));
        await movePair(next);
      },
    ],
    [
      'half a file',
      async (next) => {
        await refused('unparsable', () => move('tls.crt', next.cert.slice(0, next.cert.length / 2)));
        await movePair(next);
      },
    ],
    [
      'the key of another',
      async (next) => {
        await refused('key', () => move('tls.key', foreign.key));
        await movePair(next);
      },
    ],
    [
      'one that has ended',
      async (next) => {
        await refused('validity', async () => movePair(await leaf('ended', { from: -3, to: -1 })));
        await movePair(next);
      },
    ],
    [
      'one for another name',
      async (next) => {
        await refused('names', async () => movePair(await leaf('elsewhere', { dns: ['elsewhere.svc'] })));
        await movePair(next);
      },
    ],
    [
      'deleted',
      async (next) => {
        await refused('missing', async () => {
          for (const file of ['tls.crt', 'tls.key', 'ca.crt']) await unlink(at(file));
        });
        await write(dir, next);
      },
    ],
    [
      'the whole directory',
      async (next) => {
        const aside = path.join(home, 'aside');
        await rename(dir, aside);
        await delay(300);
        await write(path.join(home, 'made'), next);
        await rename(path.join(home, 'made'), dir);
        await rm(aside, { recursive: true });
      },
    ],
  ];

  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'gatehouse-pair-'));
    dir = path.join(home, 'certs');
    ca = await issue({ name: 'ca', isCa: true, dns: [] });
    foreign = await issue({ name: 'foreign', by: await issue({ isCa: true, dns: [] }), dns: [name] });
    await Promise.all([write(dir, await leaf('first')), applyCrds(cluster)]);
    const files = ['--tls', 'files', '--certs', dir, '--service-namespace', namespace];
    gatehouse = await startGatehouse({
      args: ['--kubeconfig', cluster.kubeconfig(), ...files],
      caFile: path.join(dir, 'ca.crt'),
    });
  });
  afterAll(async () => {
    await gatehouse?.kill();
    await rm(home, { recursive: true, force: true });
  });

  test('is replaced in twelve ways without a failed call', async () => {
    expect(ways).toHaveLength(12);
    const { port } = gatehouse!;
    const body = reviewOf(mkBadServer(namespace, 'bad'), 'pair');
    const seen: string[] = [];
    const calling = { stopped: false };
    onTestEnd(() => (calling.stopped = true));
    const caller = (async () => {
      while (!calling.stopped) {
        try {
          const connection = await Connection.dial({ port, ca: ca.cert, servername: name });
          seen.push(connection.subject);
          const answer = await connection.post(REVIEW_PATH, body);
          if (verdictOf(answer) !== 'deny') seen.push(`${String(answer.status)} ${answer.text}`);
          connection.close();
        } catch (error) {
          seen.push(`failed: ${String(error)}`);
        }
        await delay(15);
      }
    })();

    let current = 'first';
    let count = 1;
    let longest = 0;
    for (let round = 1; round <= ROUNDS; round++) {
      for (const [way, replace] of ways) {
        await waitFor(() => seen.at(-1) === current, { what: `${current} to be served` });
        const begun = seen.length;
        const next = `pair-${String(count++)}`;
        await replace(await leaf(next));
        const whole = performance.now();
        await waitFor(() => seen.at(-1) === next, {
          timeoutMs: 3 * WITHIN_MS,
          intervalMs: 10,
          what: `the new pair (${way})`,
        });
        longest = Math.max(longest, performance.now() - whole);
        expect(seen.slice(begun).filter((subject) => subject !== current && subject !== next)).toEqual([]);
        expect(seen.slice(begun).lastIndexOf(current)).toBeLessThan(seen.slice(begun).indexOf(next));
        current = next;
      }
      progress(`round ${String(round)} of ${String(ROUNDS)}`);
    }
    calling.stopped = true;
    await caller;
    figure(
      4,
      `the pair on disk replaced in ${String(ways.length)} ways, ${String(ROUNDS)} times each: ` +
        `0 of ${String(seen.length)} handshakes and reviews failed, the old pair served until the new one was whole, the new one at most ${longest.toFixed(0)} ms later`,
    );
    expect(longest).toBeLessThan(WITHIN_MS);
    expect(await gatehouse!.metric('gatehouse_tls_handshake_errors_total')).toBe(0);
  });
});
