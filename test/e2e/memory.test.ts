/**
 * The memory budget (webhook-operations, section 7): the built server, with the heap that the image gives it, under 64 large
 * bodies at once, again and again. It answers every one, and goes on. No API server is needed.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkReview, mkServer } from '../builders.js';
import { startGatehouse, type Gatehouse } from './gatehouse.js';

/** As `deploy` asks for; the image's own flags come on top. */
const HEAP = '--max-old-space-size=384';
const AT_ONCE = 64;
const BUDGET_MB = 512;

/** Three megabytes of the smallest values that there are: they take the most memory once they are parsed. */
function large(shape: 'lists' | 'keys' | 'text'): string {
  const server = mkServer();
  const size = 3_000_000;
  const filler = {
    lists: `[${'[],'.repeat(size / 3)}[]]`,
    keys: `{${Array.from({ length: size / 14 }, (_, i) => `"k${String(i)}":{}`).join(',')}}`,
    text: `"${'x'.repeat(size)}"`,
  }[shape];
  return JSON.stringify(mkReview({ ...server, filler: 'HERE' })).replace('"HERE"', filler);
}

describe('64 large bodies at once', () => {
  let dir = '';
  let gatehouse: Gatehouse;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'gatehouse-memory-'));
    gatehouse = await startGatehouse({
      args: ['--manifests', 'deploy/demo', '--certs', dir],
      caFile: path.join(dir, 'ca.crt'),
      env: { NODE_OPTIONS: HEAP },
    });
  });
  afterAll(async () => {
    await gatehouse.kill();
    await rm(dir, { recursive: true, force: true });
  });

  const agent = new https.Agent({ keepAlive: false });
  const send = (body: string): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
      const options = { method: 'POST', ca: gatehouse.ca, servername: 'localhost', agent, headers };
      const request = https.request(`${gatehouse.webhook}?timeout=30s`, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      request.on('error', reject);
      request.end(body);
    });
  const peakMb = (): number => {
    const status = readFileSync(`/proc/${String(gatehouse.pid)}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
  };

  test.each(['lists', 'keys', 'text'] as const)(
    'of %s are answered, each, and memory stays within bounds',
    async (shape) => {
      const body = large(shape);
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => send(body)));
      const statuses = answers.map(({ status }) => status);
      const tally = Object.fromEntries(
        [...new Set(statuses)].map((each) => [each, statuses.filter((s) => s === each).length]),
      );
      process.stderr.write(`memory: ${shape}: ${JSON.stringify(tally)}, peak ${peakMb().toFixed(0)} MB\n`);
      expect(statuses.filter((status) => ![200, 429, 503].includes(status))).toEqual([]);
      expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(0);
      expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
      // It goes on: a small review is answered as before.
      const small = await gatehouse.post(mkReview(mkServer()));
      expect(small.response?.allowed).toBe(true);
      expect(peakMb()).toBeLessThan(BUDGET_MB);
    },
  );
});
