/** `gatehouse explain` as people see it: whole answers, complaints and exit codes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { EXPLAIN_SCHEMA } from '../../src/cli/output/explain-schema.js';
import { run, type Ran } from './run.js';
import { STORIES } from './explain-stories.js';

let dir = '';
let shop = '';

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'gatehouse-explain-'));
  shop = join(dir, 'shop.yaml');
  writeFileSync(shop, readFileSync(new URL('./explain-shop.yaml', import.meta.url)));
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const ask = (...argv: string[]): Promise<Ran> => run(['explain', '--manifests', shop, ...argv]);
const DEMO = ['explain', '--manifests', 'deploy/demo'];

describe('gatehouse explain', () => {
  it.each(STORIES)('$title', async ({ argv, code, out }) => {
    const ran = await ask(...argv);
    expect(ran).toEqual({ code, out, err: '' });
  });

  it('prints what the README shows', async () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const shown = /```console\n\$ npx gatehouse (explain [^\n]*)\n([^`]*)```/.exec(readme);
    expect(shown).not.toBeNull();
    const { out } = await run(shown![1]!.split(' '));
    expect(out).toBe(shown![2]);
  });

  it('colours a terminal only', async () => {
    const argv = [...DEMO, '--from', 'emoji', '--to', 'voting:grpc'];
    expect((await run(argv, { colour: true })).out).toContain('\u001b[31m');
    expect((await run(argv)).out).not.toContain('\u001b');
  });
});

describe('gatehouse explain -o json', () => {
  const check = new Ajv({ strict: false }).compile(EXPLAIN_SCHEMA);

  it.each(STORIES)('fits its schema: $title', async ({ argv, code }) => {
    const ran = await ask(...argv, '-o', 'json');
    expect(ran.code).toBe(code);
    check(JSON.parse(ran.out));
    expect(check.errors ?? []).toEqual([]);
  });

  it('has the content of the text', async () => {
    const { out } = await run([...DEMO, '--from', 'emoji', '--to', 'voting:grpc', '-o', 'json']);
    expect(JSON.parse(out)).toEqual({
      outcome: 'deny',
      summary: 'DENIED  emojivoto/emoji → emojivoto/voting:8080  gRPC, any method  PermissionDenied',
      client: {
        kind: 'workload',
        namespace: 'emojivoto',
        name: 'emoji',
        owner: { kind: 'Deployment', name: 'emoji' },
        serviceAccount: 'emoji',
        tls: 'established',
        identity: 'emoji.emojivoto.serviceaccount.identity.linkerd.cluster.local',
        addressKnown: false,
        addresses: ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8'],
      },
      target: {
        kind: 'Pod',
        namespace: 'emojivoto',
        name: 'voting',
        owner: { kind: 'Deployment', name: 'voting' },
        port: 8080,
        portName: 'grpc',
        declared: true,
      },
      request: {
        kind: 'http',
        version: 'http2',
        grpc: true,
        method: 'POST',
        path: '/any.Service/AnyMethod',
        headers: [{ name: 'content-type', value: 'application/grpc' }],
      },
      server: { kind: 'server', namespace: 'emojivoto', name: 'voting-grpc' },
      protocol: 'gRPC',
      answer: { kind: 'grpc', code: 'PermissionDenied' },
      reason: 'no-authorization',
      route: { kind: 'default', name: 'default', rule: 0 },
      alsoAllowedBy: [],
      rateLimits: [],
      notApplied: [
        {
          authorization: { kind: 'AuthorizationPolicy', namespace: 'emojivoto', name: 'voting-from-web' },
          condition: 'identity',
          message:
            'it asks for service account emojivoto/web, and the client is service account emojivoto/emoji',
        },
        {
          authorization: { kind: 'default', name: 'localhost' },
          condition: 'network',
          message: 'it is for clients in 127.0.0.1 or ::/32, where none of the cluster’s networks is',
        },
      ],
      withoutEffect: [],
      changes: [
        [
          {
            action: 'add',
            message: 'one more in spec.identityRefs of MeshTLSAuthentication emojivoto/web-only',
            object: {
              group: 'policy.linkerd.io',
              kind: 'MeshTLSAuthentication',
              namespace: 'emojivoto',
              name: 'web-only',
            },
            patch: [
              { op: 'add', path: '/spec/identityRefs/-', value: { kind: 'ServiceAccount', name: 'emoji' } },
            ],
          },
        ],
      ],
      notes: [],
    });
  });
});

describe('what gatehouse explain cannot answer', () => {
  it.each([
    [
      ['--from', 'shop/frnt', '--to', 'shop/cart:http'],
      'there is no workload or service account "frnt" in shop; did you mean shop/front?',
    ],
    [
      ['--from', 'shop/front', '--to', 'shop/carrt:http'],
      'there is no workload "carrt" in shop; did you mean shop/cart?',
    ],
    [
      ['--from', 'shop/front', '--to', 'shpo/cart:http'],
      'nothing is known of a namespace "shpo"; did you mean shop/cart?',
    ],
    [
      ['--from', 'shop/front', '--to', 'shop/cart:htpp'],
      '--to: the workload has no port "htpp"; did you mean http? it declares http (8080) and redis (6379)',
    ],
    [
      ['--from', 'shop/front', '--to', 'shop/cart'],
      '--to: which port? it declares http (8080) and redis (6379)',
    ],
    [
      ['--from', 'shop/front', '--to', 'shop/basket:80'],
      'there is no workload "basket" in shop; "basket" is a Service: name the workload behind it; there are cart, front, report and reviews',
    ],
    [
      ['--from', 'shop/front', '--to', 'svc/basket:80'],
      '--to: policy is about workloads, not about the Service "basket": name the workload behind it',
    ],
    [
      ['--from', 'nobody', '--to', 'shop/cart:http'],
      'there is no workload or service account "nobody"; there are lab/bench, shop/cart, shop/front, shop/report and shop/reviews',
    ],
    [
      ['--from', 'spiffe://', '--to', 'shop/cart:http'],
      '--from: "spiffe://" is no workload (namespace/name), identity or address',
    ],
    [
      ['--to', 'shop/cart:http'],
      'who asks? name a workload, namespace/serviceaccount, an identity or an address with --from',
    ],
    [['--from', 'shop/front'], 'whom is asked for? name namespace/workload:port with --to'],
    [
      ['--log', 'nothing of interest'],
      '--log: the line has no client.tls and client.ip: it is no denial of Linkerd’s proxy',
    ],
    [
      ['--unmeshed', '--from', 'spiffe://td/x', '--to', 'shop/cart:http'],
      '--unmeshed: "spiffe://td/x" is an identity, which only a proxy shows; name a workload or an address',
    ],
    [
      ['--from', 'shop/fr\u001b[31mont', '--to', 'shop/cart:http'],
      'there is no workload or service account "fr\\u001b[31mont" in shop; there are cart, front, report and reviews',
    ],
  ])('%j', async (argv, complaint) => {
    expect(await ask(...argv)).toEqual({ code: 2, out: '', err: `gatehouse explain: ${complaint}\n` });
  });

  it('says everything that is wrong with its flags together', async () => {
    const ran = await ask(
      '--protocol',
      'http/3',
      '--header',
      'x',
      '--client-ip',
      '10.1',
      '-o',
      'yaml',
      '--form',
      'x',
    );
    expect(ran.code).toBe(2);
    expect(ran.err).toBe(`gatehouse explain: --form: unknown flag; did you mean --from?
gatehouse explain: --header: "x" is no header as name:value
gatehouse explain: --protocol: "http/3" is none of http/1, http/2, grpc, tcp; did you mean http/1?
gatehouse explain: --client-ip: "10.1" is no address, e.g. 10.1.2.3
gatehouse explain: --output: "yaml" is none of text, json
\`gatehouse explain --help\` lists the flags
`);
  });

  it('wants manifests or a cluster', async () => {
    const { code, err } = await run(['explain', '--from', 'a/b', '--to', 'c/d:1']);
    expect({ code, err }).toEqual({
      code: 2,
      err: 'gatehouse explain: name manifests with --manifests, or a cluster with --kubeconfig\n',
    });
  });

  it('reads one thing from standard input', async () => {
    const { code, err } = await run(['explain', '--manifests', '-', '--log', '-']);
    expect({ code, err }).toEqual({
      code: 2,
      err: 'gatehouse explain: standard input is either the log line or the manifests, not both\n',
    });
  });
});

describe('gatehouse explain --log', () => {
  const LINE =
    '[ 1.2s]  INFO ThreadId(01) inbound:server{port=8080}: linkerd_app_inbound::policy::http: Request denied server.group=policy.linkerd.io server.kind=server server.name=cart-http route.group= route.kind=default route.name=default client.tls=None(NoClientHello) client.ip=10.3.4.5';

  it('reads standard input, of which one line tells of a denial', async () => {
    const stdin = `INFO linkerd_proxy: ready\n${LINE}\n`;
    const flagged = await ask('--log', LINE);
    const piped = await run(['explain', '--manifests', shop, '--log', '-'], { stdin });
    expect(piped).toEqual(flagged);
    expect(piped.code).toBe(1);
    expect(piped.out).toMatch(/^DENIED {2}10\.3\.4\.5 → shop\/cart:8080 {2}GET \/ {2}403\n/);
  });

  it('says that another policy governs now', async () => {
    const { out } = await ask('--log', LINE.replace('cart-http', 'old'), '--to', 'shop/cart');
    expect(out).toContain('The line tells of old, but cart-http governs the port now');
  });

  it('takes what is said beside it', async () => {
    const { out } = await ask('--log', LINE, '--path', '/items', '--from', 'shop/front');
    expect(out).toMatch(/^ALLOWED {2}shop\/front → shop\/cart:8080 {2}GET \/items\n/);
  });
});
