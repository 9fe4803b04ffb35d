import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { LINT_SCHEMA } from '../../src/cli/output/lint-schema.js';
import { run } from './run.js';

const SERVER = (name: string, extra = ''): string => `apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata:
  name: ${name}
  namespace: app
${extra}spec:
  podSelector:
    matchLabels: {app: ${name}}
  port: http
`;

let dir = '';
const file = (name: string, text: string): string => {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
};

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'gatehouse-lint-'));
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

describe('gatehouse lint', () => {
  it('says that all is fine, and exits 0', async () => {
    expect(await run(['lint', file('fine.yaml', SERVER('web'))])).toEqual({
      code: 0,
      out: '1 policy object looked at, nothing to report\n',
      err: '',
    });
  });

  it('does not call an acceptance that is used unneeded', async () => {
    const annotations = '  annotations: {gatehouse.dev/accept: "selector/exactly-one on purpose"}\n';
    const accepted = SERVER('web', annotations).replace(/podSelector:\n.*\n/, 'podSelector: {}\n');
    const { code, out } = await run(['lint', file('accepted.yaml', accepted)]);
    expect(code).toBe(0);
    expect(out).toContain('(accepted: on purpose)');
    expect(out).not.toContain('accept/annotation');
  });

  it('finds nothing in an empty directory', async () => {
    const empty = join(dir, 'empty');
    mkdirSync(empty);
    expect((await run(['lint', empty])).code).toBe(0);
  });

  it('names file, line, column, code, object, path and remedy, and exits 1', async () => {
    const path = file('typo.yaml', `${SERVER('web')}  proxyProtocol: grpc\n`);
    const { code, out, err } = await run(['lint', path]);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toBe(`${path}:10:3  deny  server/proxy-protocol  Server app/web
    spec.proxyProtocol: "grpc" is not a protocol that Linkerd knows
    hint: did you mean \`gRPC\`? the words are unknown, HTTP/1, HTTP/2, gRPC, opaque or TLS

1 policy object looked at: 1 deny
`);
  });

  it('colours a terminal only', async () => {
    const path = file('typo.yaml', `${SERVER('web')}  proxyProtocol: grpc\n`);
    expect((await run(['lint', path], { colour: true })).out).toContain('\u001b[31mdeny');
    expect((await run(['lint', path])).out).not.toContain('\u001b');
  });

  it('reads standard input', async () => {
    const { code, out } = await run(['lint', '-'], { stdin: `${SERVER('web')}  proxyProtocol: grpc\n` });
    expect(code).toBe(1);
    expect(out).toMatch(/^-:10:3 /);
  });

  it('prints JSON that fits its schema, in the order of files and lines', async () => {
    const path = file(
      'two.yaml',
      `${SERVER('web')}  proxyProtocol: grpc\n---\n${SERVER('api')}  accessPolicy: allow\n`,
    );
    const { out } = await run(['lint', path, '-o', 'json']);
    const findings = JSON.parse(out) as { code: string; line: number }[];
    const check = new Ajv({ strict: false }).compile(LINT_SCHEMA);
    expect({ valid: check(findings), errors: check.errors }).toEqual({ valid: true, errors: null });
    expect(findings.map(({ code, line }) => [code, line])).toEqual([
      ['server/proxy-protocol', 10],
      ['server/access-policy', 21],
    ]);
    expect(findings[0]).toEqual({
      code: 'server/proxy-protocol',
      severity: 'deny',
      message: '"grpc" is not a protocol that Linkerd knows',
      hint: 'did you mean `gRPC`? the words are unknown, HTTP/1, HTTP/2, gRPC, opaque or TLS',
      path: 'spec.proxyProtocol',
      file: path,
      line: 10,
      column: 3,
      object: { apiVersion: 'policy.linkerd.io/v1beta3', kind: 'Server', namespace: 'app', name: 'web' },
      related: [],
    });
  });

  it('prints SARIF with a rule, a place and a fingerprint for each result', async () => {
    const { out } = await run(['lint', '-', '-o', 'sarif'], {
      stdin: `${SERVER('web')}  proxyProtocol: grpc\n`,
    });
    const [log] = (JSON.parse(out) as { version: string; runs: any[] }).runs;
    expect(log.tool.driver.rules).toMatchObject([
      { id: 'server/proxy-protocol', defaultConfiguration: { level: 'error' } },
    ]);
    expect(log.results).toMatchObject([
      {
        ruleId: 'server/proxy-protocol',
        ruleIndex: 0,
        level: 'error',
        locations: [{ physicalLocation: { region: { startLine: 10, startColumn: 3 } } }],
        partialFingerprints: { 'gatehouse/v1': expect.any(String) },
      },
    ]);
  });

  it('takes --fail-on', async () => {
    const unknown = `${SERVER('web')}  proxyProtocl: gRPC\n`;
    expect((await run(['lint', '-'], { stdin: unknown })).code).toBe(0);
    expect((await run(['lint', '-', '--fail-on', 'warn'], { stdin: unknown })).code).toBe(1);
  });

  it('names the nearest field to one that the API server would prune', async () => {
    const { out } = await run(['lint', '-'], { stdin: `${SERVER('web')}  proxyProtocl: gRPC\n` });
    expect(out).toContain('`proxyProtocl` is no field here');
    expect(out).toContain('did you mean `proxyProtocol`?');
  });

  it('finds an object that is given twice, and judges neither against the rest', async () => {
    const { code, out } = await run(['lint', '-', '--fail-on', 'warn'], {
      stdin: `${SERVER('web')}---\n${SERVER('web')}`,
    });
    expect(code).toBe(1);
    expect(out.match(/object\/duplicate/g)).toHaveLength(1);
    expect(out).not.toContain('server/overlap');
  });

  it('judges Servers together: both of an overlap are named', async () => {
    const other = SERVER('web').replace('name: web\n', 'name: web-2\n');
    const { code, out } = await run(['lint', '-', '-o', 'json'], { stdin: `${SERVER('web')}---\n${other}` });
    expect(code).toBe(1);
    const findings = JSON.parse(out) as {
      code: string;
      object: { name: string };
      related: { name: string }[];
    }[];
    expect(findings.map(({ code, object, related }) => [code, object.name, related[0]?.name])).toEqual([
      ['server/overlap', 'web', 'web-2'],
      ['server/overlap', 'web-2', 'web'],
    ]);
  });

  it('skips what does not parse, naming it, and judges the rest', async () => {
    const bad = file('bad.yaml', 'apiVersion: [\n');
    const good = file('good.yaml', SERVER('web'));
    const { code, out, err } = await run(['lint', bad, good]);
    expect(code).toBe(0);
    expect(out).toContain('1 policy object looked at');
    expect(err).toContain(`${bad}:`);
  });

  it.each([
    ['a path that is not there', ['lint', '/nowhere/at-all.yaml']],
    ['no path', ['lint']],
    ['a configuration that is not there', ['lint', '-', '--config', '/nowhere.yaml']],
  ])('exits 2 on %s', async (_, argv) => {
    const { code, out, err } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toBe('');
    expect(err).not.toContain('    at ');
  });

  it('exits 2 when there were documents and none parsed', async () => {
    expect((await run(['lint', '-'], { stdin: 'a: [\n' })).code).toBe(2);
  });

  it('says everything that is wrong with the flags at once', async () => {
    const { code, err } = await run(
      ['lint', '--bogus', '--fail-on', 'nothing', '--cluster-networks', '10.0.0', 'x'],
      {
        env: { GATEHOUSE_DEFAULT_POLICY: 'denny' },
      },
    );
    expect(code).toBe(2);
    expect(err.split('\n').slice(0, -2)).toEqual([
      'gatehouse lint: --bogus: unknown flag',
      'gatehouse lint: --fail-on: "nothing" is none of deny, warn, info',
      'gatehouse lint: --cluster-networks: "10.0.0" is no network as address/prefix, e.g. 10.0.0.0/8',
      expect.stringContaining('gatehouse lint: GATEHOUSE_DEFAULT_POLICY: "denny" is none of'),
    ]);
  });

  it('takes flags from the environment, and flags before it', async () => {
    const stdin = `${SERVER('web')}  proxyProtocl: gRPC\n`;
    const env = { GATEHOUSE_FAIL_ON: 'warn' };
    expect((await run(['lint', '-'], { stdin, env })).code).toBe(1);
    expect((await run(['lint', '-', '--fail-on', 'deny'], { stdin, env })).code).toBe(0);
  });

  it('obeys the configuration', async () => {
    const config = file('gatehouse.yaml', 'namespaces:\n  app:\n    enforce: warn\n');
    const { code, out } = await run(['lint', '-', '--config', config], {
      stdin: `${SERVER('web')}  proxyProtocol: grpc\n`,
    });
    expect(code).toBe(0);
    expect(out).toContain('warn  server/proxy-protocol');
  });

  it('says all that is wrong with a configuration, with line and column', async () => {
    const config = file('bad-config.yaml', 'rules:\n  server/prot: off\nenforse: warn\n');
    const { code, err } = await run(['lint', '-', '--config', config], { stdin: '' });
    expect(code).toBe(2);
    expect(err).toContain(`${config}:3:1: enforse: unknown member; did you mean \`enforce\`?`);
    const codes = file('bad-codes.yaml', 'rules:\n  server/prot: "off"\n');
    expect((await run(['lint', '-', '--config', codes])).err).toContain(
      `${codes}:2:3: rules["server/prot"]: "server/prot" is no rule; did you mean server/port?`,
    );
  });

  it('reads a v1 List as its items', async () => {
    const items = SERVER('web').split('\n').join('\n    ').trimEnd();
    const { out } = await run(['lint', '-'], {
      stdin: `apiVersion: v1\nkind: List\nitems:\n  - ${items}\n      proxyProtocol: grpc\n`,
    });
    expect(out).toContain('server/proxy-protocol');
  });

  it('names a kind of our groups that does not exist', async () => {
    const { err } = await run(['lint', '-'], {
      stdin: SERVER('web').replace('kind: Server', 'kind: Serverr'),
    });
    expect(err).toBe(
      '-:2:1: policy.linkerd.io has no kind "Serverr" that Gatehouse judges; did you mean Server?\n',
    );
  });

  it('accepts a finding in the object, and says why it was accepted', async () => {
    const accept =
      '  annotations:\n    gatehouse.dev/accept: selector/exactly-one until 2026-12-01 all pods on purpose\n';
    const stdin = SERVER('web', accept)
      .replace('    matchLabels: {app: web}\n', '')
      .replace('podSelector:', 'podSelector: {}');
    const { code, out } = await run(['lint', '-'], { stdin });
    expect(code).toBe(0);
    expect(out).toContain('warn  selector/exactly-one  Server app/web (accepted: all pods on purpose)');
  });
});

describe('gatehouse', () => {
  it('lists its commands', async () => {
    expect((await run(['--help'])).code).toBe(0);
    expect(await run([])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Usage: gatehouse COMMAND'),
    });
  });

  it('names the nearest command', async () => {
    expect(await run(['serv'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('"serv" is no command; did you mean serve?'),
    });
  });

  it.each(['serve', 'lint', 'crds', 'certs'])(
    'documents every flag of %s with its variable',
    async (command) => {
      const { code, out } = await run([command, '--help']);
      expect(code).toBe(0);
      const flags = out.match(/^ {2}(?:-\w, )?--[a-z-]+/gm) ?? [];
      expect(flags.length).toBeGreaterThan(0);
      const variables = out.replaceAll(/\s+/g, ' ').match(/GATEHOUSE_[A-Z_]+/g) ?? [];
      expect(variables.length).toBe(flags.length - 1); // --help has none
    },
  );

  it('prints CRDs', async () => {
    const { code, out } = await run(['crds']);
    expect(code).toBe(0);
    expect(out.match(/^kind: CustomResourceDefinition$/gm)).toHaveLength(8);
  });

  it('refuses to serve without objects', async () => {
    expect(await run(['serve'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('name --manifests DIR or --kubeconfig FILE'),
    });
  });

  it('refuses TLS modes and listeners that are none, by name', async () => {
    const { code, err } = await run([
      'serve',
      '--manifests',
      'x',
      '--tls',
      'manged',
      '--grpc-listen',
      '8090:x',
      '--listen',
      '1:2:3',
    ]);
    expect(code).toBe(2);
    expect(err).toMatch(/--tls: "manged" is none of .*managed/);
    expect(err).toContain('--grpc-listen: "8090:x" is neither HOST:PORT nor PORT nor off');
    expect(err).toContain('--listen: "1:2:3" is neither HOST:PORT nor PORT nor off');
  });
});
