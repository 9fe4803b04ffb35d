/** Any JSON at all, and JSON that is nearly right, through all rules: none throws, and every text is whole. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../src/model/json.js';
import { judge } from '../../src/rules/run.js';
import { definitionOf, hubVersion, KIND_IDS, toSubject, type KindId } from '../../src/schema/index.js';
import { mkJudging } from '../builders.js';
import { judgeCase } from './harness.js';

describe('any JSON', () => {
  const words = [
    ...[
      'podSelector',
      'externalWorkloadSelector',
      'matchLabels',
      'matchExpressions',
      'key',
      'operator',
      'values',
    ],
    ...[
      'port',
      'proxyProtocol',
      'accessPolicy',
      'server',
      'client',
      'name',
      'selector',
      'networks',
      'cidr',
      'except',
    ],
    ...[
      'unauthenticated',
      'meshTLS',
      'unauthenticatedTLS',
      'identities',
      'serviceAccounts',
      'namespace',
      'targetRef',
    ],
    ...['requiredAuthenticationRefs', 'group', 'kind', 'identityRefs', 'trafficPolicy', 'total', 'identity'],
    ...[
      'requestsPerSecond',
      'overrides',
      'clientRefs',
      'parentRefs',
      'rules',
      'matches',
      'path',
      'type',
      'value',
    ],
    ...[
      'headers',
      'queryParams',
      'method',
      'service',
      'filters',
      'requestHeaderModifier',
      'responseHeaderModifier',
    ],
    ...[
      'requestRedirect',
      'statusCode',
      'replaceFullPath',
      'replacePrefixMatch',
      'set',
      'add',
      'remove',
      'scheme',
    ],
    ...['timeouts', 'request', 'backendRequest', 'backendRefs', 'weight', 'hostnames', 'sectionName'],
    ...['constructor', '__proto__', 'toString', 'length', ''],
  ];
  const texts = [
    ...[
      'In',
      'Exists',
      'Server',
      'Service',
      'EgressNetwork',
      'Namespace',
      'ServiceAccount',
      'HTTPRoute',
      'core',
    ],
    ...[
      'policy.linkerd.io',
      'gateway.networking.k8s.io',
      'RegularExpression',
      'Exact',
      'RequestRedirect',
      'CORS',
    ],
    ...[
      'RequestHeaderModifier',
      'ReplaceFullPath',
      '10.0.0.0/8',
      '::/0',
      '10.0.0.1',
      '/',
      '(',
      '1s',
      '-1s',
      '*',
    ],
  ];
  const text = fc.oneof(
    fc.constantFrom(...texts),
    fc.constantFrom(...words),
    fc.string({ unit: 'binary', maxLength: 6 }),
  );
  const leaf = fc.oneof(
    text,
    fc.integer({ min: -2, max: 70_000 }),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
  );
  const key = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...words) },
    { weight: 1, arbitrary: fc.string({ maxLength: 4 }) },
  );
  const json = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('list'), tie('object')),
    list: fc.array(tie('value'), { maxLength: 4 }),
    object: fc
      .array(fc.tuple(key, tie('value')), { maxLength: 6 })
      .map(
        (entries) =>
          JSON.parse(
            `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(',')}}`,
          ) as unknown,
      ),
  })).value;

  /** A value shaped by the schema of a kind, with anything at all here and there. */
  type Schema = Readonly<Record<string, unknown>> & {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly items?: Schema;
    readonly oneOf?: readonly Schema[];
    readonly enum?: readonly unknown[];
  };
  const near = (schema: Schema): fc.Arbitrary<unknown> => {
    const branches = [schema, ...(schema.oneOf ?? [])];
    const members = branches.flatMap(({ properties }) => Object.entries(properties ?? {}));
    const fitting: fc.Arbitrary<unknown> =
      members.length > 0
        ? fc.record(Object.fromEntries(members.map(([name, member]) => [name, near(member)])), {
            requiredKeys: [],
          })
        : schema.items !== undefined
          ? fc.array(near(schema.items), { maxLength: 3 })
          : schema.enum !== undefined
            ? fc.constantFrom(...schema.enum)
            : schema['const'] !== undefined
              ? fc.constant(schema['const'])
              : schema['type'] === 'string'
                ? text
                : schema['type'] === 'integer'
                  ? fc.integer({ min: -2, max: 70_000 })
                  : schema['type'] === 'boolean'
                    ? fc.boolean()
                    : json;
    return fc.oneof({ weight: 12, arbitrary: fitting }, { weight: 1, arbitrary: json });
  };

  const object = (kind: KindId) => {
    const definition = definitionOf(kind);
    const versions = [...definition.versions.map(({ name }) => name), 'v9'];
    const spec = fc.oneof(
      { weight: 4, arbitrary: near(hubVersion(definition).spec as Schema) },
      { weight: 1, arbitrary: json },
    );
    const annotations = fc.dictionary(
      fc.constantFrom(
        'gatehouse.dev/accept',
        'retry.linkerd.io/http',
        'retry.linkerd.io/limit',
        'timeout.linkerd.io/idle',
      ),
      fc.oneof(
        text,
        fc.constantFrom('selector/exactly-one because', 'server/port until 2026-12-01 x', '5xx,429'),
      ),
    );
    return fc.record({
      version: fc.constantFrom(...versions),
      spec: fc.option(spec, { nil: undefined }),
      metadata: fc.oneof(fc.record({ annotations, labels: json }), json),
    });
  };

  // fast-check prints the seed and the path of a failure.
  it.each(KIND_IDS)('as a %s makes no rule throw, new or updated', (kind) => {
    fc.assert(
      fc.property(object(kind), object(kind), fc.boolean(), (a, b, lint) => {
        const subject = ({ version, spec, metadata }: typeof a) =>
          toSubject(
            kind,
            version,
            { apiVersion: version, kind, metadata, ...(spec === undefined ? {} : { spec }) } as JsonObject,
            { name: 'it', namespace: 'app' },
          );
        for (const before of [undefined, subject(b)]) {
          const after = subject(a);
          const change = before === undefined ? { after } : { after, before };
          const operation = before === undefined ? 'CREATE' : 'UPDATE';
          const { faults, findings } = judge({ operation, ...change }, mkJudging({ lint }));
          expect(faults).toEqual([]);
          for (const finding of findings) expect(finding.message).not.toMatch(/undefined|\[object|NaN/);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('with more than 100 mistyped values is judged by its types alone', () => {
    const object = `{kind: MeshTLSAuthentication, spec: {identities: ${JSON.stringify(Array.from({ length: 150 }, (_, i) => i))}}}`;
    const { findings, faults } = judgeCase(object);
    expect(faults).toEqual([]);
    expect([findings.length, ...new Set(findings.map(({ code }) => code))]).toEqual([100, 'schema/type']);
  });
});
