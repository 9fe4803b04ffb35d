/** `gatehouse matrix` as people see it: whole outputs in every format, complaints and exit codes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { MATRIX_SCHEMA } from '../../src/cli/output/matrix-schema.js';
import { letterOf } from '../../src/cli/output/matrix-text.js';
import { run, type Ran } from './run.js';

const SHOP = 'test/cli/matrix-shop.yaml';
const ask = (...argv: string[]): Promise<Ran> => run(['matrix', '--manifests', SHOP, ...argv]);
const demo = (...argv: string[]): Promise<Ran> => run(['matrix', '--manifests', 'deploy/demo', ...argv]);

const SHOP_TEXT = `Who may call what: 12 clients in 10 rows, 5 ports in 5 columns

                  1 2 3 4 5
A anyone outside  . ! : . +
B unmeshed pods   . + : ~ +
C the kubelet     . + : ? +
D ops/scraper     . + : + +
E ops/vm          . ! : . +
F shop/api +2     . + : ? +
G shop/batch      . + : ? +
H shop/cart       . + : + +
I shop/front      ~ + + ? +
J shop/mobile     ? + : ? +

+ all   ! all, by audit alone   ~ some   : probes alone   . none   ? unknown

Columns:
   1  Server api-http, HTTP/1
      shop/api:8080 (http)
   2  Server api-metrics, HTTP/1
      shop/api:9090 (metrics)
   3  Server cart-http, HTTP/1
      shop/cart:8080 (http)
   4  Server db-sql, opaque
      shop/db:5432 (sql)
   5  not enforced: no proxy
      shop/report:7000 (web)

Rows of several clients:
   F  3 clients that no policy here tells apart:
      shop/api, shop/db, shop/report

Some and unknown:
   1  I: allowed GET /items (AuthorizationPolicy shop/api-read-from-front); refused GET / (404)
   1  J: patterns leave open whether other requests exist: refused GET /items (403)
   4  B: allowed TCP from 10.9.0.1 (AuthorizationPolicy shop/db-from-ops); refused TCP from 10.0.0.1
      (connection refused)
   4  C: nobody knows the client’s address: allowed TCP from 10.9.0.1 (AuthorizationPolicy
      shop/db-from-ops); refused TCP from 1.0.0.1 (connection refused)
   4  F G I J: nobody knows the client’s address: allowed TCP from 10.9.0.1 (AuthorizationPolicy
      shop/db-from-ops); refused TCP from 10.0.0.1 (connection refused)
`;

const PER_ROUTE = `Who may call what: 7 clients in 4 rows, 1 port in 3 columns

               1 2 3
A shop/api +3  . . .
B shop/batch   . . .
C shop/front   . + .
D shop/mobile  + . .

+ all   ! all, by audit alone   ~ some   : probes alone   . none   ? unknown

Columns:
   1  Server api-http, HTTP/1: HTTPRoute shop/api-greek
      shop/api:8080 (http)
   2  Server api-http, HTTP/1: HTTPRoute shop/api-read
      shop/api:8080 (http)
   3  Server api-http, HTTP/1: requests of no route
      shop/api:8080 (http)

Rows of several clients:
   A  4 clients that no policy here tells apart:
      shop/api, shop/cart, shop/db, shop/report
`;

describe('gatehouse matrix', () => {
  it('prints a grid, and what everything in it means', async () => {
    expect(await ask()).toEqual({ code: 0, out: SHOP_TEXT, err: '' });
  });

  it('prints a column for each kind of traffic', async () => {
    const ran = await ask('--to', 'api:8080', '--per-route', '--from', 'ns/shop');
    expect(ran).toEqual({ code: 0, out: PER_ROUTE, err: '' });
  });

  it('prints what the README shows', async () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const shown = /```console\n\$ npx gatehouse (matrix [^\n]*)\n([^`]*)…\n```/.exec(readme);
    expect(shown).not.toBeNull();
    const { out } = await run(shown![1]!.split(' '));
    expect(out.startsWith(shown![2]!)).toBe(true);
  });

  it('keeps to 100 columns, in as many grids as that takes', async () => {
    const { out } = await ask(
      '--from',
      'outside',
      ...Array.from({ length: 40 }, (_, n) => ['--to', `api:${String(n + 1)}`]).flat(),
    );
    const lines = out.split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(lines[0]).toBe('Who may call what: 1 client in 1 row, 40 ports in 1 column');
  });

  it('colours a terminal only', async () => {
    const argv = ['matrix', '--manifests', SHOP];
    expect((await run(argv, { colour: true })).out).toContain('\u001b[32m+');
    expect((await run(argv)).out).not.toContain('\u001b');
  });

  it('numbers rows as spreadsheets do columns', () => {
    expect([0, 25, 26, 51, 52, 701, 702].map(letterOf)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA']);
  });
});

describe('--from and --to', () => {
  const names = async (...argv: string[]): Promise<unknown> => {
    const { rows, columns } = JSON.parse((await ask('-o', 'json', ...argv)).out) as {
      readonly rows: readonly { readonly clients: readonly { readonly name: string }[] }[];
      readonly columns: readonly { readonly targets: readonly { readonly name: string }[] }[];
    };
    return [
      rows.flatMap(({ clients }) => clients.map(({ name }) => name)),
      columns.flatMap(({ targets }) => targets.map(({ name }) => name)),
    ];
  };

  it.each([
    [
      ['--from', 'kubelet', '--from', 'outside', '--to', 'shop/api:http'],
      ['outside', 'kubelet'],
      ['shop/api:8080'],
    ],
    [['--from', 'ns/ops', '--to', ':9090'], ['ops/scraper', 'ops/vm'], ['shop/api:9090']],
    [
      ['--from', '10.1.2.3', '--from', 'shop/sa/other', '--from', 'front', '--to', 'ns/shop:http'],
      ['shop/front', '10.1.2.3', 'shop/sa/other'],
      ['shop/api:8080', 'shop/cart:8080'],
    ],
    [['--from', 'spiffe://td/x', '--to', 'deploy/db'], ['spiffe://td/x'], ['shop/db:5432']],
    // Nobody declares it, but it was asked for.
    [['--from', 'unmeshed', '--to', 'shop/db:5433'], ['unmeshed'], ['shop/db:5433']],
  ])('%j', async (argv, clients, targets) => {
    expect(await names(...argv)).toEqual([clients, targets]);
  });

  it.each([
    [['--to', 'shop/apo'], 'there is no workload "apo" in shop; did you mean shop/api?'],
    [['--to', 'ns/shap'], 'nothing is known of a namespace "shap"; did you mean shop?'],
    [['--from', 'ns/opps'], 'nothing is known of a namespace "opps"; did you mean ops?'],
    [
      ['--from', 'shop/frunt'],
      'there is no workload or service account "frunt" in shop; did you mean shop/front?',
    ],
    [['--to', ':htpt'], '--to: no workload there has a port "htpt"; did you mean http?'],
    [['--to', 'ns/shop:81'], '--to: no workload there has a port "81"'],
    [
      ['--to', 'api:htpt'],
      '--to: the workload has no port "htpt"; did you mean http? it declares http (8080) and metrics (9090)',
    ],
    [
      ['--to', 'svc/api'],
      '--to: policy is about workloads, not about the Service "api": name the workload behind it',
    ],
    [['--to', 'a/b/c/d'], '--to: "a/b/c/d" is no namespace/workload:port'],
  ])('%j: %s', async (argv, complaint) => {
    expect(await ask(...argv)).toEqual({ code: 2, out: '', err: `gatehouse matrix: ${complaint}\n` });
  });

  it('needs something to read', async () => {
    expect((await run(['matrix'])).err).toBe(
      'gatehouse matrix: name manifests with --manifests, or a cluster with --kubeconfig\n',
    );
  });
});

describe('gatehouse matrix -o json', () => {
  const check = new Ajv({ strict: false }).compile(MATRIX_SCHEMA);

  it.each([
    [],
    ['--per-route'],
    ['--from', '10.1.2.3', '--from', 'spiffe://td/x', '--from', 'shop/sa/front'],
  ])('fits its schema: %j %s', async (...argv) => {
    check(JSON.parse((await ask('-o', 'json', ...argv)).out));
    expect(check.errors ?? []).toEqual([]);
  });

  it('says of a cell what the text says, and by whom', async () => {
    const { out } = await ask('-o', 'json', '--from', 'front', '--to', 'api');
    const { columns, cells } = JSON.parse(out) as { columns: any; cells: any };
    expect(cells).toEqual([
      [
        {
          access: 'some',
          authorizations: [{ kind: 'AuthorizationPolicy', namespace: 'shop', name: 'api-read-from-front' }],
          allowed: { region: 1, address: '10.0.0.1', reason: 'authorized', answer: { kind: 'forward' } },
          refused: {
            region: 2,
            address: '10.0.0.1',
            reason: 'no-route',
            answer: { kind: 'http', status: 404 },
          },
        },
        {
          access: 'all',
          audited: 'some',
          authorizations: [
            { kind: 'default', name: 'audit' },
            { kind: 'AuthorizationPolicy', namespace: 'shop', name: 'metrics-from-ops' },
          ],
        },
      ],
    ]);
    expect(columns[0].exact).toBe(false);
    expect(columns[0].regions.map(({ kind, sample }: any) => [kind, sample?.path])).toEqual([
      ['rule', undefined],
      ['rule', '/items'],
      ['no-route', '/'],
    ]);
  });
});

describe('gatehouse matrix -o csv and -o dot', () => {
  it('prints a line for each client and port', async () => {
    const { out } = await ask('-o', 'csv', '--from', 'unmeshed', '--from', 'ns/ops', '--to', 'db');
    expect(out.split('\r\n')).toEqual([
      'from,to,policy,region,access,audited,authorizations,allowed,refused',
      'unmeshed,shop/db:5432,"Server db-sql, opaque",,some,none,AuthorizationPolicy shop/db-from-ops,TCP from 10.9.0.1 (AuthorizationPolicy shop/db-from-ops),TCP from 10.0.0.1 (connection refused)',
      'ops/scraper,shop/db:5432,"Server db-sql, opaque",,all,none,AuthorizationPolicy shop/db-from-ops,,',
      'ops/vm,shop/db:5432,"Server db-sql, opaque",,none,none,,,',
      '',
    ]);
  });

  it('prints a graph', async () => {
    const { out } = await demo('-o', 'dot', '--from', 'ns/emojivoto', '--to', ':grpc');
    expect(out).toBe(`digraph matrix {
  rankdir=LR;
  node [shape=box, fontname="sans-serif", fontsize=10];
  subgraph clients {
    rank=same;
    c0 [label="emojivoto/emoji\\nemojivoto/voting"];
    c1 [label="emojivoto/web"];
  }
  subgraph ports {
    rank=same;
    p0 [label="emojivoto/emoji:8080 (grpc)\\nServer emoji-grpc, gRPC"];
    p1 [label="emojivoto/voting:8080 (grpc)\\nServer voting-grpc, gRPC"];
  }
  c1 -> p0 [color="#1a7f37", tooltip="all"];
  c1 -> p1 [color="#1a7f37", tooltip="all"];
}
`);
  });

  it('ends no string of the graph early', async () => {
    const stdin = JSON.stringify({
      apiVersion: 'workload.linkerd.io/v1beta1',
      kind: 'ExternalWorkload',
      metadata: { name: 'a"];\\N \n"b', namespace: 'x' },
      spec: { meshTLS: { identity: 'vm.example' } },
    });
    const { out } = await run(['matrix', '--manifests', '-', '-o', 'dot'], { stdin });
    expect(out).toContain(String.raw`c3 [label="x/a\"];\\N \\u000a\"b"];`);
  });
});

describe('gatehouse matrix -o html', () => {
  const inElement = (html: string, start: string): string => {
    const from = html.indexOf(start) + start.length;
    return html.slice(from, html.indexOf('</', from));
  };

  it('is one page whose policy allows its own script and style alone', async () => {
    const { out } = await ask('-o', 'html');
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const style = inElement(out, '<style>');
    const script = out.slice(out.lastIndexOf('<script>') + '<script>'.length, out.lastIndexOf('</script>'));
    expect(out).toContain(
      `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`,
    );
    expect(out).not.toMatch(/<!-- [A-Z]+ -->|%[A-Z_]+%/);
    expect(out.match(/https?:\/\//g)).toBeNull();
  });

  it('lets no name out of its data', async () => {
    const { out } = await ask('-o', 'html');
    expect(out.match(/<\/script/g)).toHaveLength(2);
    expect(out).not.toContain('<img');
    const { rows } = JSON.parse(inElement(out, '<script id="data" type="application/json">')) as {
      rows: any;
    };
    expect(rows[4].clients[0].facts).toBe(
      'mesh TLS as </script><img src=x onerror=alert(1)>, from 192.168.7.7',
    );
  });

  it('never makes elements of text', () => {
    const script = readFileSync(new URL('../../src/cli/output/page/matrix.mjs', import.meta.url), 'utf8');
    expect(script).not.toMatch(
      /innerHTML|outerHTML|insertAdjacent|document\.write|DOMParser|eval\(|Function\(/,
    );
  });
});
