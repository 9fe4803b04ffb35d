import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { EXPECT_SCHEMA } from '../../src/app/expect/schema.js';
import { EXPECT_RESULT_SCHEMA } from '../../src/cli/output/expect-schema.js';
import { run, type Ran } from './run.js';

let dir = '';
const write = (name: string, text: string): string => {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
};
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'gatehouse-expect-'));
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const pod = (name: string, namespace: string, ip: string, over: any = {}): any => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace,
    labels: { app: name, ...(over.meshed === false ? {} : { 'linkerd.io/control-plane-ns': 'linkerd' }) },
  },
  spec: {
    serviceAccountName: over.account ?? name,
    containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 8080 }], ...over.container }],
  },
  status: { podIPs: [{ ip }], hostIP: '192.168.0.2' },
});
const server = (name: string, namespace: string, spec: any = {}): any => ({
  apiVersion: 'policy.linkerd.io/v1beta3',
  kind: 'Server',
  metadata: { name, namespace },
  spec: { podSelector: { matchLabels: { app: name } }, port: 'http', proxyProtocol: 'HTTP/1', ...spec },
});
const allow = (server_: string, namespace: string, refs: any[]): any => ({
  apiVersion: 'policy.linkerd.io/v1alpha1',
  kind: 'AuthorizationPolicy',
  metadata: { name: `${server_}-clients`, namespace },
  spec: {
    targetRef: { group: 'policy.linkerd.io', kind: 'Server', name: server_ },
    requiredAuthenticationRefs: refs,
  },
});
const meshTls = (name: string, namespace: string, identityRefs: any[]): any => ({
  apiVersion: 'policy.linkerd.io/v1alpha1',
  kind: 'MeshTLSAuthentication',
  metadata: { name, namespace },
  spec: { identityRefs },
});

/** Only `payments` may call the vault of `pci`. */
const WORLD = [
  pod('till', 'payments', '10.0.0.1'),
  pod('web', 'shop', '10.0.0.2'),
  pod('old', 'shop', '10.0.0.3', { meshed: false }),
  pod('vault', 'pci', '10.0.0.9'),
  server('vault', 'pci'),
  meshTls('payments', 'pci', [{ kind: 'Namespace', name: 'payments' }]),
  allow('vault', 'pci', [{ group: 'policy.linkerd.io', kind: 'MeshTLSAuthentication', name: 'payments' }]),
];

const check = (expectations: string, world: any[] = WORLD, ...flags: string[]): Promise<Ran> =>
  run([
    'expect',
    write('expect.yaml', expectations),
    '--manifests',
    write('world.yaml', world.map((object) => JSON.stringify(object)).join('\n---\n')),
    ...flags,
  ]);

/** The outcome of one assertion. */
async function outcome(assertion: string, world: any[] = WORLD): Promise<string> {
  const { out, err } = await check(`expect:\n  - ${assertion}\n`, world, '-o', 'json');
  if (err !== '') return err.split('\n')[0]!.replace(/^.*?expect\.yaml:/, '');
  const { counterexample, status } = JSON.parse(out).assertions[0];
  return counterexample === undefined ? status : `${status as string}: ${counterexample.summary as string}`;
}

describe('gatehouse expect', () => {
  it('proves that nobody outside of a namespace reaches another one, whoever that may be', async () => {
    expect(await outcome('{from: {outside: {namespace: payments}}, to: {namespace: pci}, may: none}')).toBe(
      'holds',
    );
    expect(await outcome('{from: {namespace: payments}, to: {namespace: pci}, may: all}')).toBe('holds');
    expect(await outcome('{from: anyone, to: {namespace: pci}, may: none}')).toBe(
      'fails: ALLOWED  payments/till → pci/vault:8080  GET /',
    );
  });

  it.each([
    ['identities that no workload has', { identities: ['*.other.example'] }, 'any.other.example'],
    ['SPIFFE ids', { identities: ['spiffe://td/x'] }, 'spiffe://td/x'],
    [
      'a service account that nobody uses',
      { identityRefs: [{ kind: 'ServiceAccount', name: 'x', namespace: 'y' }] },
      'x.y.serviceaccount.identity.linkerd.cluster.local',
    ],
  ])('finds %s behind a policy', async (_, spec, who) => {
    const leak = { ...meshTls('payments', 'pci', []), spec };
    expect(
      await outcome('{from: {outside: {namespace: payments}}, to: {namespace: pci}, may: none}', [
        ...WORLD.slice(0, 5),
        leak,
        ...WORLD.slice(6),
      ]),
    ).toBe(`fails: ALLOWED  ${who} → pci/vault:8080  GET /`);
  });

  it('finds unmeshed clients, of workloads and from elsewhere', async () => {
    const networks = (cidr: string): any[] => [
      ...WORLD,
      {
        apiVersion: 'policy.linkerd.io/v1beta1',
        kind: 'ServerAuthorization',
        metadata: { name: 'net', namespace: 'pci' },
        spec: { server: { name: 'vault' }, client: { unauthenticated: true, networks: [{ cidr }] } },
      },
    ];
    const nobody = '{from: {outside: {namespace: payments}}, to: {namespace: pci}, may: none}';
    expect(await outcome(nobody, networks('10.0.0.3/32'))).toContain('ALLOWED  shop/old → pci/vault:8080');
    expect(await outcome(nobody, networks('203.0.113.0/24'))).toContain('ALLOWED  203.0.113.1 → pci/vault');
    // An address is no identity: whoever has it is somebody else.
    expect(await outcome(nobody, networks('10.0.0.1/32'))).toContain('ALLOWED  10.0.0.1 → pci/vault:8080');
    expect(
      await outcome('{from: {outside: cluster}, to: pci/vault, may: none}', networks('203.0.113.0/24')),
    ).toContain('ALLOWED  203.0.113.1');
    expect(
      await outcome(
        '{from: {unmeshed: true, address: 10.0.0.0/30}, to: pci/vault, may: none}',
        networks('10.0.0.3'),
      ),
    ).toContain('ALLOWED  shop/old');
  });

  it('finds a workload that shares the service account of one that is meant', async () => {
    const shared = [...WORLD, pod('report', 'payments', '10.0.0.4', { account: 'till' })];
    const others = '{from: {outside: {workload: till, namespace: payments}}, to: pci/vault, may: none}';
    expect(await outcome(others)).toContain('fails: ALLOWED  any.payments.serviceaccount');
    expect(await outcome(others, shared)).toContain('fails: ALLOWED  payments/report → pci/vault:8080');
    const exact = {
      ...meshTls('payments', 'pci', []),
      spec: { identityRefs: [{ kind: 'ServiceAccount', name: 'till', namespace: 'payments' }] },
    };
    expect(await outcome(others, [...WORLD.slice(0, 5), exact, ...WORLD.slice(6)])).toBe('holds');
  });

  it('means the ports that a workload has, and every port when told so', async () => {
    expect(await outcome('{from: shop/web, to: pci/vault, may: none}')).toBe('holds');
    expect(await outcome('{from: shop/web, to: {workload: pci/vault, port: any}, may: none}')).toBe(
      'fails: ALLOWED  shop/web → pci/vault:1  GET /',
    );
    expect(await outcome('{from: shop/web, to: pci/vault:9000, may: none}')).toContain('ALLOWED');
    expect(await outcome('{from: shop/web, to: shop/old, may: none}')).toContain('not enforced');
  });

  it('looks at probes', async () => {
    const probed = (path: string): any[] => [
      pod('vault', 'pci', '10.0.0.9', { container: { livenessProbe: { httpGet: { path, port: 'http' } } } }),
      server('vault', 'pci'),
    ];
    expect(await outcome('{probes: pass}', probed('/live'))).toBe('holds');
    const route = {
      apiVersion: 'policy.linkerd.io/v1beta3',
      kind: 'HTTPRoute',
      metadata: { name: 'r', namespace: 'pci' },
      spec: {
        parentRefs: [{ group: 'policy.linkerd.io', kind: 'Server', name: 'vault' }],
        rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/live' } }] }],
      },
    };
    expect(await outcome('{probes: pass}', [...probed('/live'), route])).toBe(
      'fails: DENIED  192.168.0.2 → pci/vault:8080  GET /live  403',
    );
    expect(await outcome('{probes: pass}', [...probed('/x'), route])).toContain('NOT FOUND');
    expect(await outcome('{probes: pass, to: {namespace: shop}}')).toContain('no workload has an http');
    expect(await outcome('{probes: pass, to: {namespace: shop}, optional: true}')).toBe('skipped');
  });

  it('prints what fails with its explanation, and exits 1', async () => {
    const text = `expect:
  - name: the shop stays out
    from: { labels: { app: web } }
    to: { namespace: pci }
    may: none
  - { from: shop/web, to: "pci/vault:http", method: POST, path: /keys, may: all }
`;
    const { code, out, err } = await check(text);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toBe(`ok    the shop stays out (1 port)
FAIL  shop/web may call pci/vault:http POST /keys (${join(dir, 'expect.yaml')}:6:5)
      this is to get through:

      DENIED  shop/web → pci/vault:8080  POST /keys  403

        Server pci/vault governs the port; the protocol is HTTP/1.
        The request falls to the default route, and no authorization applies.

        These do not apply:
        - AuthorizationPolicy pci/vault-clients: it asks for any service account of payments, and the client is service account shop/web

        The smallest change that would allow it:

        # in MeshTLSAuthentication pci/payments, one more in spec.identityRefs
        - kind: ServiceAccount
          name: web
          namespace: shop

        client: Pod shop/web, mesh TLS as service account shop/web, from 10.0.0.2
        target: Pod pci/vault, port http (8080)

2 assertions: 1 holds, 1 fails
`);
  });

  it('prints JSON that fits its schema, and JUnit', async () => {
    const text = `expect:
  - { from: shop/web, to: pci/vault, may: all }
  - { from: payments/till, to: pci/vault, may: some }
  - { from: shop/nobody, to: pci/vault, may: none, optional: true }
`;
    const json = JSON.parse((await check(text, WORLD, '-o', 'json')).out);
    const fits = new Ajv({ strict: false }).compile(EXPECT_RESULT_SCHEMA);
    expect({ valid: fits(json), errors: fits.errors }).toEqual({ valid: true, errors: null });
    expect(json.assertions.map(({ status, line }: any) => [status, line])).toEqual([
      ['fails', 2],
      ['holds', 3],
      ['skipped', 4],
    ]);
    expect(json.assertions[0].failing).toEqual([
      { kind: 'Pod', namespace: 'pci', name: 'vault', port: 8080 },
    ]);
    const file = join(dir, 'expect.yaml');
    const { out, code } = await check(text, WORLD, '-o', 'junit');
    expect(code).toBe(1);
    expect(out).toMatch(
      new RegExp(`^<\\?xml version="1.0" encoding="UTF-8"\\?>
<testsuites name="gatehouse" tests="3" failures="1" errors="0" skipped="1">
  <testsuite name="${file}" tests="3" failures="1" errors="0" skipped="1">
    <testcase classname="${file}" name="shop/web may send whatever they like to pci/vault" file="${file}" line="2">
      <failure message="DENIED  shop/web → pci/vault:8080  GET /  403" type="may-all">this is to get through:
[^<]*</failure>
    </testcase>
    <testcase classname="${file}" name="payments/till may call pci/vault" file="${file}" line="3"/>
    <testcase classname="${file}" name="shop/nobody may not call pci/vault" file="${file}" line="4">
      <skipped message="it is about nothing"/>
    </testcase>
  </testsuite>
</testsuites>
$`),
    );
  });

  it('names everything that is wrong with a file at once, with its place and what may have been meant', async () => {
    const text = `expect:
  - from: shop/web
    too: pci/vault
    may: al
  - { from: shop/wbe, to: "pci/vault:htpp", may: none }
  - { from: { namespace: paymnts }, to: { labels: { app: vualt } }, may: none }
  - { from: [{ identity: "a b" }, { address: 10.0.0.0/8 }], to: 5, may: none, path: x }
  - { probes: fail }
  - nothing
`;
    const { code, out, err } = await check(text);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.replaceAll(`${dir}/`, '')).toBe(`expect.yaml:2:5: expect[0]: needs to
expect.yaml:3:5: expect[0].too: unknown member; did you mean to?
expect.yaml:4:5: expect[0].may: "al" is not all, some or none; did you mean all?
expect.yaml:5:7: expect[1].from: there is no workload "wbe" in shop; did you mean shop/web? (optional: true lets an assertion be about nothing)
expect.yaml:5:23: expect[1].to: no workload has a port "htpp" there; did you mean http?; it declares http (8080) (optional: true lets an assertion be about nothing)
expect.yaml:6:15: expect[2].from.namespace: nothing is known of a namespace "paymnts"; did you mean payments? (optional: true lets an assertion be about nothing)
expect.yaml:6:43: expect[2].to.labels: no workload has these labels; did you mean app: vault? (optional: true lets an assertion be about nothing)
expect.yaml:7:16: expect[3].from[0].identity: "a b" is neither a DNS-like name, perhaps with a leading *, nor a SPIFFE id
expect.yaml:7:35: expect[3].from[1]: selects nobody: name a workload, a namespace or labels
expect.yaml:7:37: expect[3].from[1].address: goes with serviceAccount, identity or unmeshed: true
expect.yaml:7:61: expect[3].to: is 5 and not a workload’s name, or a mapping that selects workloads
expect.yaml:7:79: expect[3].path: "x" does not begin with /
expect.yaml:8:7: expect[4].probes: "fail" is not pass
expect.yaml:9:5: expect[5]: is the text "nothing" and not an assertion: a mapping with from, to and may, or with probes
nothing was checked (14 faults)
`);
  });

  it.each([
    ['', 'there is nothing in it'],
    ['expect: []', 'a list of at least one'],
    ['expects: []', 'did you mean expect?'],
    ['a: [', 'expect.yaml:'],
    ['expect: [{probes: pass}]\n---\nexpect: [{probes: pass}]', 'one YAML document'],
  ])('refuses %j', async (text, complaint) => {
    const { code, err } = await check(text);
    expect([code, err]).toEqual([2, expect.stringContaining(complaint)]);
  });

  it('says all that is wrong with its flags', async () => {
    const { code, err } = await run(['expect']);
    expect(code).toBe(2);
    expect(err).toContain('name one file of expectations');
    expect(err).toContain('name manifests with --manifests, or a cluster with --kubeconfig');
    expect((await run(['expect', join(dir, 'no.yaml'), '--manifests', 'deploy/demo'])).err).toContain(
      'cannot be read',
    );
  });
});

describe('the schema of expectations', () => {
  const fits = new Ajv({ strict: false }).compile(EXPECT_SCHEMA);

  it.each([
    '{from: anyone, to: shop/web, may: none}',
    '{from: {outside: cluster}, to: {namespace: pci, port: 8080}, may: some, optional: true}',
    '{from: [shop/web, {unmeshed: true, address: 10.0.0.1}], to: "pci/vault:http", may: all, headers: {x: "1"}}',
    '{from: {outside: [{serviceAccount: shop/web}, {identity: "*.x"}]}, to: pci/vault, may: none, protocol: grpc}',
    '{probes: pass, to: pci/vault, optional: true}',
    '{from: shop/web}',
    '{from: {}, to: pci/vault, may: none}',
    '{from: {unmeshed: false}, to: pci/vault, may: none}',
    '{from: {workload: shop/web, identity: x}, to: pci/vault, may: none}',
    '{from: shop/web, to: {port: 0}, may: none}',
    '{from: shop/web, to: pci/vault, may: perhaps}',
    '{from: shop/web, to: pci/vault, may: none, path: "x"}',
    '{from: shop/web, to: pci/vault, may: none, path: "/x?y"}',
    '{from: shop/web, to: pci/vault, may: none, headers: {x: 1}}',
    '{from: [], to: pci/vault, may: none}',
    '{from: {labels: {}}, to: pci/vault, may: none}',
    '{probes: pass, may: none}',
    '{probes: fail}',
  ])('takes and refuses what the command does: %s', async (assertion) => {
    const { err } = await check(`expect:\n  - ${assertion}\n`);
    const readable = !err.includes('fault') || err.includes('optional: true lets');
    expect([assertion, fits(parse(`expect:\n  - ${assertion}\n`)), err]).toEqual([assertion, readable, err]);
  });
});

describe('docs/examples/emojivoto.expect.yaml', () => {
  it('prints what the README says', async () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [, argv = '', out = ''] = /\$ npx gatehouse (expect .*)\n([^`]*)```/.exec(readme) ?? [];
    expect(argv).not.toBe('');
    expect(await run(argv.split(' '))).toEqual({ code: 0, out, err: '' });
  });
});
