import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Leadership } from '../../../src/adapters/kube/leadership.js';
import { ManualClock } from '../http/harness.js';
import { FakeCluster } from '../certs/managed/fake-cluster.js';

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/gatehouse/leases/gatehouse';

function mkRig() {
  const cluster = new FakeCluster();
  const clock = new ManualClock();
  const changes: string[] = [];
  const mk = (holder: string, client = cluster): Leadership =>
    new Leadership({
      client,
      namespace: 'gatehouse',
      name: 'gatehouse',
      holder,
      timing: { now: clock.now, after: clock.after, random: () => 0 },
      wall: clock.wall,
      changed: (leads) => changes.push(`${holder} ${String(leads)}`),
      failed: () => undefined,
    });
  const pass = async (ms: number): Promise<void> => {
    for (let gone = 0; gone < ms; gone += 1_000) {
      clock.advance(1_000);
      for (let i = 0; i < 12; i++) await turn();
    }
  };
  return { cluster, clock, changes, mk, pass };
}

describe('the Lease', () => {
  it('has one holder, who keeps it', async () => {
    const { mk, pass, cluster } = mkRig();
    const [a, b] = [mk('a'), mk('b')];
    a.start();
    b.start();
    for (let i = 0; i < 60; i++) {
      await pass(1_000);
      expect([a.leads, b.leads].filter(Boolean)).toHaveLength(1);
    }
    expect(cluster.get(LEASE)!['spec']).toMatchObject({ leaseTransitions: 0, leaseDurationSeconds: 15 });
    await Promise.all([a.stop(), b.stop()]);
  });

  it('goes to another 15 s after its holder fell silent, and not before', async () => {
    const { mk, pass, cluster } = mkRig();
    const silent = { value: false };
    const wrapped = new Proxy(cluster, {
      get: (target, key) =>
        key === 'request' && silent.value
          ? () => Promise.reject(new Error('cut off'))
          : (Reflect.get(target, key) as unknown),
    });
    const [a, b] = [mk('a', wrapped), mk('b')];
    a.start();
    await pass(2_000);
    b.start();
    await pass(10_000);
    expect([a.leads, b.leads]).toEqual([true, false]);
    silent.value = true;
    await pass(9_000);
    expect(b.leads).toBe(false);
    // The old holder knows before the new one begins.
    await pass(2_000);
    expect(a.leads).toBe(false);
    await pass(10_000);
    expect([a.leads, b.leads]).toEqual([false, true]);
    expect(cluster.get(LEASE)!['spec'].leaseTransitions).toBe(1);
    await Promise.all([a.stop(), b.stop()]);
  });

  it('is given up at the end, and taken soon', async () => {
    const { mk, pass, changes } = mkRig();
    const [a, b] = [mk('a'), mk('b')];
    a.start();
    await pass(1_000);
    b.start();
    await pass(1_000);
    await a.stop();
    await pass(4_000);
    expect(changes).toEqual(['a true', 'a false', 'b true']);
    await b.stop();
  });

  it('is lost to whoever wrote it in between', async () => {
    const { mk, pass, cluster } = mkRig();
    const a = mk('a');
    a.start();
    await pass(1_000);
    const lease = cluster.get(LEASE)!;
    cluster.put(LEASE, { ...lease, spec: { ...lease['spec'], holderIdentity: 'thief' } });
    await pass(4_000);
    expect(a.leads).toBe(false);
    await a.stop();
  });
});
