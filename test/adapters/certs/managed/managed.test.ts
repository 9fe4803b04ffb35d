/** Managed certificates with several replicas, under a clock that the test moves (webhook-operations, section 4). */
import { X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CA_MS, LEAF_MS, lifetimesOf } from '../../../../src/adapters/certs/managed/lifetimes.js';
import { base64, HOOKS, issuerOf, LEASE, NAME, Rig, SECRET } from './rig.js';

const MINUTE = 60_000;
const REAL = lifetimesOf(CA_MS, LEAF_MS);
const SHORT = { ...lifetimesOf(80 * MINUTE, 16 * MINUTE), holderMs: 30_000, checkMs: 60_000 };

let rig: Rig;
afterEach(() => rig.stop());

const failures = (): string[] => rig.replicas.flatMap(({ failed }) => failed);

describe('managed certificates', () => {
  it('are there at once on a first start, whether the webhook is registered yet or not', async () => {
    rig = new Rig(REAL);
    await rig.start(3);
    await rig.pass(10_000);
    expect(rig.replicas.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(new Set(rig.replicas.map(({ pair }) => issuerOf(pair))).size).toBe(1);
    expect(new Set(rig.replicas.map(({ pair }) => pair?.key)).size).toBe(3);
    rig.register();
    await rig.settle();
    expect(rig.published).toBe(rig.secret.get('ca.crt'));
    expect(rig.replicas.map(({ ok }) => ok)).toEqual([true, true, true]);
  });

  it('live 7 days, of a CA of 365, both from an hour ago, for the names of the Service', async () => {
    rig = new Rig(REAL);
    rig.register();
    await rig.start(1);
    const leaf = new X509Certificate(rig.replicas[0]!.pair!.cert);
    const ca = new X509Certificate(rig.secret.get('ca.crt')!);
    const now = rig.clock.wall();
    const days = (until: string): number => (Date.parse(until) - now) / 86_400_000;
    expect([days(leaf.validTo), days(ca.validTo)].map(Math.round)).toEqual([7, 365]);
    expect([days(leaf.validFrom), days(ca.validFrom)].map((at) => Math.round(at * 24))).toEqual([-1, -1]);
    expect(leaf.checkHost(NAME, { subject: 'never' })).toBe(NAME);
    expect(leaf.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect([...rig.secret.values()].join()).not.toContain(rig.replicas[0]!.pair!.key);
  });

  it('change again and again without a call that fails', async () => {
    rig = new Rig(SHORT, { watched: false });
    rig.register();
    await rig.start(3);
    await rig.pass(2 * MINUTE);
    rig.replicas.forEach(({ failed }) => failed.splice(0));
    const issuers = new Set<string>();
    const sizes = new Set<number>();
    while (issuers.size < 4) {
      await rig.pass(30_000);
      issuers.add(issuerOf(rig.replicas[0]!.pair));
      sizes.add(rig.bundleSize);
    }
    expect(failures()).toEqual([]);
    expect(rig.replicas.flatMap(({ errors }) => errors)).toEqual([]);
    expect([...sizes].sort()).toEqual([1, 2]);
    const wrote = rig.leader!.wrote;
    expect(wrote.slice(0, 7)).toEqual([
      'a new Secret with a new CA',
      'caBundle with 1 certificates',
      'that the new CA signs from now on',
      'a new CA beside the current one',
      'caBundle with 2 certificates',
      'that the new CA was read back from caBundle',
      'that the new CA signs from now on',
    ]);
    expect(rig.replicas.filter((each) => each.wrote.length > 0)).toHaveLength(1);
  });

  it('go on with another holder when the first is gone', async () => {
    rig = new Rig(SHORT);
    rig.register();
    await rig.start(2);
    await rig.pass(30_000);
    const first = rig.leader!;
    await first.certificates.stop();
    rig.replicas.splice(rig.replicas.indexOf(first), 1);
    expect(rig.cluster.get(LEASE)!['spec'].holderIdentity).toBeUndefined();
    await rig.pass(MINUTE);
    expect(rig.leader).toBe(rig.replicas[0]);
    await rig.pass(60 * MINUTE);
    expect(rig.leader!.wrote).toContain('that the new CA signs from now on');
    expect(failures()).toEqual([]);
  });

  it('are put right within 10 s when somebody overwrites caBundle, and nothing else is touched', async () => {
    rig = new Rig(REAL);
    rig.register();
    await rig.start(2);
    await rig.pass(30_000);
    const good = rig.published;
    const before = structuredClone(rig.cluster.get(HOOKS)!);
    rig.register(base64('-----BEGIN CERTIFICATE-----\nnonsense\n'));
    rig.cluster.put(HOOKS, { ...rig.cluster.get(HOOKS), metadata: { labels: { team: 'other' } } });
    await rig.settle();
    expect(rig.published).toBe(good);
    const after = rig.cluster.get(HOOKS)!;
    expect(after['webhooks'][1].clientConfig.caBundle).toBe(
      base64('-----BEGIN CERTIFICATE-----\nnonsense\n'),
    );
    expect(after['webhooks'][2]).toEqual(before['webhooks'][2]);
    expect(after['metadata'].labels).toEqual({ team: 'other' });
    expect(rig.replicas.map(({ ok }) => ok)).toEqual([true, true]);
  });

  it('are put right within 10 s also where no watch says so', async () => {
    rig = new Rig(REAL, { watched: false });
    rig.register();
    await rig.start(1);
    await rig.pass(10_000);
    const good = rig.published;
    rig.register();
    await rig.pass(10_000);
    expect(rig.published).toBe(good);
  });

  it('give way in a fight, and say so', async () => {
    rig = new Rig(REAL);
    rig.register();
    await rig.start(1);
    await rig.pass(30_000);
    const [replica] = rig.replicas;
    const repairs = (): number => replica!.wrote.filter((what) => what.startsWith('caBundle')).length;
    const first = repairs();
    for (let i = 0; i < 60; i++) {
      rig.register();
      await rig.pass(2_000, 1_000);
    }
    // 5 at once; then after 10, 20, 40 s ... and not 60 times.
    expect(repairs() - first).toBeGreaterThanOrEqual(7);
    expect(repairs() - first).toBeLessThanOrEqual(9);
    expect(replica!.fights).toBeGreaterThan(0);
    await rig.pass(5 * MINUTE);
    expect(rig.published).toBe(rig.secret.get('ca.crt'));
  });

  it('survive the deletion of the Secret: the CA of live leaves stays trusted', async () => {
    rig = new Rig(SHORT);
    rig.register();
    await rig.start(2);
    await rig.pass(MINUTE);
    rig.replicas.forEach(({ failed }) => failed.splice(0));
    const old = rig.published;
    rig.cluster.remove(SECRET);
    await rig.settle();
    expect(rig.cluster.get(SECRET)).toBeDefined();
    expect(rig.published.startsWith(old)).toBe(true);
    expect(rig.bundleSize).toBe(2);
    await rig.pass(40 * MINUTE);
    expect(failures()).toEqual([]);
    expect(rig.published).toBe(rig.secret.get('ca.crt'));
    expect(rig.published).not.toBe(old);
  });

  it('leave keys in the Secret alone that they do not know', async () => {
    rig = new Rig(SHORT);
    rig.register();
    await rig.start(1);
    const secret = rig.cluster.get(SECRET)!;
    rig.cluster.put(SECRET, { ...secret, data: { ...secret['data'], 'of-a-newer-version': base64('kept') } });
    await rig.pass(60 * MINUTE);
    expect(rig.replicas[0]!.wrote.length).toBeGreaterThan(5);
    expect(rig.secret.get('of-a-newer-version')).toBe('kept');
  });

  it('wait anew when the next CA is taken out of the bundle before it signs', async () => {
    rig = new Rig(SHORT);
    rig.register();
    await rig.start(1);
    while (rig.bundleSize < 2) await rig.pass(5_000);
    const overwritten = rig.clock.now();
    rig.register(base64(rig.secret.get('ca.crt')!));
    await rig.settle();
    expect(rig.bundleSize).toBe(2);
    const next = rig.secret.get('next-ca.crt')!;
    while (rig.secret.get('ca.crt') !== next) await rig.pass(1_000, 1_000);
    expect(rig.clock.now() - overwritten).toBeGreaterThanOrEqual(SHORT.settleMs);
  });

  it('serve on while the API server is away, and nothing once the leaf has ended', async () => {
    rig = new Rig(SHORT);
    rig.register();
    await rig.start(1);
    await rig.pass(30_000);
    const [replica] = rig.replicas;
    rig.cluster.reachable = false;
    await rig.pass(10 * MINUTE);
    expect(replica!.ok).toBe(true);
    await rig.pass(10 * MINUTE);
    expect([replica!.ok, replica!.pair]).toEqual([false, undefined]);
    rig.cluster.reachable = true;
    await rig.pass(MINUTE);
    expect(replica!.ok).toBe(true);
  });

  it('start without an API server, and are there when it comes', async () => {
    rig = new Rig(REAL);
    rig.register();
    rig.cluster.reachable = false;
    await rig.start(1);
    await rig.pass(30_000);
    expect(rig.replicas[0]!.ok).toBe(false);
    rig.cluster.reachable = true;
    await rig.pass(10_000);
    expect(rig.replicas[0]!.ok).toBe(true);
  });

  it('are made anew when the Secret was damaged', async () => {
    rig = new Rig(SHORT);
    rig.register();
    await rig.start(1);
    await rig.pass(MINUTE);
    rig.replicas[0]!.failed.splice(0);
    const secret = rig.cluster.get(SECRET)!;
    rig.cluster.put(SECRET, { ...secret, data: { ...secret['data'], 'ca.key': base64('damaged') } });
    await rig.pass(20 * MINUTE);
    expect(failures()).toEqual([]);
    expect(rig.secret.get('ca.key')).toContain('PRIVATE KEY');
  });
});
