/** The live judge: what it answers without a cache, with a stale one, and of two conflicting creates at once. */
import { describe, expect, it } from '@jest/globals';
import { decodeReview, type Verdict } from '../../src/admission/index.js';
import { ClusterCache, STALE_MS } from '../../src/app/cluster-cache.js';
import { createJudge } from '../../src/app/judge.js';
import { InternTable } from '../../src/policy/objects/intern.js';
import { SOURCE_KINDS, type StoredKind } from '../../src/policy/objects/kinds.js';
import { project } from '../../src/policy/objects/project.js';
import type { StoredObject } from '../../src/policy/objects/stored.js';
import type { Batch, KindState, KindStatus, ObjectSource } from '../../src/policy/ports.js';
import { DEFAULT_RULE_SETTINGS } from '../../src/rules/settings.js';
import { mkReview, mkServer, mkWorld } from '../builders.js';

const table = new InternTable();
const stored = (raw: any): StoredObject => {
  const kind: StoredKind = raw.kind === 'Server' ? 'policy.linkerd.io/Server' : 'core/Pod';
  const result = project(kind, raw, table);
  if (!result.ok) throw new Error(result.error);
  return result.value;
};

/** A source under the test's hand: what is cached, what a live read sees, how old it all is. */
class HandSource implements ObjectSource {
  live: StoredObject[] = [];
  state: KindState = 'listed';
  /** Kinds in another state. */
  readonly unavailable = new Map<StoredKind, 'missing' | 'forbidden'>();
  heardAt = 0;
  /** Kinds that were heard of at another time. */
  readonly heard = new Map<StoredKind, number>();
  readonly listed: StoredKind[] = [];
  readFails = false;
  reads = 0;
  #sink: (batch: Batch) => void = () => undefined;
  start = (sink: (batch: Batch) => void): void => {
    this.#sink = sink;
  };
  deliver(batch: Batch): void {
    this.#sink(batch);
  }
  stop = (): Promise<void> => Promise.resolve();
  status = () =>
    SOURCE_KINDS.map(({ id }): KindStatus => {
      const reason = this.unavailable.get(id);
      if (reason !== undefined) return { kind: id, state: 'unavailable', reason, objects: 0 };
      return { kind: id, state: this.state, heardAt: this.heard.get(id) ?? this.heardAt, objects: 0 };
    });
  get = (kind: StoredKind, namespace: string, name: string): Promise<StoredObject | undefined> => {
    this.reads += 1;
    if (this.readFails) return Promise.reject(new Error('timed out'));
    return Promise.resolve(
      this.live.find((o) => o.kind === kind && o.namespace === namespace && o.name === name),
    );
  };
  list = (kind: StoredKind, namespace: string): Promise<readonly StoredObject[]> => {
    this.reads += 1;
    this.listed.push(kind);
    if (this.readFails) return Promise.reject(new Error('timed out'));
    return Promise.resolve(this.live.filter((o) => o.kind === kind && o.namespace === namespace));
  };
}

function mkJudge() {
  const source = new HandSource();
  const clock = { now: 1_000 };
  const cache = new ClusterCache(source, { now: () => clock.now, world: mkWorld() });
  cache.start();
  const judge = createJudge({ world: mkWorld, settings: DEFAULT_RULE_SETTINGS, cache, now: () => clock.now });
  const ask = (object: any, request: any = {}) => {
    const decoded = decodeReview(mkReview(object, request));
    if (!decoded.ok) throw new Error(decoded.error.message);
    return Promise.resolve(judge(decoded.value, { at: clock.now + 5_000 })) as Promise<any>;
  };
  return { source, clock, cache, ask };
}

const named = (name: string, spec: any = {}): any => mkServer(spec, { name, uid: `uid-${name}` });
const cached = (raw: any): Batch => [{ type: 'applied', object: stored(raw) }];

describe('the live judge', () => {
  it('refuses a Server that overlaps one in the cache', async () => {
    const { source, ask } = mkJudge();
    const web = named('web');
    source.deliver(cached(web));
    source.live = [stored(web)];
    const verdict = (await ask(named('web-2'))) as Verdict;
    expect(verdict.allowed).toBe(false);
    expect(verdict.message).toContain('[server/overlap]');
    expect(verdict.message).toContain('"web"');
  });

  it('admits it when a live read shows that the other one is gone', async () => {
    const { source, ask } = mkJudge();
    source.deliver(cached(named('web')));
    expect(await ask(named('web-2'))).toMatchObject({ allowed: true });
    expect(source.reads).toBe(1);
  });

  it('refuses it when the live read fails', async () => {
    const { source, ask } = mkJudge();
    source.deliver(cached(named('web')));
    source.readFails = true;
    expect(await ask(named('web-2'))).toMatchObject({ allowed: false });
  });

  it('admits one of two conflicting creates at once', async () => {
    const { ask } = mkJudge();
    const verdicts = await Promise.all([ask(named('a')), ask(named('b'))]);
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(1);
  });

  it('lets a dry run hold nothing', async () => {
    const { ask } = mkJudge();
    expect(await ask(named('a'), { dryRun: true })).toMatchObject({ allowed: true });
    expect(await ask(named('b'))).toMatchObject({ allowed: true });
  });

  it('frees the place of an admitted object that never arrives', async () => {
    const { clock, ask } = mkJudge();
    await ask(named('a'));
    expect(await ask(named('b'))).toMatchObject({ allowed: false });
    clock.now += 10_000;
    expect(await ask(named('b'))).toMatchObject({ allowed: true });
  });

  it('lets a reservation go when its object has arrived and was deleted again', async () => {
    const { source, ask } = mkJudge();
    await ask(named('a'));
    source.deliver(cached(named('a')));
    await ask(named('other', { port: 'admin' }));
    source.deliver([{ type: 'deleted', kind: 'policy.linkerd.io/Server', namespace: 'app', name: 'a' }]);
    expect(await ask(named('b'))).toMatchObject({ allowed: true });
  });

  it('lets it go also when nobody asked in between', async () => {
    const { source, ask } = mkJudge();
    await ask(named('a'));
    source.deliver(cached(named('a')));
    source.deliver([{ type: 'deleted', kind: 'policy.linkerd.io/Server', namespace: 'app', name: 'a' }]);
    expect(await ask(named('b'))).toMatchObject({ allowed: true });
  });

  it('holds no place for a Server that is on its way out', async () => {
    const { ask } = mkJudge();
    const web = named('a');
    const deleting = { ...web, metadata: { ...web.metadata, deletionTimestamp: '2026-11-22T10:00:00Z' } };
    await ask(deleting, { operation: 'UPDATE', oldObject: web });
    expect(await ask(named('b'))).toMatchObject({ allowed: true });
  });

  it('sees all places that are held, those taken before the cache moved and those taken since', async () => {
    const { source, clock, ask } = mkJudge();
    const on = (name: string, port: number) => named(name, { port });
    await ask(on('a', 1));
    clock.now += 6_000;
    await ask(on('b', 2));
    source.deliver(cached(on('other', 9)));
    await ask(on('c', 3));
    for (const port of [1, 2, 3])
      expect(await ask(on('late', port), { dryRun: true })).toMatchObject({ allowed: false });
    clock.now += 4_000;
    expect(await ask(on('late', 1), { dryRun: true })).toMatchObject({ allowed: true });
    for (const port of [2, 3])
      expect(await ask(on('late', port), { dryRun: true })).toMatchObject({ allowed: false });
  });

  it('never finds that a Server overlaps itself', async () => {
    const { source, ask } = mkJudge();
    const web = named('web');
    source.deliver(cached(web));
    const update = { operation: 'UPDATE', oldObject: web };
    expect(await ask(named('web', { proxyProtocol: 'HTTP/2' }), update)).toMatchObject({ allowed: true });
    expect(await ask(named('web', { proxyProtocol: 'HTTP/1' }), update)).toMatchObject({
      allowed: true,
      findings: [],
    });
  });

  it('lets an update of a Server that overlapped already pass with a warning', async () => {
    const { source, ask } = mkJudge();
    const [a, b] = [named('a'), named('b')];
    source.deliver([...cached(a), ...cached(b)]);
    const verdict = await ask(
      { ...b, spec: { ...b.spec, proxyProtocol: 'HTTP/2' } },
      { operation: 'UPDATE', oldObject: b },
    );
    expect(verdict).toMatchObject({ allowed: true });
    expect(verdict.warnings).toEqual([expect.stringContaining('[server/overlap]')]);
  });

  it('turns a Server away while the cache is not loaded, but answers what one object shows', async () => {
    const { source, ask } = mkJudge();
    source.state = 'pending';
    expect(await ask(named('web'))).toEqual({ retry: 'not-ready' });
    expect(await ask(named('web', { proxyProtocol: 'grpc' }))).toMatchObject({ allowed: false, code: 403 });
    const policy = {
      apiVersion: 'policy.linkerd.io/v1alpha1',
      kind: 'NetworkAuthentication',
      metadata: { name: 'n', namespace: 'app' },
      spec: { networks: [{ cidr: '10.0.0.0/8' }] },
    };
    expect(await ask(policy)).toMatchObject({ allowed: true });
  });

  it('says in the audit log which rules were not judged', async () => {
    const { source, ask } = mkJudge();
    source.state = 'pending';
    const verdict = await ask(named('web', { proxyProtocol: 'grpc' }));
    expect(verdict.auditAnnotations).toEqual({
      rule: 'server/proxy-protocol',
      'rules-not-judged': 'server/overlap,server/overlap-possible',
    });
  });

  it.each([
    ['that changes nothing', (web: any) => ({ object: web, operation: 'UPDATE', oldObject: web })],
    [
      'of a Server that is being deleted',
      (web: any) => ({
        object: { ...web, metadata: { ...web.metadata, deletionTimestamp: '2026-11-22T10:00:00Z' } },
        operation: 'UPDATE',
        oldObject: web,
      }),
    ],
  ])('admits an update %s whatever the cache is', async (_, request) => {
    const { source, ask } = mkJudge();
    const { object, ...rest } = request(named('web'));
    source.state = 'pending';
    expect(await ask(object, rest)).toMatchObject({ allowed: true });
  });

  it('admits everything else without a cache', async () => {
    const { source, ask } = mkJudge();
    const web = named('web');
    const deletion = { operation: 'DELETE', object: null, oldObject: web };
    for (const state of ['pending', 'listed'] as const) {
      source.state = state;
      source.heardAt = -STALE_MS;
      source.readFails = true;
      expect(await ask(web, deletion)).toMatchObject({ allowed: true });
      expect(await ask(web, { subResource: 'status' })).toMatchObject({ allowed: true });
      const route = {
        ...web,
        apiVersion: 'policy.linkerd.io/v1beta3',
        kind: 'HTTPRoute',
        spec: { rules: [] },
      };
      expect(await ask(route)).toMatchObject({ allowed: true });
    }
    expect(source.reads).toBe(0);
  });

  it('judges without pods that it may not read, and says so', async () => {
    const { source, ask } = mkJudge();
    source.unavailable.set('core/Pod', 'forbidden');
    source.deliver(cached(named('web')));
    source.live = [stored(named('web'))];
    const admitted = await ask(named('api', { podSelector: { matchLabels: { app: 'api' } } }));
    const said = {
      warnings: ['[server/overlap] judged without core/Pod: Gatehouse may not read them'],
      auditAnnotations: { 'kinds-not-read': 'core/Pod' },
    };
    expect(admitted).toMatchObject({ allowed: true, ...said });
    // What Servers alone show is still refused.
    const refused = await ask(named('web-2'));
    expect(refused).toMatchObject({ allowed: false, warnings: said.warnings });
    expect(refused.auditAnnotations).toEqual({ rule: 'server/overlap', 'kinds-not-read': 'core/Pod' });
  });

  it('says nothing of kinds that the cluster does not have', async () => {
    const { source, ask } = mkJudge();
    source.unavailable.set('workload.linkerd.io/ExternalWorkload', 'missing');
    expect(await ask(named('web'))).toMatchObject({ allowed: true, warnings: [], auditAnnotations: {} });
  });

  it('lists Servers live while their CRD is too new to be cached', async () => {
    const { source, ask } = mkJudge();
    source.unavailable.set('policy.linkerd.io/Server', 'missing');
    source.live = [stored(named('web'))];
    expect(await ask(named('web-2'))).toMatchObject({ allowed: false });
    expect(await ask(named('api', { podSelector: { matchLabels: { app: 'api' } } }))).toMatchObject({
      allowed: true,
    });
  });

  it('turns a Server away when it may not read Servers', async () => {
    const { source, ask } = mkJudge();
    source.unavailable.set('policy.linkerd.io/Server', 'forbidden');
    source.readFails = true;
    expect(await ask(named('web'))).toEqual({ retry: 'stale' });
  });

  it('lists live when the cache is stale, and turns away when that fails', async () => {
    const { source, clock, ask } = mkJudge();
    source.heardAt = clock.now - STALE_MS;
    source.live = [stored(named('web'))];
    expect(await ask(named('web-2'))).toMatchObject({ allowed: false });
    source.readFails = true;
    expect(await ask(named('web-2'))).toEqual({ retry: 'stale' });
    source.heardAt = clock.now - STALE_MS + 1;
    expect(await ask(named('web-2'))).toMatchObject({ allowed: true });
  });

  it('knows for each kind how fresh it is, and lists live what is stale and needed', async () => {
    const { source, clock, ask } = mkJudge();
    source.heardAt = clock.now;
    source.heard.set('core/Service', clock.now - STALE_MS);
    await ask(named('web'));
    expect(source.listed).toEqual([]);
    source.heard.set('core/Pod', clock.now - STALE_MS);
    await ask(named('api', { podSelector: { matchLabels: { app: 'api' } } }));
    expect(source.listed).toEqual(['core/Pod']);
  });

  it('sees in the live list that a cached Server is gone', async () => {
    const { source, clock, ask } = mkJudge();
    source.deliver(cached(named('web')));
    source.heardAt = clock.now - STALE_MS;
    expect(await ask(named('web-2'))).toMatchObject({ allowed: true });
  });

  it('lets an accepted overlap pass with a warning, for a rename', async () => {
    const { source, ask } = mkJudge();
    source.deliver(cached(named('web')));
    const object = named('web-2');
    object.metadata.annotations = { 'gatehouse.dev/accept': 'server/overlap until 2026-12-01 replaces web' };
    const verdict = await ask(object);
    expect(verdict).toMatchObject({ allowed: true });
    expect(verdict.warnings).toEqual([
      '[server/overlap] accepted: Server "web" has port "http" too, and wins (spec)',
    ]);
  });
});
