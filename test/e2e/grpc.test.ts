/** The built server as proxies and operators meet it, over manifests. No API server is needed. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ReferenceClient, Watching } from '../adapters/grpc/reference-client.js';
import { gatehouseCommand, ROOT, startGatehouse, type Gatehouse } from './gatehouse.js';

/** What the proxy of the demo's voting pod asks for. */
const VOTING = { workload: '{"ns":"emojivoto", "pod":"voting"}', port: 8080 };

describe('gatehouse serve over manifests', () => {
  let dir = '';
  let gatehouse: Gatehouse;
  let address = '';
  let client: ReferenceClient;

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'gatehouse-grpc-'));
    await cp(path.join(ROOT, 'deploy/demo'), path.join(dir, 'demo'), { recursive: true });
    gatehouse = await startGatehouse({
      args: ['--manifests', path.join(dir, 'demo'), '--certs', path.join(dir, 'certs')],
      caFile: path.join(dir, 'certs/ca.crt'),
    });
    address = /^grpc +(\S+)$/m.exec(gatehouse.greeting())?.[1] ?? '';
    client = new ReferenceClient(address);
  });
  afterAll(async () => {
    client.close();
    await gatehouse.kill();
    await rm(dir, { recursive: true, force: true });
  });

  test('a change of the manifests reaches who watches within a second', async () => {
    const watching = new Watching(client.watchPort(VOTING));
    expect((await watching.has(1))['labels']).toMatchObject({ kind: 'server', name: 'voting-grpc' });
    const file = path.join(dir, 'demo/voting.yaml');
    const before = await readFile(file, 'utf8');
    const took: number[] = [];
    for (let i = 0; i < 6; i++) {
      const word = i % 2 === 0 ? 'proxyProtocol: opaque' : 'proxyProtocol: gRPC';
      await writeFile(file, before.replace('proxyProtocol: gRPC', word));
      const begun = performance.now();
      const { protocol } = await watching.has(i + 2);
      took.push(performance.now() - begun);
      expect(Object.keys(protocol)).toEqual([i % 2 === 0 ? 'opaque' : 'grpc']);
    }
    process.stderr.write(
      `from a written file to its message: ${took.map((ms) => ms.toFixed(0)).join(', ')} ms\n`,
    );
    expect(Math.max(...took)).toBeLessThan(1_000);
    watching.stream.cancel();
  });

  test('verify finds that it says what verify computes', async () => {
    const args = ['--manifests', path.join(dir, 'demo'), '--against', address];
    const same = await gatehouseCommand(['verify', ...args]);
    expect([same.code, same.stderr]).toEqual([0, '']);
    expect(same.stdout).toMatch(/^(\d+) ports, \1 answered: no difference\n$/);
    const other = await gatehouseCommand(['verify', ...args, '--default-policy', 'deny', '-o', 'json']);
    expect(other.code).toBe(1);
    expect(
      await gatehouse.metric('grpc_server_handled_total', { grpc_method: 'GetPort', grpc_code: 'OK' }),
    ).toBeGreaterThan(20);
  });

  test('the admin port answers questions, in a thread of the built program', async () => {
    const { status, body } = await getJson(
      gatehouse.admin,
      '/api/explain?from=emojivoto/web&to=emojivoto/voting:8080',
    );
    expect(status).toBe(200);
    const command = await gatehouseCommand([
      'explain',
      ...['--manifests', path.join(dir, 'demo'), '-o', 'json'],
      ...['--from', 'emojivoto/web', '--to', 'emojivoto/voting:8080'],
    ]);
    expect(body).toEqual(JSON.parse(command.stdout));
    expect((await getJson(gatehouse.admin, '/api/findings')).status).toBe(200);
    expect((await getJson(gatehouse.admin, '/api/matrix')).status).toBe(200);
  });

  test('SIGTERM ends streams with OK, and the process once all have gone', async () => {
    const watching = [VOTING, { ...VOTING, port: 1 }].map((spec) => new Watching(client.watchPort(spec)));
    await Promise.all(watching.map((each) => each.has(1)));
    gatehouse.signal('SIGTERM');
    expect(await Promise.all(watching.map((each) => each.hasEnded()))).toEqual(['0 OK', '0 OK']);
    client.close();
    expect(await gatehouse.ended()).toBe(0);
  });
});

function getJson(admin: string, target: string): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    http
      .get(new URL(target, admin), { agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
        });
      })
      .on('error', reject);
  });
}
