/** `make run`: what it prints, and what comes of doing what it says. No API server is needed. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hasProgram, ROOT, run, startGatehouse, type Gatehouse } from './gatehouse.js';

const testCurl = hasProgram('curl') ? test : test.skip;

describe('make run', () => {
  let dir = '';
  let gatehouse: Gatehouse | undefined;

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'gatehouse-run-'));
    gatehouse = await startGatehouse({
      args: ['--manifests', 'deploy/demo', '--certs', dir],
      caFile: path.join(dir, 'ca.crt'),
    });
  });
  afterAll(async () => {
    await gatehouse?.kill();
    await rm(dir, { recursive: true, force: true });
  });

  const greeting = (): string => gatehouse?.greeting() ?? '';

  test('serves the demo, as it is started here but for ports and certificate', async () => {
    const makefile = await readFile(path.join(ROOT, 'Makefile'), 'utf8');
    expect(makefile).toContain('\n\t$(NODE) dist/cli/main.js serve --manifests deploy/demo\n');
  });

  test('prints where it listens and what to try', () => {
    const port = (text: string): string =>
      text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT').replaceAll(dir, 'CERTS');
    expect(port(greeting()).split('\n')).toEqual([
      'webhook  https://127.0.0.1:PORT/validate',
      'admin    http://127.0.0.1:PORT/ready',
      'grpc     127.0.0.1:PORT',
      '',
      'Try a Server that is refused, and one that is admitted:',
      "  curl -s --cacert CERTS/ca.crt -H 'Content-Type: application/json' -d @deploy/reviews/refused.json https://127.0.0.1:PORT/validate",
      "  curl -s --cacert CERTS/ca.crt -H 'Content-Type: application/json' -d @deploy/reviews/admitted.json https://127.0.0.1:PORT/validate",
      '',
    ]);
  });

  /** The nth of the printed commands, as it is. */
  const tryOut = async (n: number): Promise<{ response: Record<string, unknown> }> => {
    const commands = greeting()
      .split('\n')
      .filter((line) => line.startsWith('  curl '));
    expect(commands).toHaveLength(2);
    const { code, stdout, stderr } = await run('bash', ['-c', commands[n] ?? '']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout) as { response: Record<string, unknown> };
  };

  testCurl('the first command shows a refusal', async () => {
    const { response } = await tryOut(0);
    expect(response).toMatchObject({
      uid: 'demo-refused',
      allowed: false,
      status: {
        code: 403,
        reason: 'Forbidden',
        message:
          'spec.proxyProtocol [server/proxy-protocol]: "grpc" is not a protocol that Linkerd knows\n' +
          '  did you mean `gRPC`? the words are unknown, HTTP/1, HTTP/2, gRPC, opaque or TLS',
      },
    });
  });

  testCurl('the second one an admission', async () => {
    expect((await tryOut(1)).response).toEqual({ uid: 'demo-admitted', allowed: true });
  });

  test('ends on Ctrl-C', async () => {
    gatehouse?.signal('SIGINT');
    expect(await gatehouse?.ended()).toBe(0);
  });
});
