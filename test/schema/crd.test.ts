import { describe, expect, it, test } from '@jest/globals';
import { isHeaderName, isHeaderValue } from '../../src/model/http-header.js';
import { identityProblem } from '../../src/model/identity.js';
import { parseNetwork } from '../../src/model/ip.js';
import { isLabelKey, isLabelValue, isPortName } from '../../src/model/label-syntax.js';
import { toCrd, type CustomResourceDefinition } from '../../src/schema/crd.js';
import {
  definitionOf,
  externalWorkload,
  KIND_IDS,
  type KindDefinition,
  type StructuralSchema,
} from '../../src/schema/index.js';
import { PATTERNS } from '../../src/schema/shapes.js';

const DEFINITIONS = [...KIND_IDS.map(definitionOf), externalWorkload];
const each = DEFINITIONS.flatMap((definition) =>
  [false, true].map((strict) => ({
    name: `${definition.group}/${definition.kind}${strict ? ' (strict)' : ''}`,
    definition,
    strict,
  })),
);

/** Every schema in `schema`, with the path to it. */
function* walk(schema: StructuralSchema, path = ''): Generator<[string, StructuralSchema]> {
  yield [path, schema];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    yield* walk(property, path === '' ? name : `${path}.${name}`);
  }
  if (schema.items !== undefined) yield* walk(schema.items, `${path}[]`);
  if (schema.additionalProperties !== undefined) yield* walk(schema.additionalProperties, `${path}{}`);
}

const schemas = ({ spec }: CustomResourceDefinition) =>
  spec.versions.flatMap((version) =>
    [...walk(version.schema.openAPIV3Schema)].map(
      ([path, schema]) => [`${version.name} ${path}`, schema] as const,
    ),
  );

/** What the API server forbids in a structural schema (apiextensions, schema/validation.go and its callers). */
function structuralFaults(schema: StructuralSchema, path: string): string[] {
  const faults: string[] = [];
  const fault = (text: string) => faults.push(`${path}: ${text}`);
  const { type, items, properties, additionalProperties, required = [] } = schema;
  const intOrString = schema['x-kubernetes-int-or-string'] === true;
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (type === undefined && !intOrString && !open) fault('has no type');
  if (type !== undefined && intOrString) fault('has a type and is int-or-string');
  if (intOrString && open) fault('is int-or-string and open');
  if ((type === 'array') !== (items !== undefined)) fault('is an array without items, or no array with them');
  if (properties !== undefined && additionalProperties !== undefined)
    fault('has properties and additionalProperties');
  if ((properties ?? additionalProperties) !== undefined && type !== 'object')
    fault('has members and is no object');
  for (const name of required) {
    if (properties === undefined || !Object.hasOwn(properties, name))
      fault(`requires the unknown \`${name}\``);
  }
  if (schema.nullable === true && schema.default !== undefined) fault('is nullable, so that null stays null');
  if (schema.default !== undefined && !fits(schema.default, schema)) fault('has a default of another type');
  for (const key of schema['x-kubernetes-list-map-keys'] ?? []) {
    const member = items?.properties?.[key];
    if (member === undefined || !(items?.required?.includes(key) === true || member.default !== undefined))
      fault(`may lack its key \`${key}\``);
  }
  return faults;
}

/** Whether a default has the types that its schema says, and no member that it does not know. */
function fits(value: unknown, schema: StructuralSchema): boolean {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items !== undefined && value.every((item) => fits(item, items));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).every(([name, member]) => {
      const property = schema.properties?.[name];
      return property !== undefined && fits(member, property);
    });
  }
  return schema.type === (typeof value === 'number' ? 'integer' : typeof value);
}

describe.each(each)('the CRD of $name', ({ definition, strict }) => {
  const crd = toCrd(definition, { strict });

  it('is structural', () => {
    const all = schemas(crd);
    expect(all.length).toBeGreaterThan(9);
    expect(all.flatMap(([path, schema]) => structuralFaults(schema, path))).toEqual([]);
  });

  it('serves every version and stores the newest', () => {
    expect(crd.spec.versions.map(({ name }) => name)).toEqual(definition.versions.map(({ name }) => name));
    expect(new Set(crd.spec.versions.map(({ served }) => served))).toEqual(new Set([true]));
    expect(crd.spec.versions.map(({ storage }) => storage)).toEqual(
      definition.versions.map((_, i) => i === definition.versions.length - 1),
    );
  });

  it('has no two columns of one name, and each shows a field', () => {
    for (const { additionalPrinterColumns: columns = [], schema } of crd.spec.versions) {
      expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
      const paths = new Set([...walk(schema.openAPIV3Schema)].map(([path]) => `.${path}`));
      for (const { jsonPath } of columns) {
        expect([...paths, '.metadata.creationTimestamp']).toContain(jsonPath);
      }
    }
  });
});

const LENIENT_KEYWORDS = [
  'description',
  'type',
  'default',
  'properties',
  'items',
  'x-kubernetes-int-or-string',
  'x-kubernetes-preserve-unknown-fields',
];

test.each(DEFINITIONS)(
  'the lenient CRD of $group/$kind says types and defaults, nothing else',
  (definition) => {
    for (const [path, schema] of schemas(toCrd(definition))) {
      expect({ path, more: Object.keys(schema).filter((key) => !LENIENT_KEYWORDS.includes(key)) }).toEqual({
        path,
        more: [],
      });
    }
  },
);

const crdOf = (id: string, strict = false) => toCrd(definitionNamed(id), { strict });
function definitionNamed(id: string): KindDefinition {
  const found = DEFINITIONS.find(({ group, kind }) => `${group}/${kind}` === id);
  if (found === undefined) throw new Error(id);
  return found;
}

/** The schema at a path like `spec.rules[].matches`. */
function at(id: string, version: string, path: string, strict = false): StructuralSchema | undefined {
  const found = crdOf(id, strict).spec.versions.find(({ name }) => name === version);
  if (found === undefined) throw new Error(`${id} ${version}`);
  return new Map(walk(found.schema.openAPIV3Schema)).get(path);
}

describe('the names', () => {
  // resources.md, summary.
  const table: [string, string, string[], string[], string][] = [
    ['policy.linkerd.io/Server', 'servers', ['srv'], [], 'v1alpha1* v1beta1* v1beta2 v1beta3'],
    [
      'policy.linkerd.io/ServerAuthorization',
      'serverauthorizations',
      ['saz', 'serverauthz', 'srvauthz'],
      [],
      'v1alpha1* v1beta1',
    ],
    ['policy.linkerd.io/AuthorizationPolicy', 'authorizationpolicies', ['authzpolicy'], [], 'v1alpha1'],
    ['policy.linkerd.io/MeshTLSAuthentication', 'meshtlsauthentications', ['meshtlsauthn'], [], 'v1alpha1'],
    [
      'policy.linkerd.io/NetworkAuthentication',
      'networkauthentications',
      ['netauthn', 'networkauthn'],
      [],
      'v1alpha1',
    ],
    ['policy.linkerd.io/HTTPRoute', 'httproutes', [], [], 'v1alpha1/s v1beta1/s v1beta2/s v1beta3/s'],
    ['policy.linkerd.io/HTTPLocalRateLimitPolicy', 'httplocalratelimitpolicies', [], [], 'v1alpha1/s'],
    ['policy.linkerd.io/EgressNetwork', 'egressnetworks', [], ['policy'], 'v1alpha1/s'],
    ['workload.linkerd.io/ExternalWorkload', 'externalworkloads', [], ['external'], 'v1alpha1 v1beta1/s'],
    ['gateway.networking.k8s.io/HTTPRoute', 'httproutes', [], ['gateway-api'], 'v1beta1/s v1/s'],
    ['gateway.networking.k8s.io/GRPCRoute', 'grpcroutes', [], ['gateway-api'], 'v1alpha2*/s v1/s'],
    ['gateway.networking.k8s.io/TLSRoute', 'tlsroutes', [], ['gateway-api'], 'v1alpha2/s'],
    ['gateway.networking.k8s.io/TCPRoute', 'tcproutes', [], ['gateway-api'], 'v1alpha2/s'],
  ];

  it.each(table)('of %s', (id, plural, shortNames, categories, versions) => {
    const { metadata, spec } = crdOf(id);
    const kind = id.split('/')[1] ?? '';
    expect(metadata.name).toBe(`${plural}.${spec.group}`);
    expect(spec.scope).toBe('Namespaced');
    expect({ shortNames: [], categories: [], ...spec.names }).toEqual({
      kind,
      listKind: `${kind}List`,
      plural,
      singular: kind.toLowerCase(),
      shortNames,
      categories,
    });
    const text = spec.versions.map(
      ({ name, deprecated, subresources }) =>
        `${name}${deprecated === true ? '*' : ''}${subresources === undefined ? '' : '/s'}`,
    );
    expect(text.join(' ')).toBe(versions);
  });

  it('covers every kind', () => {
    expect(table.map(([id]) => id).sort()).toEqual(
      DEFINITIONS.map(({ group, kind }) => `${group}/${kind}`).sort(),
    );
  });

  it('says who approved a CRD of the Kubernetes project, and of no other', () => {
    const approved = DEFINITIONS.filter(
      (definition) => toCrd(definition).metadata.annotations['api-approved.kubernetes.io'] !== undefined,
    );
    expect(new Set(approved.map(({ group }) => group))).toEqual(new Set(['gateway.networking.k8s.io']));
  });

  it('tells the lenient from the strict', () => {
    const id = 'policy.linkerd.io/Server';
    expect(crdOf(id).metadata.annotations).toEqual({ 'gatehouse.dev/crds': 'lenient' });
    expect(crdOf(id, true).metadata.annotations).toEqual({ 'gatehouse.dev/crds': 'strict' });
  });

  it('says which version to write instead of a deprecated one', () => {
    const warnings = DEFINITIONS.flatMap((definition) =>
      toCrd(definition).spec.versions.flatMap(({ deprecationWarning }) => deprecationWarning ?? []),
    );
    expect(warnings).toEqual([
      'policy.linkerd.io/v1alpha1 Server is deprecated; use policy.linkerd.io/v1beta1 Server',
      'policy.linkerd.io/v1beta1 Server is deprecated; use policy.linkerd.io/v1beta3 Server',
      'policy.linkerd.io/v1alpha1 ServerAuthorization is deprecated; use policy.linkerd.io/v1beta1 ServerAuthorization',
      'The v1alpha2 version of GRPCRoute has been deprecated and will be removed in a future release of the API. Please upgrade to v1.',
    ]);
  });
});

describe('what the versions differ in', () => {
  const has = (id: string, path: string) =>
    crdOf(id)
      .spec.versions.filter(({ name }) => at(id, name, path) !== undefined)
      .map(({ name }) => name);
  const server = 'policy.linkerd.io/Server';
  const route = 'policy.linkerd.io/HTTPRoute';
  const workload = 'workload.linkerd.io/ExternalWorkload';

  it.each([
    [server, 'spec.accessPolicy', ['v1beta3']],
    [server, 'spec.externalWorkloadSelector', ['v1beta2', 'v1beta3']],
    [server, 'spec.proxyProtocol', ['v1alpha1', 'v1beta1', 'v1beta2', 'v1beta3']],
    [route, 'spec.rules[].timeouts', ['v1beta3']],
    [route, 'spec.rules[].backendRefs[].weight', ['v1beta2', 'v1beta3']],
    [route, 'spec.rules[].backendRefs[].group', ['v1beta2', 'v1beta3']],
    [workload, 'spec.meshTls', ['v1alpha1']],
    [workload, 'spec.meshTLS', ['v1beta1']],
  ])('%s %s', (id, path, versions) => {
    expect(has(id, path)).toEqual(versions);
  });
});

describe('the defaults', () => {
  const path = { type: 'PathPrefix', value: '/' };
  // resources.md, kind by kind; the status of the routes as their CRDs have it.
  const table: [string, string, Record<string, unknown>][] = [
    ['policy.linkerd.io/Server', 'v1alpha1', { 'spec.proxyProtocol': 'unknown' }],
    ['policy.linkerd.io/Server', 'v1beta2', { 'spec.proxyProtocol': 'unknown' }],
    ['policy.linkerd.io/Server', 'v1beta3', { 'spec.proxyProtocol': 'unknown', 'spec.accessPolicy': 'deny' }],
    ['policy.linkerd.io/ServerAuthorization', 'v1beta1', {}],
    ['policy.linkerd.io/AuthorizationPolicy', 'v1alpha1', {}],
    ['policy.linkerd.io/MeshTLSAuthentication', 'v1alpha1', {}],
    ['policy.linkerd.io/NetworkAuthentication', 'v1alpha1', {}],
    ['policy.linkerd.io/EgressNetwork', 'v1alpha1', {}],
    [
      'policy.linkerd.io/HTTPLocalRateLimitPolicy',
      'v1alpha1',
      { 'status.targetRef.group': 'policy.linkerd.io', 'status.targetRef.kind': 'Server' },
    ],
    ['workload.linkerd.io/ExternalWorkload', 'v1beta1', { 'spec.ports[].protocol': 'TCP' }],
  ];
  const httpRoute = (group: string) => ({
    'spec.parentRefs[].group': group,
    'spec.parentRefs[].kind': 'Gateway',
    'spec.rules': [{ matches: [{ path }] }],
    'spec.rules[].matches': [{ path }],
    'spec.rules[].matches[].path': path,
    'spec.rules[].matches[].path.type': 'PathPrefix',
    'spec.rules[].matches[].path.value': '/',
    'spec.rules[].matches[].headers[].type': 'Exact',
    'spec.rules[].matches[].queryParams[].type': 'Exact',
    'spec.rules[].filters[].requestRedirect.statusCode': 302,
    'spec.rules[].backendRefs[].filters[].requestRedirect.statusCode': 302,
    'spec.rules[].backendRefs[].filters[].requestMirror.backendRef.group': '',
    'spec.rules[].backendRefs[].filters[].requestMirror.backendRef.kind': 'Service',
    'status.parents[].parentRef.group': group,
    'status.parents[].parentRef.kind': 'Gateway',
  });
  const backends = {
    'spec.rules[].backendRefs[].group': '',
    'spec.rules[].backendRefs[].kind': 'Service',
    'spec.rules[].backendRefs[].weight': 1,
  };
  const old = { 'spec.rules[].backendRefs[].namespace': 'default' };
  const policy = httpRoute('policy.linkerd.io');
  table.push(
    ['policy.linkerd.io/HTTPRoute', 'v1alpha1', { ...policy, ...old }],
    ['policy.linkerd.io/HTTPRoute', 'v1beta1', { ...policy, ...old }],
    ['policy.linkerd.io/HTTPRoute', 'v1beta2', { ...policy, ...backends }],
    ['policy.linkerd.io/HTTPRoute', 'v1beta3', { ...policy, ...backends }],
    [
      'gateway.networking.k8s.io/HTTPRoute',
      'v1',
      {
        ...httpRoute('gateway.networking.k8s.io'),
        ...backends,
        'spec.rules[].filters[].requestMirror.backendRef.group': '',
        'spec.rules[].filters[].requestMirror.backendRef.kind': 'Service',
      },
    ],
  );

  it.each(table)('of %s %s', (id, version, defaults) => {
    const found = crdOf(id).spec.versions.find(({ name }) => name === version);
    expect(found).toBeDefined();
    const actual = [...walk(found!.schema.openAPIV3Schema)].filter(
      ([, schema]) => schema.default !== undefined,
    );
    expect(Object.fromEntries(actual.map(([where, schema]) => [where, schema.default]))).toEqual(defaults);
  });

  it('of a GRPCRoute leave rules and matches alone', () => {
    const id = 'gateway.networking.k8s.io/GRPCRoute';
    expect(at(id, 'v1', 'spec.rules')?.default).toBeUndefined();
    expect(at(id, 'v1', 'spec.rules[].matches')?.default).toBeUndefined();
    expect(at(id, 'v1', 'spec.rules[].matches[].method.type')?.default).toBe('Exact');
  });
});

describe('special schemas', () => {
  it('a port is a number or a text', () => {
    expect(at('policy.linkerd.io/Server', 'v1beta3', 'spec.port')).toEqual({
      description: expect.any(String),
      'x-kubernetes-int-or-string': true,
    });
  });

  it('labels are kept whatever they are, so that the webhook says which is none', () => {
    expect(at('policy.linkerd.io/Server', 'v1beta3', 'spec.podSelector.matchLabels')).toEqual({
      description: expect.any(String),
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
    });
  });

  it('a filter has the members of all filters', () => {
    const filter = at('policy.linkerd.io/HTTPRoute', 'v1beta3', 'spec.rules[].filters[]');
    expect(filter).not.toHaveProperty('oneOf');
    expect(Object.keys(filter?.properties ?? {})).toEqual([
      'type',
      'requestHeaderModifier',
      'responseHeaderModifier',
      'requestRedirect',
    ]);
  });

  it('what newer releases of the Gateway API know is kept', () => {
    const id = 'gateway.networking.k8s.io/HTTPRoute';
    for (const path of ['filters[].requestMirror', 'filters[].cors', 'sessionPersistence']) {
      expect(at(id, 'v1', `spec.rules[].${path}`)?.['x-kubernetes-preserve-unknown-fields']).toBe(true);
    }
  });
});

describe('the strict CRD', () => {
  // resources.md and admission-rules.md, field by field; what CEL refuses is shown on the API server (test/e2e).
  const required: [string, string, string, string[]][] = [
    ['policy.linkerd.io/Server', 'v1alpha1', 'spec', ['podSelector', 'port']],
    ['policy.linkerd.io/Server', 'v1beta1', 'spec', ['podSelector', 'port']],
    ['policy.linkerd.io/Server', 'v1beta2', 'spec', ['port']],
    ['policy.linkerd.io/Server', 'v1beta3', 'spec', ['port']],
    ['policy.linkerd.io/Server', 'v1beta3', 'spec.podSelector.matchExpressions[]', ['key', 'operator']],
    ['policy.linkerd.io/ServerAuthorization', 'v1beta1', 'spec', ['server', 'client']],
    ['policy.linkerd.io/ServerAuthorization', 'v1beta1', 'spec.client.networks[]', ['cidr']],
    ['policy.linkerd.io/ServerAuthorization', 'v1beta1', 'spec.client.meshTLS.serviceAccounts[]', ['name']],
    [
      'policy.linkerd.io/AuthorizationPolicy',
      'v1alpha1',
      'spec',
      ['targetRef', 'requiredAuthenticationRefs'],
    ],
    ['policy.linkerd.io/AuthorizationPolicy', 'v1alpha1', 'spec.targetRef', ['kind', 'name']],
    [
      'policy.linkerd.io/AuthorizationPolicy',
      'v1alpha1',
      'spec.requiredAuthenticationRefs[]',
      ['kind', 'name'],
    ],
    ['policy.linkerd.io/MeshTLSAuthentication', 'v1alpha1', 'spec.identityRefs[]', ['kind', 'name']],
    ['policy.linkerd.io/NetworkAuthentication', 'v1alpha1', 'spec', ['networks']],
    ['policy.linkerd.io/HTTPRoute', 'v1beta3', 'spec.parentRefs[]', ['name']],
    ['policy.linkerd.io/HTTPRoute', 'v1beta3', 'spec.rules[].backendRefs[]', ['name']],
    ['policy.linkerd.io/HTTPRoute', 'v1alpha1', 'spec.rules[].backendRefs[]', ['name']],
    ['policy.linkerd.io/HTTPRoute', 'v1beta3', 'spec.rules[].matches[].headers[]', ['name', 'value']],
    ['policy.linkerd.io/HTTPRoute', 'v1beta3', 'spec.rules[].filters[]', ['type']],
    ['policy.linkerd.io/HTTPLocalRateLimitPolicy', 'v1alpha1', 'spec', ['targetRef']],
    ['policy.linkerd.io/HTTPLocalRateLimitPolicy', 'v1alpha1', 'spec.total', ['requestsPerSecond']],
    [
      'policy.linkerd.io/HTTPLocalRateLimitPolicy',
      'v1alpha1',
      'spec.overrides[]',
      ['requestsPerSecond', 'clientRefs'],
    ],
    ['policy.linkerd.io/HTTPLocalRateLimitPolicy', 'v1alpha1', 'status', ['targetRef']],
    ['policy.linkerd.io/EgressNetwork', 'v1alpha1', 'spec', ['trafficPolicy']],
    ['workload.linkerd.io/ExternalWorkload', 'v1beta1', 'spec', ['meshTLS']],
    ['workload.linkerd.io/ExternalWorkload', 'v1beta1', 'spec.ports[]', ['port']],
  ];
  it.each(required)('%s %s: %s needs %j', (id, version, path, names) => {
    expect(at(id, version, path, true)?.required).toEqual(names);
  });

  const words = { enum: ['Allow', 'Deny'] };
  const port = { minimum: 1, maximum: 65_535 };
  const limits: [string, string, string, Partial<StructuralSchema>][] = [
    [
      'policy.linkerd.io/Server',
      'v1beta1',
      'spec.proxyProtocol',
      { enum: ['unknown', 'HTTP/1', 'HTTP/2', 'gRPC', 'opaque', 'TLS'] },
    ],
    [
      'policy.linkerd.io/Server',
      'v1beta3',
      'spec.accessPolicy',
      {
        enum: [
          'all-authenticated',
          'all-unauthenticated',
          'cluster-authenticated',
          'cluster-unauthenticated',
          'deny',
          'audit',
        ],
      },
    ],
    ['policy.linkerd.io/ServerAuthorization', 'v1beta1', 'spec.server.name', { pattern: PATTERNS.label }],
    [
      'policy.linkerd.io/AuthorizationPolicy',
      'v1alpha1',
      'spec.targetRef.group',
      { maxLength: 253, pattern: PATTERNS.group },
    ],
    [
      'policy.linkerd.io/AuthorizationPolicy',
      'v1alpha1',
      'spec.targetRef.kind',
      { minLength: 1, maxLength: 63, pattern: PATTERNS.kind },
    ],
    [
      'policy.linkerd.io/AuthorizationPolicy',
      'v1alpha1',
      'spec.targetRef.name',
      { minLength: 1, maxLength: 253 },
    ],
    ['policy.linkerd.io/MeshTLSAuthentication', 'v1alpha1', 'spec.identities', { minItems: 1 }],
    ['policy.linkerd.io/MeshTLSAuthentication', 'v1alpha1', 'spec.identityRefs', { minItems: 1 }],
    [
      'policy.linkerd.io/MeshTLSAuthentication',
      'v1alpha1',
      'spec.identityRefs[].name',
      { minLength: 1, maxLength: 253 },
    ],
    ['policy.linkerd.io/NetworkAuthentication', 'v1alpha1', 'spec.networks', { minItems: 1 }],
    ['policy.linkerd.io/EgressNetwork', 'v1alpha1', 'spec.trafficPolicy', words],
    ['policy.linkerd.io/HTTPRoute', 'v1beta3', 'spec.parentRefs', { maxItems: 32 }],
    ['policy.linkerd.io/HTTPRoute', 'v1beta3', 'spec.hostnames', { maxItems: 16 }],
    ['policy.linkerd.io/HTTPRoute', 'v1beta3', 'spec.rules', { maxItems: 16 }],
    ['policy.linkerd.io/HTTPRoute', 'v1beta3', 'spec.rules[].matches', { maxItems: 8 }],
    [
      'policy.linkerd.io/HTTPRoute',
      'v1beta3',
      'spec.rules[].matches[].headers',
      { maxItems: 16, 'x-kubernetes-list-map-keys': ['name'] },
    ],
    ['policy.linkerd.io/HTTPRoute', 'v1beta3', 'spec.rules[].filters', { maxItems: 16 }],
    ['policy.linkerd.io/HTTPRoute', 'v1beta3', 'spec.rules[].backendRefs', { maxItems: 16 }],
    ['policy.linkerd.io/HTTPRoute', 'v1beta3', 'spec.rules[].backendRefs[].port', port],
    [
      'policy.linkerd.io/HTTPRoute',
      'v1beta3',
      'spec.rules[].backendRefs[].weight',
      { minimum: 0, maximum: 1_000_000 },
    ],
    ['policy.linkerd.io/HTTPRoute', 'v1beta3', 'spec.parentRefs[].port', port],
    [
      'policy.linkerd.io/HTTPRoute',
      'v1beta3',
      'spec.rules[].filters[].type',
      { enum: ['RequestHeaderModifier', 'RequestRedirect'] },
    ],
    [
      'policy.linkerd.io/HTTPRoute',
      'v1beta3',
      'spec.rules[].backendRefs[].filters[].type',
      { enum: ['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect'] },
    ],
    [
      'policy.linkerd.io/HTTPRoute',
      'v1beta3',
      'spec.rules[].filters[].requestRedirect.statusCode',
      { enum: [301, 302] },
    ],
    ['policy.linkerd.io/HTTPRoute', 'v1beta3', 'spec.rules[].timeouts.request', { format: 'duration' }],
    [
      'policy.linkerd.io/HTTPLocalRateLimitPolicy',
      'v1alpha1',
      'spec.total.requestsPerSecond',
      { minimum: 1, maximum: 4_294_967_295 },
    ],
    [
      'policy.linkerd.io/HTTPLocalRateLimitPolicy',
      'v1alpha1',
      'spec.overrides[].clientRefs[].namespace',
      { minLength: 1, maxLength: 63, pattern: PATTERNS.label },
    ],
    ['workload.linkerd.io/ExternalWorkload', 'v1alpha1', 'spec.workloadIPs', { maxItems: 1 }],
    ['workload.linkerd.io/ExternalWorkload', 'v1beta1', 'spec.workloadIPs', { maxItems: 2 }],
  ];
  it.each(limits)('%s %s: %s', (id, version, path, keywords) => {
    expect(at(id, version, path, true)).toMatchObject(keywords);
  });

  it('is small enough for `kubectl apply`, which writes it into an annotation of 256 KiB', () => {
    for (const definition of DEFINITIONS) {
      const { length } = JSON.stringify(toCrd(definition, { strict: true }));
      expect({ kind: definition.kind, small: length < 128 * 1024 }).toEqual({
        kind: definition.kind,
        small: true,
      });
    }
  });

  it('asks for no list limit of backends in the oldest versions, and lets a parent have any port', () => {
    const id = 'policy.linkerd.io/HTTPRoute';
    expect(at(id, 'v1beta1', 'spec.rules[].backendRefs', true)).not.toHaveProperty('maxItems');
    expect(at(id, 'v1beta1', 'spec.parentRefs[].port', true)?.maximum).not.toBe(65_535);
  });

  it('bounds every list and text that a rule walks over, or the API server would refuse the rule', () => {
    const ruled = DEFINITIONS.flatMap((definition) => schemas(toCrd(definition, { strict: true }))).filter(
      ([, schema]) => schema['x-kubernetes-validations'] !== undefined,
    );
    expect(ruled.length).toBeGreaterThan(30);
    for (const [path, schema] of ruled) {
      if (schema.type === 'array')
        expect({ path, maxItems: schema.maxItems }).toMatchObject({ path, maxItems: expect.any(Number) });
      for (const { rule, message } of schema['x-kubernetes-validations'] ?? []) {
        expect(rule).not.toMatch(/\n|namespace(?!__|')/);
        expect(message).toMatch(/^[^\n]{10,200}[^.\n]$/);
      }
    }
  });
});

describe('patterns', () => {
  const matches = (pattern: string, text: string) => new RegExp(pattern, 'u').test(text);
  const texts = [
    ...[
      '',
      'a',
      'A',
      '-',
      'a-',
      '-a',
      'a-b',
      'a--b',
      'a.b',
      'a..b',
      '.a',
      'a.',
      'a_b',
      'a b',
      'a/b',
      '/a',
      'a/',
    ],
    ...[
      '*',
      '*.a',
      'a.*',
      '*.*',
      '*a',
      '1',
      '80',
      '1a',
      'http',
      'a1-b2',
      'x'.repeat(63),
      'x'.repeat(64),
      'é',
      'a\nb',
      'a\tb',
      'a\x7f',
      '\0',
    ],
    ...[
      'example.com/a',
      'Example.com/a',
      'a/b/c',
      'spiffe://td',
      'spiffe://td/ns/a_b',
      'spiffe://td/',
      'spiffe:///x',
    ],
    ...[
      'spiffe://TD/x',
      'spiffe://td:80/x',
      'spiffe://td//a',
      'spiffe://td/a/../b',
      'spiffe://td/./b',
      'spiffe://td/..a',
    ],
    ...[
      'spiffe://td/...',
      'spiffe://td/a?q',
      'spiffe://td/.a',
      'spiffe://td/a/',
      'x-a',
      "a'b",
      'a`b',
      'a:b',
      'a^b',
    ],
  ];

  it.each<[keyof typeof PATTERNS, (text: string) => boolean]>([
    ['labelKey', isLabelKey],
    ['labelValue', isLabelValue],
    ['identity', (text) => identityProblem(text) === undefined],
    ['dnsIdentity', (text) => !text.startsWith('spiffe:') && identityProblem(text) === undefined],
    ['headerName', isHeaderName],
    ['headerValue', isHeaderValue],
  ])('%s is what the rules check', (name, check) => {
    for (const text of texts) {
      expect({ text, taken: matches(PATTERNS[name], text) }).toEqual({ text, taken: check(text) });
    }
  });

  it('portName with a limit of 15 is what the rules check', () => {
    for (const text of texts) {
      expect({ text, taken: text.length <= 15 && matches(PATTERNS.portName, text) }).toEqual({
        text,
        taken: isPortName(text),
      });
    }
  });

  const networks = [
    ...[
      '10.0.0.0/8',
      '10.1.2.3',
      '10.1.2.3/8',
      '0.0.0.0/0',
      '255.255.255.255/32',
      '010.0.0.0/8',
      '10.0.0.0/08',
    ],
    ...[
      '::1',
      '::',
      '::/0',
      'fd00::/8',
      'fd00::/08',
      'fd00::/008',
      '1:2:3:4:5:6:7:8',
      '::ffff:1.2.3.4',
      '::ffff:1.2.3.4/96',
      'ABCD::/128',
    ],
  ];
  const no = [
    '',
    'cluster',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.256',
    '10.0.0.0/',
    ' 10.0.0.0',
    '::1/129',
    'fe80::1%eth0',
    '10.0.0.0-10.0.0.9',
    'localhost',
    '!10.0.0.0/8',
  ];

  it('cidr takes every network', () => {
    for (const text of networks) {
      expect({ text, parsed: parseNetwork(text) !== undefined }).toEqual({ text, parsed: true });
      expect({ text, taken: matches(PATTERNS.cidr, text) && text.length <= 49 }).toEqual({
        text,
        taken: true,
      });
    }
  });

  it.each(no)('cidr refuses %j', (text) => {
    expect(matches(PATTERNS.cidr, text)).toBe(false);
    expect(parseNetwork(text)).toBeUndefined();
  });
});
