/** The small parts of the cluster adapter. */
import { describe, expect, test } from '@jest/globals';
import { collectionPath, objectPath } from '../../../src/adapters/kube/addresses.js';
import { errorName, KubeError, KubeHttpError } from '../../../src/adapters/kube/errors.js';
import { SharedTable } from '../../../src/adapters/kube/shared-table.js';
import { sleep, SYSTEM_TIMING, watchdog } from '../../../src/adapters/kube/timing.js';
import { sourceKind } from '../../../src/policy/objects/kinds.js';
import { ManualTiming } from './manual-timing.js';

describe('addresses', () => {
  const pod = sourceKind('core/Pod');
  const namespace = sourceKind('core/Namespace');
  const server = sourceKind('policy.linkerd.io/Server');

  test.each([
    [collectionPath(pod, 'v1'), '/api/v1/pods'],
    [collectionPath(pod, 'v1', 'app'), '/api/v1/namespaces/app/pods'],
    [collectionPath(namespace, 'v1', 'app'), '/api/v1/namespaces'],
    [objectPath(namespace, 'v1', '', 'app'), '/api/v1/namespaces/app'],
    [collectionPath(server, 'v1beta3'), '/apis/policy.linkerd.io/v1beta3/servers'],
    [objectPath(server, 'v1', 'app', 'web'), '/apis/policy.linkerd.io/v1/namespaces/app/servers/web'],
  ])('%s', (path, expected) => expect(path).toBe(expected));
});

describe('the shared table', () => {
  test('forgets when far more was read than there is', () => {
    let objects = 10_000;
    const shared = new SharedTable(() => objects);
    const value = shared.table.value({ a: 1 });
    shared.used(40_000);
    expect(shared.table.value({ a: 1 })).toBe(value);
    shared.used(1);
    const later = shared.table.value({ a: 1 });
    expect(later).not.toBe(value);
    expect(later).toEqual(value);

    objects = 10;
    shared.used(20_000);
    expect(shared.table.value({ a: 1 })).toBe(later);
    shared.used(1);
    expect(shared.table.value({ a: 1 })).not.toBe(later);
  });
});

describe('names of errors', () => {
  test.each([
    [new KubeHttpError('GET /x', 418, undefined, undefined), '418'],
    [new KubeError('kube-network', 'x', { code: 'ECONNREFUSED' }), 'econnrefused'],
    [new KubeError('kube-network', 'x', { code: 'E_OF_A_HOSTILE_SERVER' }), 'network'],
    [new KubeError('kube-network', 'x'), 'network'],
    [new KubeError('kube-timeout', 'x'), 'timeout'],
    [new TypeError('x'), 'bug'],
  ])('are few (%#)', (error, name) => expect(errorName(error)).toBe(name));
});

describe('time', () => {
  test('of the system passes', async () => {
    const start = SYSTEM_TIMING.now();
    await sleep(SYSTEM_TIMING, 5, new AbortController().signal);
    expect(SYSTEM_TIMING.now() - start).toBeGreaterThanOrEqual(4);
    expect(SYSTEM_TIMING.random()).toBeLessThan(1);
  });

  test('of the system can be cancelled', async () => {
    let called = false;
    SYSTEM_TIMING.after(1, () => (called = true))();
    await sleep(SYSTEM_TIMING, 10, new AbortController().signal);
    expect(called).toBe(false);
  });

  test('a sleep ends with its signal, and leaves no timer', async () => {
    const timing = new ManualTiming();
    const control = new AbortController();
    const slept = sleep(timing, 1_000, control.signal);
    expect(timing.pending).toBe(1);
    control.abort();
    await slept;
    await sleep(timing, 1_000, control.signal);
    expect(timing.pending).toBe(0);
  });

  test('a watchdog that is fed does not bark', () => {
    const timing = new ManualTiming();
    let due = timing.now() + 10;
    let barked = 0;
    const disarm = watchdog(
      timing,
      () => due,
      () => (barked += 1),
    );
    for (let i = 0; i < 5; i++) {
      timing.advance(9);
      due = timing.now() + 10;
    }
    expect(barked).toBe(0);
    timing.advance(10);
    expect(barked).toBe(1);
    timing.advance(100);
    expect(barked).toBe(1);
    disarm();
    expect(timing.pending).toBe(0);
  });
});
