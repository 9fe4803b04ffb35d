/** What verify asks, and what it makes of the answers. */
import { describe, expect, it } from '@jest/globals';
import type { PolicyAnswer } from '../../src/adapters/grpc/client.js';
import type { WorkloadPort } from '../../src/adapters/grpc/port-spec.js';
import { toServer } from '../../src/adapters/grpc/to-proto/server.js';
import { verify, workloadPorts } from '../../src/app/verify.js';
import { advance, buildIndex } from '../../src/policy/inbound/advance.js';
import { policyOf, type InboundIndex } from '../../src/policy/inbound/inbound-index.js';
import { mkWorld } from '../builders.js';
import { applied, deleted, grant, mk, pod, server } from '../adapters/grpc/rig.js';

const answerOf = (index: InboundIndex, { workload, port }: WorkloadPort): PolicyAnswer => {
  const policy = policyOf(index, workload, port);
  return policy === undefined
    ? { kind: 'not-found' }
    : { kind: 'server', server: toServer(policy), unknownBytes: 0 };
};

const web = buildIndex(mkWorld(), [pod('web'), server('web'), grant('allow', 'web', ['a'])]);
const granted = (name: string): InboundIndex => advance(web, applied(grant('allow', 'web', [name]))).index;

describe('the ports that are asked for', () => {
  it('are those that are declared, probed or claimed, and one more of each workload', () => {
    const probe = { httpGet: { port: 9_000, path: '/live' } };
    const ports = workloadPorts(
      buildIndex(mkWorld(), [
        pod('plain'),
        mk(
          'core/Pod',
          'probed',
          { containers: [{ name: 'main', ports: [{ containerPort: 65_535 }], livenessProbe: probe }] },
          { labels: { 'linkerd.io/control-plane-ns': 'linkerd' }, namespace: 'b' },
        ),
        pod('bare', { labels: { app: 'web' } }),
        server('web', { port: 7_000 }),
        mk('workload.linkerd.io/ExternalWorkload', 'vm', {
          meshTLS: { identity: 'vm' },
          ports: [{ port: 5_432 }],
        }),
      ]),
    );
    expect(
      ports.map(({ workload, port }) => `${workload.namespace}/${workload.name}:${String(port)}`),
    ).toEqual([
      'app/plain:80',
      'app/plain:7000',
      'app/plain:65535',
      'app/vm:5432',
      'app/vm:65535',
      'b/probed:9000',
      'b/probed:65534',
      'b/probed:65535',
    ]);
  });
});

const quick = { pause: () => Promise.resolve() };

describe('verify', () => {
  it('finds nothing where both say the same', async () => {
    const ask = (port: WorkloadPort) => Promise.resolve(answerOf(web, port));
    expect(await verify({ index: () => web, ask, ...quick })).toEqual({
      ports: 2,
      answered: 2,
      different: [],
      failures: [],
      unknown: 0,
    });
  });

  it('reports a difference that stays, after a pause', async () => {
    const pauses: number[] = [];
    const result = await verify({
      index: () => web,
      ask: (port) => Promise.resolve(answerOf(granted('b'), port)),
      pause: (ms) => Promise.resolve(void pauses.push(ms)),
    });
    expect(pauses).toEqual([1_000]);
    expect(result.answered).toBe(2);
    expect(result.different).toMatchObject([
      { workload: { name: 'web' }, port: 80, differences: [{ kind: 'changed', ours: ['a'], theirs: ['b'] }] },
    ]);
  });

  it('reports none that is gone when it is asked again, whichever of both was late', async () => {
    let theirs = granted('b');
    const theyCatchUp = await verify({
      index: () => web,
      ask: (port) => Promise.resolve(answerOf(theirs, port)),
      pause: () => Promise.resolve(void (theirs = web)),
    });
    expect(theyCatchUp).toMatchObject({ answered: 2, different: [] });
    let ours = web;
    const weCatchUp = await verify({
      index: () => ours,
      ask: (port) => Promise.resolve(answerOf(granted('b'), port)),
      pause: () => Promise.resolve(void (ours = granted('b'))),
    });
    expect(weCatchUp).toMatchObject({ answered: 2, different: [] });
  });

  it('asks again at once where a port changes while it is asked for', async () => {
    let ours = web;
    let asked = 0;
    const paused: number[] = [];
    const result = await verify({
      index: () => ours,
      ask: (port) => {
        const answer = answerOf(ours, port);
        if (port.port === 80) {
          asked += 1;
          // Our news comes after their answer was made.
          if (asked <= 2) ours = granted(`new-${String(asked)}`);
        }
        return Promise.resolve(answer);
      },
      pause: (ms) => Promise.resolve(void paused.push(ms)),
    });
    expect(result).toMatchObject({ answered: 2, different: [], failures: [] });
    expect([asked, paused]).toEqual([3, []]);
  });

  it('says of a port that never stands still that it does not', async () => {
    let ours = web;
    let n = 0;
    const result = await verify({
      index: () => ours,
      ask: (port) => {
        const answer = answerOf(ours, port);
        if (port.port === 80) ours = granted(`new-${String((n += 1))}`);
        return Promise.resolve(answer);
      },
      ...quick,
    });
    expect(result).toMatchObject({ answered: 1, different: [], failures: [{ port: 80, code: 'CHANGING' }] });
    expect(n).toBe(5);
  });

  it('tells a workload that one of both does not know', async () => {
    const missing = await verify({
      index: () => web,
      ask: () => Promise.resolve({ kind: 'not-found' }),
      ...quick,
    });
    expect(missing.different).toHaveLength(2);
    expect(missing.different[0]?.differences).toEqual([
      {
        kind: 'only-ours',
        path: '',
        ours: 'known',
        theirs: 'NOT_FOUND',
        words: 'the workload: the controller does not have this',
      },
    ]);
    // A workload that goes while it is asked for is missing on both sides.
    let ours = web;
    const gone = await verify({
      index: () => ours,
      ask: () => {
        ours = advance(web, deleted(pod('web'))).index;
        return Promise.resolve({ kind: 'not-found' });
      },
      ...quick,
    });
    expect(gone).toMatchObject({ answered: 2, different: [] });
  });

  it('stops where nobody answers, and where too many answers fail', async () => {
    const many = buildIndex(
      mkWorld(),
      Array.from({ length: 100 }, (_, i) => pod(`web-${String(i)}`)),
    );
    const failed: PolicyAnswer = { kind: 'failed', code: 'UNAVAILABLE', details: 'no' };
    let asked = 0;
    const none = await verify({
      index: () => many,
      ask: () => {
        asked += 1;
        return Promise.resolve(failed);
      },
      ...quick,
    });
    expect([asked, none.ports, none.answered, none.failures.length]).toEqual([1, 200, 0, 1]);
    let calls = 0;
    const some = await verify({
      index: () => many,
      ask: (port) => Promise.resolve((calls += 1) < 50 ? answerOf(many, port) : failed),
      ...quick,
    });
    expect(calls).toBeLessThan(100);
    expect(some.answered).toBe(49);
    expect(some.failures.length).toBeGreaterThanOrEqual(20);
    expect(some.failures[0]).toMatchObject({ code: 'UNAVAILABLE', details: 'no' });
  });

  it('asks no more than 16 at a time', async () => {
    const many = buildIndex(
      mkWorld(),
      Array.from({ length: 50 }, (_, i) => pod(`web-${String(i)}`)),
    );
    let [now, most] = [0, 0];
    await verify({
      index: () => many,
      ask: async (port) => {
        most = Math.max(most, (now += 1));
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        return answerOf(many, port);
      },
      ...quick,
    });
    expect(most).toBe(16);
  });

  it('counts the answers that have more than can be compared', async () => {
    const ask = (port: WorkloadPort): Promise<PolicyAnswer> =>
      Promise.resolve({ ...answerOf(web, port), unknownBytes: 3 } as PolicyAnswer);
    expect(await verify({ index: () => web, ask, ...quick })).toMatchObject({ different: [], unknown: 2 });
  });

  it('has nothing to ask of an empty cluster', async () => {
    const ask = () => Promise.reject(new Error('asked'));
    expect(await verify({ index: () => buildIndex(mkWorld(), []), ask, ...quick })).toMatchObject({
      ports: 0,
      answered: 0,
    });
  });
});
