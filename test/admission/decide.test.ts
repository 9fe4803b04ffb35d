import { describe, expect, it } from '@jest/globals';
import { decide, decodeReview } from '../../src/admission/index.js';
import type { JsonObject } from '../../src/model/json.js';
import { DEFAULT_RULE_SETTINGS } from '../../src/rules/settings.js';
import { viewOf } from '../../src/policy/view.js';
import { mkJudging, mkReview, mkServer, mkWorld } from '../builders.js';
import { mkState } from '../rules/harness.js';

const BAD = mkServer({ port: 0 });
const WARNED = { annotations: { 'gatehouse.dev/accept': 'x y' } };

function verdict(
  object: JsonObject,
  request: JsonObject = {},
  judging: Parameters<typeof mkJudging>[0] = {},
) {
  const review = decodeReview(mkReview(object, request));
  if (!review.ok) throw new Error(review.error.message);
  return decide(review.value, mkJudging(judging));
}
const gateway = (version: string, spec: JsonObject): JsonObject => ({
  apiVersion: `gateway.networking.k8s.io/${version}`,
  kind: 'HTTPRoute',
  metadata: { name: 'r', namespace: 'app' },
  spec,
});
const RELATIVE = { rules: [{ matches: [{ path: { value: 'a' } }] }] };

describe('decide', () => {
  it('admits an object that no rule speaks of', () => {
    expect(verdict(mkServer())).toEqual({
      allowed: true,
      warnings: [],
      auditAnnotations: {},
      findings: [],
      faults: [],
      skipped: [],
    });
  });

  it('refuses with all that is wrong, by 403, and names the rules for the audit log', () => {
    expect(verdict(mkServer({ port: 0, proxyProtocol: 'x' }, WARNED))).toMatchObject({
      allowed: false,
      code: 403,
      message:
        'spec.port [server/port]: 0 is no port: port numbers are 1 to 65535\n' +
        '  write the number of the container port, or its name\n' +
        'spec.proxyProtocol [server/proxy-protocol]: "x" is not a protocol that Linkerd knows\n' +
        '  write unknown, HTTP/1, HTTP/2, gRPC, opaque or TLS',
      warnings: [
        'metadata.annotations["gatehouse.dev/accept"] [accept/annotation]: the acceptance names "x", which is no rule',
      ],
      auditAnnotations: { rule: 'server/port,server/proxy-protocol' },
    });
  });

  it('names what an acceptance let pass for the audit log', () => {
    const object = mkServer(
      { podSelector: {} },
      { annotations: { 'gatehouse.dev/accept': 'selector/exactly-one all pods' } },
    );
    expect(verdict(object)).toMatchObject({
      allowed: true,
      warnings: [
        '[selector/exactly-one] accepted: neither `matchLabels` nor `matchExpressions`: selects everything (spec.podSelector)',
      ],
      auditAnnotations: { accepted: 'selector/exactly-one' },
    });
  });

  it('names each rule once for the audit log', () => {
    const object = mkServer({ podSelector: { matchLabels: { a: '*', b: '*' } } });
    expect(verdict(object).auditAnnotations).toEqual({ rule: 'selector/requirement' });
  });

  it('names the rules that were not judged for want of a cluster', () => {
    expect(verdict(mkServer(), {}, { cluster: false }).auditAnnotations).toEqual({
      'rules-not-judged': 'server/overlap,server/overlap-possible',
    });
  });

  it('asks no rules of lint', () => {
    expect(verdict(mkServer({ color: 'red' })).findings).toEqual([]);
  });

  it('judges the object in its own namespace', () => {
    const policy = (namespace: string): JsonObject => ({
      apiVersion: 'policy.linkerd.io/v1alpha1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'p', namespace },
      spec: { targetRef: { kind: 'Namespace', name: 'app' }, requiredAuthenticationRefs: [] },
    });
    expect([verdict(policy('app')).allowed, verdict(policy('other')).allowed]).toEqual([true, false]);
  });

  it('judges the object as it would be stored, among what is there', () => {
    const created = (day: number): JsonObject => ({ creationTimestamp: `2026-01-0${String(day)}T00:00:00Z` });
    const before = viewOf(mkState([mkServer({}, created(2))]));
    const zed = mkServer({}, { name: 'zed', ...created(1) });
    const { allowed, message } = verdict(zed, {}, { before });
    expect(allowed).toBe(false);
    expect(message).toContain('[server/overlap]');
    expect(message).toContain('this Server is the older and wins');
  });

  it('judges a dry run like any other request', () => {
    expect(verdict(BAD, { dryRun: true })).toEqual(verdict(BAD));
  });

  it('gives the same verdict to the same request', () => {
    expect(verdict(BAD)).toEqual(verdict(BAD));
  });

  it('forgives an update what held before', () => {
    const { allowed, warnings } = verdict(mkServer({ port: 0, accessPolicy: 'deny' }), {
      operation: 'UPDATE',
      oldObject: BAD,
    });
    expect([allowed, warnings]).toEqual([
      true,
      ['spec.port [server/port]: 0 is no port: port numbers are 1 to 65535'],
    ]);
  });

  it('forgives a create nothing, whatever old object it brings', () => {
    expect(verdict(BAD, { oldObject: BAD }).allowed).toBe(false);
  });

  it('judges by the kind of the request, in any case, whatever the object calls itself', () => {
    const kind = { group: 'POLICY.linkerd.io', version: 'v1beta3', kind: 'server' };
    expect(verdict({ ...BAD, kind: 'ConfigMap' }, { kind }).allowed).toBe(false);
  });

  describe('admits without judgement', () => {
    it.each<[string, JsonObject, string]>([
      ['CONNECT', { operation: 'CONNECT' }, 'connect'],
      ['CONNECT without an object', { operation: 'CONNECT', object: null }, 'connect'],
      ['a subresource', { subResource: 'status' }, 'subresource'],
      ['DELETE', { operation: 'DELETE', object: null, oldObject: BAD }, 'delete'],
      ['DELETE without the old object', { operation: 'DELETE', object: null }, 'delete'],
      [
        'an object that is being deleted',
        { object: mkServer({ port: 0 }, { deletionTimestamp: '2026-01-01T00:00:00Z' }) },
        'deleting',
      ],
      [
        'an unknown kind of our group',
        { kind: { group: 'policy.linkerd.io', version: 'v1', kind: 'Serverr' } },
        'unknown-kind',
      ],
      ['a kind of another group', { kind: { group: '', version: 'v1', kind: 'Pod' } }, 'unknown-kind'],
      [
        'an ExternalWorkload (EW-1)',
        { kind: { group: 'workload.linkerd.io', version: 'v1beta1', kind: 'ExternalWorkload' } },
        'unknown-kind',
      ],
      [
        'a kind that every object inherits',
        { kind: { group: '', version: '', kind: 'constructor' } },
        'unknown-kind',
      ],
      [
        'DELETE of an unknown kind',
        { operation: 'DELETE', kind: { group: '', version: 'v1', kind: 'Pod' } },
        'unknown-kind',
      ],
    ])('%s', (_, request, passed) => {
      expect(verdict(BAD, request)).toEqual({
        allowed: true,
        warnings: [],
        auditAnnotations: {},
        findings: [],
        faults: [],
        skipped: [],
        passed,
      });
    });

    it('an unknown version of a gateway kind', () => {
      expect(verdict(gateway('v9', RELATIVE))).toMatchObject({ allowed: true, passed: 'unknown-version' });
    });
  });

  it('judges an object that only says it is being deleted', () => {
    expect(verdict(mkServer({ port: 0 }, { deletionTimestamp: null })).allowed).toBe(false);
  });

  it('judges an unknown version of a policy.linkerd.io kind by the newest, and says so', () => {
    const { allowed, warnings } = verdict({ ...BAD, apiVersion: 'policy.linkerd.io/v9' });
    expect([allowed, warnings]).toEqual([
      false,
      [
        'apiVersion [schema/version]: Gatehouse does not know the version "v9" of this kind and judges it as v1beta3',
      ],
    ]);
  });

  it('judges every served version', () => {
    expect(verdict({ ...BAD, apiVersion: 'policy.linkerd.io/v1alpha1' }).allowed).toBe(false);
    expect(verdict(gateway('v1beta1', RELATIVE)).allowed).toBe(false);
  });

  it('admits a gateway route that Linkerd cannot read, with a warning', () => {
    const { allowed, warnings } = verdict(gateway('v1', { ...RELATIVE, parentRefs: [{}] }));
    expect([allowed, warnings]).toEqual([
      true,
      ['spec.parentRefs[0] [schema/type]: Linkerd cannot read this route and ignores it: `name` is required'],
    ]);
  });

  describe('refuses by 400 what cannot be judged', () => {
    it.each<[string, JsonObject, string]>([
      ['CREATE without an object', { object: null }, 'CREATE needs `request.object`'],
      [
        'UPDATE without an object',
        { operation: 'UPDATE', object: null, oldObject: BAD },
        'UPDATE needs `request.object`',
      ],
      ['metadata that are no object', { object: { ...BAD, metadata: [] } }, '`metadata` must be an object'],
    ])('%s', (_, request, message) => {
      expect(verdict(BAD, request)).toMatchObject({ allowed: false, code: 400, message, findings: [] });
    });
  });

  it('takes metadata that are null or absent for none', () => {
    const { apiVersion, kind } = mkServer();
    const networks = { apiVersion, kind, spec: { networks: [] } };
    const request = {
      kind: { group: 'policy.linkerd.io', version: 'v1alpha1', kind: 'NetworkAuthentication' },
      name: 'n',
    };
    const review = (object: JsonObject) => verdict(mkServer(), { ...request, object });
    expect(review(networks)).toMatchObject({ allowed: false, code: 403 });
  });

  describe('when a rule throws', () => {
    const broken = {
      world: mkWorld({
        semantics: {
          name: 'broken',
          compilePattern: () => {
            throw new Error('bug');
          },
        },
      }),
    };
    const route = (path: string): JsonObject => ({
      apiVersion: 'policy.linkerd.io/v1beta3',
      kind: 'HTTPRoute',
      metadata: { name: 'r', namespace: 'app' },
      spec: {
        rules: [
          { matches: [{ path: { type: 'RegularExpression', value: 'a' } }, { path: { value: path } }] },
        ],
      },
    });
    const fault =
      'HTTPRoute [route/pattern]: this rule failed to run, so the object cannot be judged\n' +
      '  this is a fault of Gatehouse; switch the rule off in its configuration to go on, and report it';

    it('denies by 500, if it was a rule that denies', () => {
      expect(verdict(route('/a'), {}, broken)).toMatchObject({ allowed: false, code: 500, message: fault });
    });

    it('denies by 403, if another rule denies as well', () => {
      const { code, message } = verdict(route('a'), {}, broken);
      expect([code, message?.startsWith('spec.rules[0].matches[1].path.value [route/path]: ')]).toEqual([
        403,
        true,
      ]);
      expect(message).toContain(fault);
    });

    it('admits with a warning, if it was a rule that warns', () => {
      const settings = { ...DEFAULT_RULE_SETTINGS, rules: new Map([['route/pattern', 'warn' as const]]) };
      expect(verdict(route('/a'), {}, { ...broken, settings })).toMatchObject({
        allowed: true,
        warnings: ['[route/pattern] this rule failed to run and was left out'],
        faults: [{ code: 'route/pattern', severity: 'warn', error: new Error('bug') }],
      });
    });
  });
});
