/** Requests of every sort through the API server: what is asked of Gatehouse, and what becomes of the answer. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { definitionOf, GATEWAY_GROUP, KIND_IDS, POLICY_GROUP, type KindId } from '../../src/schema/index.js';
import { succeeded, waitFor, type KubeObject, type ObjectMeta } from './cluster.js';
import { admitted, describeWithWebhook, probe, refusal, useGatehouse } from './gatehouse.js';

type Spec = Record<string, unknown>;

/** A good and a bad spec of each kind; every served version knows the fault. */
const SPECS: Record<KindId, { good: Spec; better: Spec; bad: Spec; text: readonly string[] }> = {
  'policy.linkerd.io/Server': {
    good: { podSelector: { matchLabels: { app: 'web' } }, port: 80 },
    better: { podSelector: { matchLabels: { app: 'web' } }, port: 81 },
    bad: { podSelector: { matchLabels: { app: 'web' } }, port: 0 },
    text: [
      'spec.port [server/port]: 0 is no port: port numbers are 1 to 65535',
      '  write the number of the container port, or its name',
    ],
  },
  'policy.linkerd.io/ServerAuthorization': {
    good: { server: { name: 'web' }, client: { unauthenticated: true } },
    better: { server: { name: 'api' }, client: { unauthenticated: true } },
    bad: { server: {}, client: { unauthenticated: true } },
    text: [
      'spec.server [server-authorization/server]: `server` needs a `name` or a `selector`; with neither this grants access to every Server of the namespace',
      '  write `name: …`, or `selector: {matchLabels: {}}` to mean every Server',
    ],
  },
  'policy.linkerd.io/AuthorizationPolicy': {
    good: { targetRef: { group: POLICY_GROUP, kind: 'Server', name: 'web' }, requiredAuthenticationRefs: [] },
    better: {
      targetRef: { group: POLICY_GROUP, kind: 'Server', name: 'api' },
      requiredAuthenticationRefs: [],
    },
    bad: { targetRef: { kind: 'Server', name: 'web' }, requiredAuthenticationRefs: [] },
    text: [
      'spec.targetRef [authorization-policy/target]: an AuthorizationPolicy cannot target "Server" of the core group',
      '  write `group: policy.linkerd.io`',
    ],
  },
  'policy.linkerd.io/MeshTLSAuthentication': {
    good: { identities: ['*'] },
    better: { identities: ['*.example.com'] },
    bad: { identities: ['*.*'] },
    text: [
      'spec.identities[0] [identity/syntax]: "*.*" is neither a DNS-like identity nor a SPIFFE id, so no client can have it',
      '  write lower-case labels joined by dots, with `*` at most as the whole first one, or `spiffe://trust-domain/path`',
    ],
  },
  'policy.linkerd.io/NetworkAuthentication': {
    good: { networks: [{ cidr: '10.0.0.0/8' }] },
    better: { networks: [{ cidr: '10.0.0.0/9' }] },
    bad: { networks: [{ cidr: '10.0.0/8' }] },
    text: [
      'spec.networks[0].cidr [network/cidr]: "10.0.0/8" is no network: "10.0.0" is no IP address',
      '  write an IPv4 or IPv6 address, or `address/prefix` such as 10.0.0.0/8 or fd00::/8',
    ],
  },
  'policy.linkerd.io/HTTPRoute': {
    good: { rules: [{ matches: [{ path: { value: '/a' } }] }] },
    better: { rules: [{ matches: [{ path: { value: '/b' } }] }] },
    bad: { rules: [{ matches: [{ path: { value: 'a' } }] }] },
    text: [
      'spec.rules[0].matches[0].path.value [route/path]: the path "a" does not begin with `/`, so no request can match it',
      '  write "/a"',
    ],
  },
  'policy.linkerd.io/HTTPLocalRateLimitPolicy': {
    good: {
      targetRef: { group: POLICY_GROUP, kind: 'Server', name: 'web' },
      total: { requestsPerSecond: 1 },
    },
    better: {
      targetRef: { group: POLICY_GROUP, kind: 'Server', name: 'web' },
      total: { requestsPerSecond: 2 },
    },
    bad: {
      targetRef: { group: POLICY_GROUP, kind: 'Server', name: 'web' },
      total: { requestsPerSecond: -1 },
    },
    text: [
      'spec.total.requestsPerSecond [rate-limit/limits]: -1 is no limit: requests per second are 1 to 4294967295',
      '  write a number in that range; leave the limit out for no limit',
    ],
  },
  'policy.linkerd.io/EgressNetwork': {
    good: { trafficPolicy: 'Allow' },
    better: { trafficPolicy: 'Deny' },
    bad: { trafficPolicy: 'Forbid' },
    text: [
      'spec.trafficPolicy [egress-network/traffic-policy]: "Forbid" is no traffic policy',
      '  write Allow or Deny',
    ],
  },
  'gateway.networking.k8s.io/HTTPRoute': {
    good: { rules: [{ matches: [{ path: { value: '/a' } }] }] },
    better: { rules: [{ matches: [{ path: { value: '/b' } }] }] },
    bad: { rules: [{ matches: [{ path: { value: 'a' } }] }] },
    text: [
      'spec.rules[0].matches[0].path.value [route/path]: the path "a" does not begin with `/`, so no request can match it',
      '  write "/a"',
    ],
  },
  'gateway.networking.k8s.io/GRPCRoute': {
    good: { rules: [{ matches: [{ method: { service: 'emoji' } }] }] },
    better: { rules: [{ matches: [{ method: { service: 'voting' } }] }] },
    bad: { rules: [{ matches: [{ method: { type: 'RegularExpression', service: '.*' } }] }] },
    text: [
      'spec.rules[0].matches[0].method.type [grpc-route/method]: gRPC services and methods cannot be matched by regular expression',
      '  write `type: Exact` and name the service and the method',
    ],
  },
  'gateway.networking.k8s.io/TLSRoute': {
    good: { hostnames: ['example.com'], rules: [{ backendRefs: [{ name: 'web', port: 443 }] }] },
    better: { hostnames: ['example.org'], rules: [{ backendRefs: [{ name: 'web', port: 443 }] }] },
    bad: { hostnames: ['example.com'], rules: [] },
    text: ['spec.rules [route/single-rule]: a TLSRoute has exactly one rule; this one has 0', '  add a rule'],
  },
  'gateway.networking.k8s.io/TCPRoute': {
    good: { rules: [{ backendRefs: [{ name: 'web', port: 443 }] }] },
    better: { rules: [{ backendRefs: [{ name: 'web', port: 444 }] }] },
    bad: { rules: [] },
    text: ['spec.rules [route/single-rule]: a TCPRoute has exactly one rule; this one has 0', '  add a rule'],
  },
};

const badPort = SPECS['policy.linkerd.io/Server'].text.join('\n');

/** The API server's own warnings about old versions, which stand beside ours. */
const DEPRECATIONS = new Map([
  [
    'policy.linkerd.io/v1alpha1 Server',
    'policy.linkerd.io/v1alpha1 Server is deprecated; use policy.linkerd.io/v1beta1 Server',
  ],
  [
    'policy.linkerd.io/v1beta1 Server',
    'policy.linkerd.io/v1beta1 Server is deprecated; use policy.linkerd.io/v1beta3 Server',
  ],
  [
    'policy.linkerd.io/v1alpha1 ServerAuthorization',
    'policy.linkerd.io/v1alpha1 ServerAuthorization is deprecated; use policy.linkerd.io/v1beta1 ServerAuthorization',
  ],
  [
    'gateway.networking.k8s.io/v1alpha2 GRPCRoute',
    'The v1alpha2 version of GRPCRoute has been deprecated and will be removed in a future release of the API. Please upgrade to v1.',
  ],
]);

const object = (apiVersion: string, kind: string, metadata: ObjectMeta, spec: unknown): KubeObject => ({
  apiVersion,
  kind,
  metadata,
  spec,
});

/** Servers of these tests select by name, so that only those meant to overlap do. */
const mkServer = (metadata: ObjectMeta, spec: Spec = {}): KubeObject =>
  object('policy.linkerd.io/v1beta3', 'Server', metadata, {
    podSelector: { matchLabels: { app: metadata.name ?? 'generated' } },
    port: 80,
    ...spec,
  });

const mkAuthorization = (metadata: ObjectMeta, client: Spec): KubeObject =>
  object('policy.linkerd.io/v1beta1', 'ServerAuthorization', metadata, { server: { name: 'web' }, client });

describeWithWebhook('a request', (cluster) => {
  const namespace = cluster.namespace('requests');
  const optedOut = `${namespace}-out`;

  // What is there before Gatehouse is: objects that it would refuse.
  const old = ['labels', 'annotations', 'port', 'worse', 'repair', 'same', 'deleted', 'finalizer'].map(
    (use) =>
      mkServer(
        { name: `old-${use}`, namespace, ...(use === 'finalizer' && { finalizers: ['example.com/kept'] }) },
        { proxyProtocol: 'http' },
      ),
  );
  const oldServer = (use: string): KubeObject => {
    const found = old.find(({ metadata }) => metadata?.name === `old-${use}`);
    if (found === undefined) throw new Error(`no old Server for ${use}`);
    return found;
  };
  const oldRoute = object(
    'policy.linkerd.io/v1beta3',
    'HTTPRoute',
    { name: 'old-route', namespace },
    SPECS['policy.linkerd.io/HTTPRoute'].bad,
  );

  const gatehouse = useGatehouse(cluster, {
    namespaces: [namespace, optedOut],
    before: async () => {
      for (const each of [...old, oldRoute]) succeeded(await cluster.create(each));
    },
  });

  /** How many reviews Gatehouse has answered. */
  const answered = (labels: Record<string, string> = {}): Promise<number> =>
    gatehouse().metric('gatehouse_webhook_requests_total', labels);

  describe('with several faults', () => {
    test('is told of all of them at once', async () => {
      const spec = { podSelector: {}, port: 70_000, proxyProtocol: 'http', accessPolicy: 'Deny' };
      const reply = await cluster.create(mkServer({ name: 'several', namespace }, spec));
      expect(reply.status).toBe(403);
      expect(reply.body).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'Forbidden', code: 403 });
      expect(reply.body.message).toBe(
        [
          'admission webhook "validate.gatehouse.dev" denied the request: spec.podSelector [selector/exactly-one]: a selector needs `matchLabels` or `matchExpressions`; this one has neither and would select everything',
          '  write `matchLabels: {}` to select everything on purpose',
          'spec.port [server/port]: 70000 is no port: port numbers are 1 to 65535',
          '  write the number of the container port, or its name',
          'spec.proxyProtocol [server/proxy-protocol]: "http" is not a protocol that Linkerd knows',
          '  did you mean `HTTP/1`? the words are unknown, HTTP/1, HTTP/2, gRPC, opaque or TLS',
          'spec.accessPolicy [server/access-policy]: "Deny" is not an access policy that Linkerd knows',
          '  did you mean `deny`? the words are all-authenticated, all-unauthenticated, cluster-authenticated, cluster-unauthenticated, deny or audit',
        ].join('\n'),
      );
    });

    test('is told how many there are more, where they are too many for a message', async () => {
      const labels = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`label-${String(i)}`, 'a b']));
      const spec = { podSelector: { matchLabels: labels } };
      const text = refusal(await cluster.create(mkServer({ name: 'many', namespace }, spec)));
      expect(text.length).toBeLessThanOrEqual(2_048);
      const lines = text.split('\n');
      const shown = lines.filter((line) => line.includes('[selector/requirement]')).length;
      expect(lines.slice(-3)).toEqual([
        'spec.podSelector.matchLabels.label-16 [selector/requirement]: "a b" is no valid label value, so no label can have it',
        '  a value has at most 63 letters, digits, `-`, `_` and `.`, and begins and ends with a letter or digit',
        `… and ${String(60 - shown)} more problems; \`gatehouse lint\` shows all`,
      ]);
    });
  });

  describe('of a Gateway API kind that Linkerd cannot read', () => {
    test.each<[string, Spec, string[]]>([
      [
        'v1 HTTPRoute',
        { rules: [{ filters: [{ type: 'Future' }] }] },
        [
          '[schema/type] Linkerd ignores this route: "Future" is none of the words allowed here (spec.rules[0].filters[0].type)',
        ],
      ],
      [
        'v1 GRPCRoute',
        { rules: [{ filters: [{ type: 'URLRewrite' }] }] },
        [
          '[schema/type] Linkerd ignores this route: "URLRewrite" is none of the words allowed here (spec.rules[0].filters[0].type)',
        ],
      ],
      [
        'v1alpha2 TLSRoute',
        { rules: [{ backendRefs: [{ name: 'web' }] }] },
        ['spec [schema/type]: Linkerd cannot read this route and ignores it: `hostnames` is required'],
      ],
      [
        'v1alpha2 TCPRoute',
        { rules: [{}, {}] },
        [
          'spec.rules[0] [schema/type]: Linkerd cannot read this route and ignores it: `backendRefs` is required',
        ],
      ],
    ])('is admitted with a warning: %s', async (named, spec, warnings) => {
      const [version = '', kind = ''] = named.split(' ');
      const metadata = { name: `unreadable-${kind.toLowerCase()}`, namespace };
      expect(
        admitted(await cluster.create(object(`${GATEWAY_GROUP}/${version}`, kind, metadata, spec))),
      ).toEqual(warnings);
    });
  });

  describe('with an acceptance', () => {
    const accepting = (name: string, accept: string, spec: Spec): KubeObject =>
      mkServer({ name, namespace, annotations: { 'gatehouse.dev/accept': accept } }, spec);

    test('is admitted with a warning that names the reason', async () => {
      const accepted = accepting('accepted', 'selector/exactly-one this is the only workload here', {
        podSelector: {},
        port: 30_001,
      });
      expect(admitted(await cluster.create(accepted))).toEqual([
        '[selector/exactly-one] accepted: neither `matchLabels` nor `matchExpressions`: selects everything (spec.podSelector)',
      ]);
      expect(
        await gatehouse().metric('gatehouse_accepted_findings_total', { rule: 'selector/exactly-one' }),
      ).toBe(1);
      // It selects everything, and so would be near every Server of the tests below.
      succeeded(await cluster.remove(accepted));
    });

    test('is refused all the same where the rule is Linkerd’s own', async () => {
      const reply = await cluster.create(
        accepting('accepted-linkerd', 'server/proxy-protocol we know better', { proxyProtocol: 'http' }),
      );
      expect(refusal(reply)).toBe(
        [
          'spec.proxyProtocol [server/proxy-protocol]: "http" is not a protocol that Linkerd knows',
          '  did you mean `HTTP/1`? the words are unknown, HTTP/1, HTTP/2, gRPC, opaque or TLS',
        ].join('\n'),
      );
      expect(reply.warnings).toEqual([
        '[accept/annotation] server/proxy-protocol is Linkerd’s own: it cannot be accepted (metadata.annot…atehouse.dev/accept"])',
      ]);
    });

    test('is refused once the acceptance has ended', async () => {
      const reply = await cluster.create(
        accepting('accepted-once', 'selector/exactly-one until 2020-02-29 for the migration', {
          podSelector: {},
          port: 30_002,
        }),
      );
      expect(refusal(reply)).toBe(
        [
          'spec.podSelector [selector/exactly-one]: a selector needs `matchLabels` or `matchExpressions`; this one has neither and would select everything',
          '  write `matchLabels: {}` to select everything on purpose',
        ].join('\n'),
      );
      expect(reply.warnings).toEqual([
        '[accept/annotation] the acceptance of "selector/exactly-one" ended on 2020-02-29 (metadata.annot…gatehouse.dev/accept"])',
      ]);
    });

    test('is warned of an acceptance that it does not need', async () => {
      const reply = await cluster.create(accepting('accepted-idly', 'server/overlap replaces nothing', {}));
      expect(admitted(reply)).toEqual([
        '[accept/annotation] server/overlap is not needed here (metadata.annotations["gatehouse.dev/accept"])',
      ]);
    });
  });

  test('to replace a Server goes as the refusal says: annotate, apply, delete the old one', async () => {
    const before = mkServer({ name: 'rename-a', namespace }, { port: 30_003 });
    const after = mkServer({ name: 'rename-b', namespace }, (before['spec'] ?? {}) as Spec);
    admitted(await cluster.create(before));
    await delay(1_100);

    const text = refusal(await cluster.create(after));
    const today = Date.now();
    const [, accept, until] =
      /annotate this Server with gatehouse\.dev\/accept: "(server\/overlap until (\S+) [^"]*)"/.exec(text) ??
      [];
    expect(accept).toBe(`server/overlap until ${String(until)} replaces rename-a`);
    const days = (Date.parse(String(until)) - today) / 86_400_000;
    expect(days).toBeGreaterThan(5.9);
    expect(days).toBeLessThan(7.1);

    const annotated = {
      ...after,
      metadata: { ...after.metadata, annotations: { 'gatehouse.dev/accept': accept } },
    } as KubeObject;
    expect(admitted(await cluster.create(annotated))).toEqual([
      '[server/overlap] accepted: Server "rename-a" has port 30003 too, and wins (spec)',
    ]);
    expect(admitted(await cluster.remove(before))).toEqual([]);
    expect((await cluster.get(annotated)).status).toBe(200);
  });

  describe('to change what was bad before Gatehouse came', () => {
    const warning = 'spec.proxyProtocol [server/proxy-protocol]: "http" is not a protocol that Linkerd knows';

    test('passes with a warning when it changes labels', async () => {
      const reply = await cluster.patch(oldServer('labels'), { metadata: { labels: { team: 'web' } } });
      expect(admitted(reply)).toEqual([warning]);
    });

    test('passes without judgement when it changes annotations that no rule reads', async () => {
      const reply = await cluster.patch(oldServer('annotations'), {
        metadata: { annotations: { note: 'x' } },
      });
      expect(admitted(reply)).toEqual([]);
    });

    test('passes without judgement when it changes nothing', async () => {
      const { body } = await cluster.get(oldServer('same'));
      expect(admitted(await cluster.update(body as KubeObject))).toEqual([]);
    });

    test('passes with a warning when it changes another part of the spec', async () => {
      expect(admitted(await cluster.patch(oldServer('port'), { spec: { port: 8080 } }))).toEqual([warning]);
    });

    test('is refused for what it adds, and warned of what was there', async () => {
      const reply = await cluster.patch(oldServer('worse'), { spec: { port: 0 } });
      expect(refusal(reply)).toBe(badPort);
      expect(reply.warnings).toEqual([warning]);
      expect((await cluster.get(oldServer('worse'))).body['spec']).toMatchObject({ port: 80 });
    });

    test('passes when it puts the object right', async () => {
      expect(
        admitted(await cluster.patch(oldServer('repair'), { spec: { proxyProtocol: 'HTTP/1' } })),
      ).toEqual([]);
      const back = await cluster.patch(oldServer('repair'), { spec: { proxyProtocol: 'http' } });
      expect(refusal(back)).toContain('[server/proxy-protocol]');
    });

    test('passes when it deletes the object', async () => {
      expect(admitted(await cluster.remove(oldServer('deleted')))).toEqual([]);
      expect((await cluster.get(oldServer('deleted'))).status).toBe(404);
    });

    test('passes when it lets go of an object that is being deleted', async () => {
      const server = oldServer('finalizer');
      succeeded(await cluster.remove(server));
      expect((await cluster.get(server)).body.metadata?.deletionTimestamp).toBeDefined();
      expect(admitted(await cluster.patch(server, { metadata: { finalizers: null } }))).toEqual([]);
      expect((await cluster.get(server)).status).toBe(404);
    });
  });

  test('to empty a client is no revocation, and is told so', async () => {
    const authorization = mkAuthorization({ name: 'revoked', namespace }, { meshTLS: { identities: ['*'] } });
    admitted(await cluster.create(authorization));
    const { body } = await cluster.get(authorization);
    const emptied = { ...body, spec: { server: { name: 'web' }, client: {} } } as unknown as KubeObject;
    expect(refusal(await cluster.update(emptied))).toBe(
      [
        'spec.client [server-authorization/client]: this looks like a revocation and is none: a client that authorises nobody is ignored by Linkerd, which keeps the previous version of this ServerAuthorization in force, so that everyone it admitted stays admitted',
        '  delete the ServerAuthorization to revoke what it grants',
      ].join('\n'),
    );
    expect((await cluster.get(authorization)).body['spec']).toMatchObject({
      client: { meshTLS: { identities: ['*'] } },
    });
    expect(admitted(await cluster.remove(authorization))).toEqual([]);
  });

  describe('with dry run', () => {
    test('is answered as without, and stores nothing', async () => {
      const bad = mkServer({ name: 'dry', namespace }, { port: 0 });
      const dry = await cluster.dryRun(bad);
      expect(refusal(dry)).toBe(refusal(await cluster.create(bad)));
      const good = mkServer({ name: 'dry', namespace });
      expect(admitted(await cluster.dryRun(good))).toEqual([]);
      expect((await cluster.get(good)).status).toBe(404);
    });

    test('keeps no place for what it would store', async () => {
      const first = mkServer({ name: 'dry-first', namespace }, { port: 30_004 });
      const second = mkServer({ name: 'dry-second', namespace }, (first['spec'] ?? {}) as Spec);
      expect(admitted(await cluster.dryRun(first))).toEqual([]);
      expect(admitted(await cluster.create(second))).toEqual([]);
      expect(refusal(await cluster.dryRun(first))).toContain('Server "dry-second" claims port 30004');
    });

    test('of an update is answered too', async () => {
      const server = mkServer({ name: 'dry-update', namespace });
      admitted(await cluster.create(server));
      expect(refusal(await cluster.patch(server, { spec: { port: 0 } }, { dryRun: true }))).toContain(
        '[server/port]',
      );
      expect((await cluster.get(server)).body['spec']).toMatchObject({ port: 80 });
    });
  });

  test('by server-side apply is judged when it creates and when it changes', async () => {
    const server = mkServer({ name: 'applied', namespace });
    const bad = mkServer({ name: 'applied', namespace }, { port: 0 });
    expect(refusal(await cluster.serverSideApply(bad))).toBe(badPort);
    const created = await cluster.serverSideApply(server);
    expect(created.status).toBe(201);
    expect(admitted(created)).toEqual([]);
    expect(refusal(await cluster.serverSideApply(bad))).toContain('spec.port [server/port]');
    expect(
      admitted(await cluster.serverSideApply(mkServer({ name: 'applied', namespace }, { port: 81 }))),
    ).toEqual([]);
    // Another manager's part of the object is judged together with the rest.
    const part = {
      apiVersion: server.apiVersion,
      kind: server.kind,
      metadata: server.metadata as ObjectMeta,
    };
    const reply = await cluster.serverSideApply(
      { ...part, spec: { accessPolicy: 'none' } },
      { fieldManager: 'somebody-else', force: false },
    );
    expect(refusal(reply)).toContain('spec.accessPolicy [server/access-policy]');
  });

  test('for a generated name is judged under that name', async () => {
    const generated = (port: number): KubeObject =>
      mkServer({ generateName: 'generated-', namespace }, { port });
    expect(refusal(await cluster.create(generated(0)))).toBe(badPort);
    const { body } = succeeded(await cluster.create(generated(30_005)));
    const name = body.metadata?.name ?? '';
    expect(name).toMatch(/^generated-.+/);
    // The first one is known by its generated name.
    expect(refusal(await cluster.create(generated(30_005)))).toContain(`Server "${name}" claims port 30005`);
  });

  describe('through any served version', () => {
    const versions = KIND_IDS.flatMap((id) => {
      const { group, kind, versions: all } = definitionOf(id);
      return all.map(({ name }) => ({ id, apiVersion: `${group}/${name}`, kind }));
    });
    test.each(versions)('$apiVersion $kind is judged', async ({ id, apiVersion, kind }) => {
      const { good, better, bad, text } = SPECS[id];
      const metadata = { name: `version-${apiVersion.replace(/.*\//, '')}`, namespace };
      const mk = (spec: Spec): KubeObject =>
        object(
          apiVersion,
          kind,
          metadata,
          kind === 'Server' ? { ...spec, podSelector: { matchLabels: { app: metadata.name } } } : spec,
        );
      const deprecation = DEPRECATIONS.get(`${apiVersion} ${kind}`);
      const warnings = deprecation === undefined ? [] : [deprecation];

      const refused = await cluster.create(mk(bad));
      expect(refusal(refused)).toBe(text.join('\n'));
      expect(refused.warnings).toEqual(warnings);
      const created = await cluster.create(mk(good));
      expect(admitted(created)).toEqual(warnings);

      const { resourceVersion } = created.body.metadata ?? {};
      const update = (spec: Spec): KubeObject => ({
        ...mk(spec),
        metadata: { ...metadata, resourceVersion: String(resourceVersion) },
      });
      expect(refusal(await cluster.update(update(bad)))).toBe(text.join('\n'));
      const updated = await cluster.update(update(better));
      expect(admitted(updated)).toEqual(warnings);
      expect(updated.body['spec']).toMatchObject(kind === 'Server' ? { port: better['port'] } : better);
      expect(admitted(await cluster.remove(mk(good)))).toEqual(warnings);
    });
  });

  test('to delete is asked about, and never refused', async () => {
    const server = mkServer({ name: 'to-delete', namespace });
    admitted(await cluster.create(server));
    const before = await answered({ operation: 'DELETE' });
    expect(admitted(await cluster.remove(server))).toEqual([]);
    expect((await answered({ operation: 'DELETE' })) - before).toBe(1);
  });

  test('to delete all of a kind is never refused', async () => {
    const labels = { delete: 'together' };
    for (const name of ['together-a', 'together-b'])
      admitted(await cluster.create(mkServer({ name, namespace, labels })));
    const address = `/apis/policy.linkerd.io/v1beta3/namespaces/${namespace}/servers`;
    const query = { labelSelector: 'delete=together' };
    expect(admitted(await cluster.request('DELETE', address, undefined, { query }))).toEqual([]);
    const { body } = await cluster.list('policy.linkerd.io/v1beta3', 'Server', namespace, query);
    expect(body.items).toEqual([]);
  });

  test('to write a status is not asked about, though the spec is bad', async () => {
    const before = await answered();
    const status = {
      parents: [
        {
          parentRef: { group: POLICY_GROUP, kind: 'Server', name: 'web' },
          controllerName: 'linkerd.io/policy-controller',
          conditions: [],
        },
      ],
    };
    const reply = await cluster.patch(oldRoute, { status }, { subresource: 'status' });
    expect(admitted(reply)).toEqual([]);
    expect(reply.body['status']).toEqual(status);
    expect(await answered()).toBe(before);
  });

  test('about an ExternalWorkload is not asked about', async () => {
    const before = await answered();
    const workload = object(
      'workload.linkerd.io/v1beta1',
      'ExternalWorkload',
      { name: 'vm', namespace },
      {
        meshTLS: { identity: 'NOT an identity', serverName: 'vm' },
        workloadIPs: [{ ip: 'nowhere' }],
      },
    );
    expect(admitted(await cluster.create(workload))).toEqual([]);
    expect(await answered()).toBe(before);
  });

  describe('in a namespace that has opted out', () => {
    const out: KubeObject = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: optedOut, labels: { 'gatehouse.dev/admission': 'disabled' } },
    };
    beforeAll(async () => {
      succeeded(await cluster.create(out));
    });
    afterAll(async () => {
      await cluster.remove(out);
    });

    test('is not asked about, until the label is gone', async () => {
      const before = await answered();
      const bad = mkServer({ name: 'out', namespace: optedOut }, { port: 0 });
      expect(admitted(await cluster.create(bad))).toEqual([]);
      expect(await answered()).toBe(before);

      succeeded(await cluster.patch(out, { metadata: { labels: { 'gatehouse.dev/admission': null } } }));
      await waitFor(async () => (await probe(cluster, optedOut)).status === 403, {
        what: 'the namespace to be judged',
      });
    });
  });
});
