import { expect, test } from '@jest/globals';
import type { Container, Probe } from '../../../src/policy/objects/stored.js';
import { probePaths } from '../../../src/policy/state/probes.js';

const container = (probes: Partial<Probe>[], rest: Partial<Container> = {}): Container => ({
  name: 'main',
  init: false,
  ports: [{ name: 'http', port: 8080 }],
  ...rest,
  probes: probes.map((probe) => ({ kind: 'http', role: 'liveness', port: 80, path: '/', ...probe })),
});
const paths = (path: string | undefined): readonly string[] | undefined =>
  probePaths([container([{ path }])]).get(80);

test.each<[string | undefined, string | undefined]>([
  [undefined, '/'],
  ['', '/'],
  ['/live', '/live'],
  ['/live?x=1', '/live'],
  ['/live#top', '/live'],
  ['/live#a b', '/live'],
  ['/a%2', '/a%2'],
  ['/a b', undefined],
  ['/a?b c', undefined],
  ['/<a', undefined],
  ['/a>', undefined],
  ['/`', undefined],
  ['/\u00e9', undefined],
  ['/\u0007', undefined],
  ['/"{}|\\^[]~', '/"{}|\\^[]~'],
  ['http://host/p', '/p'],
  ['http://host/p?q', '/p'],
  ['http://host', '/'],
  ['http://host?q', '/'],
  ['healthz', ''],
  ['a:80', ''],
  ['a/b', undefined],
  ['healthz?x', undefined],
  ['a b', undefined],
])('the path %j is authorized as %j', (written, sent) => {
  expect(paths(written)).toEqual(sent === undefined ? undefined : [sent]);
});

test('a port is found by its name in the same container only, ignoring case', () => {
  expect([...probePaths([container([{ port: 'HTTP' }])])]).toEqual([[8080, ['/']]]);
  expect([...probePaths([container([]), container([{ port: 'http' }], { ports: [] })])]).toEqual([]);
});

test('of two ports of one name the first is taken', () => {
  const ports = [
    { name: 'a', port: 1 },
    { name: 'A', port: 2 },
  ];
  expect([...probePaths([container([{ port: 'A' }], { ports })]).keys()]).toEqual([1]);
});

test.each([0, 65_536, 1.5, -1])('the port number %d counts as none', (port) => {
  expect(probePaths([container([{ port }])]).size).toBe(0);
});

test('https counts, init containers count, grpc and tcp do not', () => {
  expect([
    ...probePaths([
      container([{ kind: 'grpc' }, { kind: 'tcp' }]),
      container([{ kind: 'https', path: '/b' }, { path: '/a' }, { path: '/b', role: 'startup' }], {
        init: true,
      }),
    ]),
  ]).toEqual([[80, ['/a', '/b']]]);
});
