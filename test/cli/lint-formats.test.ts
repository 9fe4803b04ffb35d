/** The formats of lint that CI systems read, as whole outputs. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
/** `protocol` is refused; `proxyProtocl` is only warned of. */
const TWO_FAULTS = `${SERVER('web')}  proxyProtocol: "a<b&c%d,e:f"\n  proxyProtocl: gRPC\n---\n${SERVER('api')}`;

let dir = '';
beforeAll(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-formats-')));
  mkdirSync(join(dir, 'repo', 'a b'), { recursive: true });
  writeFileSync(join(dir, 'repo', 'a b', 'x,y.yaml'), TWO_FAULTS);
  writeFileSync(join(dir, 'repo', 'fine.yaml'), SERVER('fine'));
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const WORDS = 'write unknown, HTTP/1, HTTP/2, gRPC, opaque or TLS';

describe('gatehouse lint -o junit', () => {
  it('has a case for each object, which fails by what fails the run and tells the rest', async () => {
    const file = join(dir, 'repo', 'a b', 'x,y.yaml');
    const fine = join(dir, 'repo', 'fine.yaml');
    expect(await run(['lint', join(dir, 'repo'), '-o', 'junit'])).toEqual({
      code: 1,
      err: '',
      out: `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="gatehouse" tests="3" failures="1" errors="0" skipped="0">
  <testsuite name="${file}" tests="2" failures="1" errors="0" skipped="0">
    <testcase classname="${file}" name="Server app/web" file="${file}" line="1">
      <failure message="&quot;a&lt;b&amp;c%d,e:f&quot; is not a protocol that Linkerd knows" type="server/proxy-protocol">${file}:10:3  deny  server/proxy-protocol  Server app/web
    spec.proxyProtocol: "a&lt;b&amp;c%d,e:f" is not a protocol that Linkerd knows
    hint: ${WORDS}</failure>
      <system-out>${file}:11:3  warn  schema/unknown-field  Server app/web
    spec.proxyProtocl: \`proxyProtocl\` is no field here; the API server will drop it without a word
    hint: remove it; Server v1beta3 does not know it</system-out>
    </testcase>
    <testcase classname="${file}" name="Server app/api" file="${file}" line="13"/>
  </testsuite>
  <testsuite name="${fine}" tests="1" failures="0" errors="0" skipped="0">
    <testcase classname="${fine}" name="Server app/fine" file="${fine}" line="1"/>
  </testsuite>
</testsuites>
`,
    });
  });

  it('counts the findings at or above --fail-on as one failure of the object', async () => {
    const { out } = await run(['lint', '-', '-o', 'junit', '--fail-on', 'info'], { stdin: TWO_FAULTS });
    expect(out).toContain('that Linkerd knows (and 1 more finding)" type="server/proxy-protocol"');
    expect(out).not.toContain('<system-out>');
    expect(out).toContain('tests="2" failures="1"');
  });

  it('writes nothing that a reader of XML refuses', async () => {
    const stdin = `${SERVER('web')}  proxyProtocol: "\\u0001\\uFFFE\\uD800 ]]>"\n`;
    const { out } = await run(['lint', '-', '-o', 'junit'], { stdin });
    expect(out).toContain(']]&gt;');

    expect(out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|[\ud800-\udfff]/u);
  });

  it('has no cases where there are no objects', async () => {
    expect((await run(['lint', '-', '-o', 'junit'])).out).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="gatehouse" tests="0" failures="0" errors="0" skipped="0">
</testsuites>
`);
  });
});

describe('gatehouse lint -o github', () => {
  it('annotates the lines of the repository, with everything escaped that could end a command', async () => {
    const env = { GITHUB_WORKSPACE: join(dir, 'repo') };
    expect(await run(['lint', join(dir, 'repo'), '-o', 'github'], { env })).toEqual({
      code: 1,
      err: '',
      out: `::error file=a b/x%2Cy.yaml,line=10,col=3,title=server/proxy-protocol Server app/web::spec.proxyProtocol: "a<b&c%25d,e:f" is not a protocol that Linkerd knows%0Ahint: ${WORDS}
::warning file=a b/x%2Cy.yaml,line=11,col=3,title=schema/unknown-field Server app/web::spec.proxyProtocl: \`proxyProtocl\` is no field here; the API server will drop it without a word%0Ahint: remove it; Server v1beta3 does not know it
3 policy objects looked at: 1 deny, 1 warn
`,
    });
  });

  it('names files from the working directory without a workspace, and others in full', async () => {
    const { out } = await run(['lint', join(dir, 'repo', 'a b'), '-o', 'github']);
    expect(out).toContain(`::error file=${dir}/repo/a b/x%2Cy.yaml,line=10`);
    const demo = await run(['lint', 'deploy/demo', '-', '-o', 'github'], { stdin: TWO_FAULTS });
    expect(demo.out).toMatch(/^::error title=server\/proxy-protocol Server app\/web::/);
  });

  it('lets no text of a manifest begin a command of its own', async () => {
    const stdin = SERVER('"a\\n::error::b"').replace('  port: http', '  port: "\\r\\n::warning::x"');
    const { out } = await run(['lint', '-', '-o', 'github'], { stdin });
    const lines = out.trimEnd().split('\n');
    expect(lines.slice(0, -1).every((line) => /^::(error|warning|notice) title=/.test(line))).toBe(true);
    expect(lines.at(-1)).toMatch(/^1 policy object looked at/);
  });
});
