/** `gatehouse verify` against servers of the inbound policy API: ours, and ones from the future. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { VERIFY_SCHEMA } from '../../src/cli/output/verify-schema.js';
import { applied, grant, mkRig, pod, server, type Rig } from '../adapters/grpc/rig.js';
import { run } from './run.js';

const validate = new Ajv({ strict: true }).compile(JSON.parse(JSON.stringify(VERIFY_SCHEMA)) as object);

const MANIFEST = `
apiVersion: v1
kind: Pod
metadata:
  { name: web, namespace: app, labels: { app: web, linkerd.io/control-plane-ns: linkerd } }
spec: { containers: [{ name: main, ports: [{ name: http, containerPort: 80 }] }] }
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: web, namespace: app }
spec: { podSelector: { matchLabels: { app: web } }, port: http }
---
apiVersion: policy.linkerd.io/v1beta1
kind: ServerAuthorization
metadata: { name: allow, namespace: app }
spec: { server: { name: web }, client: { meshTLS: { identities: [a] } } }
`;

let dir: string;
let rig: Rig | undefined;
beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'gatehouse-verify-'));
  await writeFile(path.join(dir, 'all.yaml'), MANIFEST);
});
afterAll(() => rm(dir, { recursive: true }));
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

const same = (): Promise<Rig> => mkRig([pod('web'), server('web'), grant('allow', 'web', ['a'])]);
const verify = (address: string, ...args: string[]) =>
  run(['verify', '--manifests', dir, '--against', address, ...args]);

describe('gatehouse verify', () => {
  it('exits 0 where the controller says the same', async () => {
    rig = await same();
    expect(await verify(rig.address)).toEqual({
      code: 0,
      out: '2 ports, 2 answered: no difference\n',
      err: '',
    });
  });

  it('exits 1 and tells each difference', async () => {
    rig = await mkRig([pod('web'), server('web'), grant('allow', 'web', ['a', '\u001b[31mred'])]);
    const { code, out } = await verify(rig.address, '--default-policy', 'deny');
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      'app/web:80',
      '  the identities that are let in: only the controller has this (authorizations[serverauthorization allow].authentication.meshTLS.identities.identities)',
      '    ours:   nothing',
      '    theirs: ["\\u001b[31mred"]',
      '',
      'app/web:65535',
      '  the authorization default all-unauthenticated: only the controller has this (authorizations[default all-unauthenticated])',
      '    ours:   nothing',
      expect.stringMatching(/^ {4}theirs: \{"metadata":/),
      '  the Server or default that the port falls to differs (labels)',
      '    ours:   ["name=deny"]',
      '    theirs: ["name=all-unauthenticated"]',
      '',
      '2 ports, 2 answered: 2 with differences',
      '',
    ]);
  });

  it('prints JSON of its schema', async () => {
    rig = await mkRig([pod('web'), server('web')]);
    const { code, out } = await verify(rig.address, '-o', 'json');
    expect(code).toBe(1);
    const result = JSON.parse(out) as Record<string, unknown>;
    expect([validate(result), validate.errors]).toEqual([true, null]);
    expect(result).toMatchObject({
      ports: 2,
      answered: 2,
      unknownFields: 0,
      different: [
        {
          ns: 'app',
          pod: 'web',
          port: 80,
          differences: [{ kind: 'only-ours', path: 'authorizations[serverauthorization allow]' }],
        },
      ],
      failures: [],
    });
  });

  it('exits 2 where nobody answers', async () => {
    rig = await same();
    const { address } = rig;
    await rig.listening.close();
    const { code, out } = await verify(address);
    expect(code).toBe(2);
    expect(out).toMatch(/^app\/web:80 could not be asked for: UNAVAILABLE: .*\n2 ports, 0 answered\n$/);
    const json = JSON.parse((await verify(address, '-o', 'json')).out) as unknown;
    expect([validate(json), json]).toMatchObject([
      true,
      { answered: 0, failures: [{ code: 'UNAVAILABLE' }] },
    ]);
  });

  it('exits 2 where the controller is not ready', async () => {
    rig = await mkRig([pod('web')], { ready: false });
    expect(await verify(rig.address)).toMatchObject({
      code: 2,
      out: expect.stringContaining('not everything'),
    });
  });

  it('takes its flags apart', async () => {
    const { code, err } = await run(['verify', '--against', 'host', '--every', '0s', '--admin-listen', 'x']);
    expect(code).toBe(2);
    expect(err).toContain('--against: "host" is no HOST:PORT');
    expect(err).toContain('--every: "0s" is no time from 1s to 24h');
    expect(err).toContain('--admin-listen: "x" is neither');
    expect(await run(['verify'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/name the controller .*\n.*name manifests/),
    });
  });
});

describe('a controller from the future', () => {
  /** Answers these bytes to whatever is asked. */
  async function future(bytes: readonly number[]): Promise<{ address: string; close: () => void }> {
    const asIs = (message: Buffer): Buffer => message;
    const grpc = new GrpcServer();
    const getPort = {
      path: '/io.linkerd.proxy.inbound.InboundServerPolicies/GetPort',
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    };
    grpc.addService(
      { getPort },
      {
        getPort: (_call: unknown, answer: (error: null, message: Buffer) => void) => {
          answer(null, Buffer.from(bytes));
        },
      },
    );
    const port = await new Promise<number>((resolve, reject) => {
      grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    return { address: `127.0.0.1:${String(port)}`, close: () => grpc.forceShutdown() };
  }

  it.each([
    // protocol { kind 9 {} }: a protocol that has no name yet.
    ['an unknown protocol', [0x0a, 2, 0x4a, 0], '"nothing known"'],
    // http1 { routes { rules { matches { method { registered: 42 } } } } }, and a field 99.
    [
      'an unknown method',
      [0x0a, 14, 0x22, 12, 0x12, 10, 0x22, 8, 0x0a, 6, 0x22, 4, 0x0a, 2, 0x08, 42, 0x9a, 6, 1, 0x78],
      '"http1"',
    ],
    // A wire type that protobuf has not.
    ['no message at all', [0x0f], 'INTERNAL'],
  ])('is compared as far as it goes: %s', async (_what, bytes, said) => {
    const { address, close } = await future(bytes);
    try {
      const { code, out, err } = await verify(address);
      expect(err).toBe('');
      expect(code).toBe(said === 'INTERNAL' ? 2 : 1);
      expect(out).toContain(said);
      if (said !== 'INTERNAL') expect(out).toContain('fields that this version does not know: not compared');
    } finally {
      close();
    }
  });
});

describe('gatehouse verify --every', () => {
  it('goes on, prints what changes, and tells it as metrics, until it is stopped', async () => {
    rig = await same();
    const port = 20_000 + (process.pid % 20_000);
    const running = verify(rig.address, '--every', '1s', '--admin-listen', String(port));
    const value = async (line: RegExp): Promise<string | undefined> =>
      line.exec(await fetchText(`http://127.0.0.1:${String(port)}/metrics`))?.[1];
    const until = async (line: RegExp, wanted: RegExp): Promise<void> => {
      for (let i = 0; i < 300; i++) {
        if (wanted.test((await value(line).catch(() => undefined)) ?? '')) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`${String(line)} never became ${String(wanted)}`);
    };
    const differences = /^gatehouse_verify_differences (\S+)$/m;
    await until(differences, /^0$/);
    await until(/^gatehouse_verify_checks_total\{result="same"\} (\d+)$/m, /^[2-9]$/);
    rig.deliver(applied(grant('allow', 'web', ['b'])));
    await until(differences, /^1$/);
    await until(/^gatehouse_verify_checks_total\{result="different"\} (\d+)$/m, /^[1-9]$/);
    await rig.listening.close();
    await until(/^gatehouse_verify_checks_total\{result="failed"\} (\d+)$/m, /^[1-9]$/);
    // What was found last stays until it can ask again.
    expect(await value(differences)).toBe('1');
    process.emit('SIGTERM');
    const { code, out } = await running;
    expect(code).toBe(0);
    expect(out.match(/^2 ports, .*$/gm)).toEqual([
      '2 ports, 2 answered: no difference',
      '2 ports, 2 answered: 1 with differences',
      '2 ports, 0 answered',
    ]);
  });
});

function fetchText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve(text);
      });
    }).on('error', reject);
  });
}
