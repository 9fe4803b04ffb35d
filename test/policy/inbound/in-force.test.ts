/** What a long-lived controller holds, and how it differs from one that has just started. */
import { describe, expect, test } from '@jest/globals';
import { Compiler } from '../../../src/policy/inbound/compiler.js';
import { NO_HISTORY, reduce, type History } from '../../../src/policy/inbound/in-force.js';
import { InternTable } from '../../../src/policy/objects/intern.js';
import type { StoredKind } from '../../../src/policy/objects/kinds.js';
import { project } from '../../../src/policy/objects/project.js';
import type { StoredObject } from '../../../src/policy/objects/stored.js';
import type { Batch, SourceEvent } from '../../../src/policy/ports.js';
import { apply, EMPTY_STATE, find, type State } from '../../../src/policy/state/state.js';
import { mkWorld } from '../../builders.js';

const compiler = new Compiler(mkWorld());
const table = new InternTable();

function mk(kind: StoredKind, spec: unknown, metadata: object = {}): StoredObject {
  const stored = project(kind, { metadata: { name: 'x', namespace: 'app', ...metadata }, spec }, table);
  if (!stored.ok) throw new Error(stored.error);
  return stored.value;
}

const applied = (object: StoredObject): SourceEvent => ({ type: 'applied', object });
const deleted = ({ kind, namespace, name }: StoredObject): SourceEvent => ({
  type: 'deleted',
  kind,
  namespace,
  name,
});

/** What is in force after the batches, one after the other. */
function inForce(mode: 'running' | 'restarted', ...batches: Batch[]): State {
  let history: History = NO_HISTORY;
  let state = EMPTY_STATE;
  for (const batch of batches) {
    const reduced = reduce(history, state, batch, { mode, compiler });
    history = reduced.history;
    state = apply(state, reduced.batch);
  }
  return state;
}

const SAZ = 'policy.linkerd.io/ServerAuthorization';
const good = mk(SAZ, { server: { name: 'web' }, client: { unauthenticated: true } });
const emptied = mk(SAZ, { server: { name: 'web' }, client: {} });
const broken = mk(SAZ, { server: { name: 'web' }, client: { networks: 'all' } });

describe('an object whose update Linkerd cannot use', () => {
  test.each([
    ['does not convert', emptied],
    ['cannot be read', broken],
  ])('stays in force as it was where the update %s', (_, update) => {
    expect(find(inForce('running', [applied(good)], [applied(update)]), SAZ, 'app', 'x')).toBe(good);
    expect(find(inForce('restarted', [applied(good)], [applied(update)]), SAZ, 'app', 'x')).toBe(update);
  });

  test('has no effect where it never was good', () => {
    expect(find(inForce('running', [applied(emptied)]), SAZ, 'app', 'x')).toBeUndefined();
  });

  test('goes when it is deleted, if it can be read', () => {
    const state = inForce('running', [applied(good), applied(emptied), deleted(good)]);
    expect(find(state, SAZ, 'app', 'x')).toBeUndefined();
  });

  test('that cannot be read stays when it is deleted, until the next list', () => {
    const gone = [applied(good), applied(broken), deleted(good)];
    expect(find(inForce('running', gone), SAZ, 'app', 'x')).toBe(good);
    const listed = inForce('running', gone, [{ type: 'replaced', kind: SAZ, objects: [] }]);
    expect(find(listed, SAZ, 'app', 'x')).toBeUndefined();
  });

  test('comes into force again with a good version', () => {
    const better = mk(SAZ, { server: { name: 'api' }, client: { unauthenticated: true } });
    const state = inForce('running', [applied(good), applied(broken)], [applied(better)], [deleted(better)]);
    expect(find(state, SAZ, 'app', 'x')).toBeUndefined();
  });

  test('keeps its version through a list that holds one that does not convert, and loses it to one that cannot be read', () => {
    const relist = (object: StoredObject): Batch => [{ type: 'replaced', kind: SAZ, objects: [object] }];
    expect(find(inForce('running', [applied(good)], relist(emptied)), SAZ, 'app', 'x')).toBe(good);
    expect(find(inForce('running', [applied(good)], relist(broken)), SAZ, 'app', 'x')).toBeUndefined();
  });
});

describe('a pod', () => {
  const pod = (port: object, probe: string, labels: object = {}): StoredObject =>
    mk(
      'core/Pod',
      {
        containers: [{ name: 'main', ports: [port], livenessProbe: { httpGet: { port: 80, path: probe } } }],
      },
      { labels: { 'linkerd.io/control-plane-ns': 'linkerd', ...labels } },
    );
  const http = { name: 'http', containerPort: 80 };
  const first = pod(http, '/live');

  test('with other named ports is ignored', () => {
    const other = pod({ name: 'http', containerPort: 81 }, '/live');
    expect(find(inForce('running', [applied(first)], [applied(other)]), 'core/Pod', 'app', 'x')).toBe(first);
  });

  test('with other labels follows, its probes stay as they were first seen', () => {
    const other = pod(http, '/ready', { app: 'web' });
    const found = find(inForce('running', [applied(first)], [applied(other)]), 'core/Pod', 'app', 'x');
    expect(found?.labels['app']).toBe('web');
    expect(found?.template.containers[0]?.probes[0]?.path).toBe('/live');
  });
});

test('a namespace that holds nothing else loses its GRPCRoutes and rate limits', () => {
  const grpc = mk('gateway.networking.k8s.io/GRPCRoute', { parentRefs: [], rules: [] });
  const server = mk('policy.linkerd.io/Server', { podSelector: {}, port: 80 });
  const state = inForce('running', [applied(grpc), applied(server)], [deleted(server)]);
  expect(find(state, 'gateway.networking.k8s.io/GRPCRoute', 'app', 'x')).toBeUndefined();
  const held = inForce('running', [applied(grpc), applied(server), applied(good)], [deleted(server)]);
  expect(find(held, 'gateway.networking.k8s.io/GRPCRoute', 'app', 'x')).toBe(grpc);
});
