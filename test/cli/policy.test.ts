import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonical, RECORDED_NETWORKS, SCENARIO_FILES, scenariosIn } from '../policy/inbound/recorded.js';
import { run } from './run.js';

let dir = '';
const file = (name: string, text: string): string => {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
};

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'gatehouse-policy-'));
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: app
  labels: {app: web, linkerd.io/control-plane-ns: linkerd}
spec:
  containers:
    - {name: web, image: web, ports: [{name: http, containerPort: 8080}]}
`;
const SERVER = `apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: web-http, namespace: app}
spec:
  podSelector: {matchLabels: {app: web}}
  port: http
  proxyProtocol: opaque
`;
const UNMESHED = POD.replace('name: web', 'name: plain').replace('linkerd.io/control-plane-ns', 'tier');
const GOVERNED =
  '{"protocol":{"opaque":{}},"labels":{"group":"policy.linkerd.io","kind":"server","name":"web-http"}}\n';
const NOT_FOUND = '{"error":"NOT_FOUND"}\n';

describe('gatehouse policy', () => {
  it('answers each query on a line of its own, in their order, and prints nothing else', async () => {
    const manifests = file('app.yaml', [POD, SERVER, UNMESHED].join('---\n'));
    const queries = file(
      'queries.jsonl',
      `{"ns":"app","pod":"wbe","port":8080}
{"ns":"app","pod":"web","port":8080}

{"port":8080,"ns":"app","external_workload":"web"}
{"ns":"app","pod":"plain","port":8080}
{"ns":"app","pod":"web","port":8080,"linkerd":{"extra":true}}`,
    );
    expect(await run(['policy', '--manifests', manifests, '--queries', queries])).toEqual({
      code: 0,
      out: `${NOT_FOUND}${GOVERNED}${NOT_FOUND}${NOT_FOUND}${GOVERNED}`,
      err: '',
    });
  });

  it('takes cluster settings, for a port that nobody declares too', async () => {
    const manifests = file('app.yaml', POD);
    const argv = ['policy', '--manifests', manifests, '--queries', '-', '--default-policy', 'audit'];
    const { code, out } = await run(argv, { stdin: '{"ns":"app","pod":"web","port":1}\n' });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      protocol: { detect: { timeout: '10s' } },
      labels: { group: '', kind: 'default', name: 'audit' },
    });
  });

  it('reads the queries from standard input, or the manifests', async () => {
    const query = '{"ns":"app","pod":"web","port":8080}\n';
    const manifests = file('app.yaml', `${POD}---\n${SERVER}`);
    const asked = await run(['policy', '--manifests', manifests, '--queries', '-'], { stdin: query });
    expect(asked).toEqual({ code: 0, out: GOVERNED, err: '' });
    const queries = file('one.jsonl', query);
    const given = await run(['policy', '--manifests', '-', '--queries', queries], {
      stdin: `${POD}---\n${SERVER}`,
    });
    expect(given).toEqual(asked);
  });

  it('answers no query of a file with bad lines, and names every bad line', async () => {
    const queries = file(
      'bad.jsonl',
      `{"ns":"app","pod":"web","port":8080}
{"ns":"app","pod":"web","port":"http"}

{"pod":5}
nonsense\u001b[2J
`,
    );
    expect(await run(['policy', '--manifests', file('app.yaml', POD), '--queries', queries])).toEqual({
      code: 2,
      out: '',
      err: `${queries}: line 2: "port" is "http" and not a number from 1 to 65535
${queries}: line 4: "ns" is missing and "pod" is 5 and not a name and "port" is missing
${queries}: line 5: "nonsense\\u001b[2J" is no JSON object
nothing was answered (3 bad lines)
`,
    });
  });

  it('says everything that is not given at once', async () => {
    expect(await run(['policy'])).toEqual({
      code: 2,
      out: '',
      err: `gatehouse policy: name the file of the questions with --queries, or - for standard input
gatehouse policy: name manifests with --manifests, or a cluster with --kubeconfig
`,
    });
    const { code, err } = await run(['policy', '--queries', '-', '--manifests', '-']);
    expect(code).toBe(2);
    expect(err).toBe('gatehouse policy: standard input is either the questions or the manifests, not both\n');
  });

  it('names queries that cannot be read', async () => {
    const argv = ['policy', '--manifests', dir, '--queries', join(dir, 'none.jsonl')];
    const { code, out, err } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('none.jsonl" cannot be read');
  });

  it('names what it leaves out, and answers all the same', async () => {
    const folder = mkdtempSync(join(dir, 'left-out-'));
    writeFileSync(
      join(folder, 'a.yaml'),
      `${POD}---\napiVersion: v1\nkind: Pod\nmetadata: {namespace: app}\n`,
    );
    writeFileSync(join(folder, 'b.yaml'), SERVER);
    writeFileSync(join(folder, 'c.yaml'), 'a: [\n');
    const { code, out, err } = await run(['policy', '--manifests', folder, '--queries', '-'], {
      stdin: '{"ns":"app","pod":"web","port":8080}\n',
    });
    expect({ code, out }).toEqual({ code: 0, out: GOVERNED });
    expect(err).toContain(`${join(folder, 'a.yaml')}:11:1: left out: a Pod without metadata.name\n`);
    expect(err).toContain(join(folder, 'c.yaml'));
  });

  it('cannot run over a path that is not there', async () => {
    const argv = ['policy', '--manifests', join(dir, 'none'), '--queries', '-'];
    const { code, out } = await run(argv, { stdin: '{"ns":"app","pod":"web","port":8080}\n' });
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('answers no queries with nothing', async () => {
    const argv = ['policy', '--manifests', file('app.yaml', POD), '--queries', '-'];
    expect(await run(argv, { stdin: '\n' })).toEqual({ code: 0, out: '', err: '' });
  });

  it('prints what the README says', async () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [, query = '', argv = '', out = ''] =
      /\$ echo '(.*)' > queries.jsonl\n\$ npx gatehouse (policy .*)\n(.*\n)/.exec(readme) ?? [];
    const queries = file('queries.jsonl', query);
    const given = argv.split(' ').map((word) => (word === 'queries.jsonl' ? queries : word));
    expect(await run(given)).toEqual({ code: 0, out, err: '' });
  });

  it('gives every recorded answer', async () => {
    const scenarios = SCENARIO_FILES.flatMap(scenariosIn);
    const items = scenarios.flatMap(({ objects }) => objects);
    const manifests = file('recorded.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    const asked = scenarios.flatMap(({ ns, queries }) => queries.map((query) => ({ ns, ...query })));
    const queries = file('recorded.jsonl', asked.map((query) => JSON.stringify(query)).join('\n'));
    const argv = ['policy', '--manifests', manifests, '--queries', queries];
    const { code, out, err } = await run([...argv, '--cluster-networks', RECORDED_NETWORKS.join(',')]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const answers = out.trimEnd().split('\n');
    expect(answers.length).toBe(asked.length);
    for (const [i, { linkerd }] of asked.entries())
      expect(canonical(JSON.parse(answers[i] ?? ''))).toEqual(canonical(linkerd));
  });
});
