/** The shape of `explain -o json`, published as schemas/explain.v0.schema.json; stable. */
import Type from 'typebox';

export const closed = { additionalProperties: false };
export const words = (values: readonly string[], description?: string) =>
  Type.Unsafe<string>({
    type: 'string',
    enum: [...values],
    ...(description === undefined ? {} : { description }),
  });
export const port = Type.Integer({ minimum: 1, maximum: 65_535 });
export const networks = (description: string) => Type.Array(Type.String(), { description });

const object = Type.Object(
  { group: Type.String(), kind: Type.String(), namespace: Type.Optional(Type.String()), name: Type.String() },
  closed,
);
export const owner = Type.Object({ kind: Type.String(), name: Type.String() }, closed);
export const source = Type.Object(
  {
    kind: words(['AuthorizationPolicy', 'ServerAuthorization', 'default']),
    namespace: Type.Optional(Type.String()),
    name: Type.String({ description: 'Of a default: a policy word, `probe` or `localhost`' }),
  },
  closed,
);
export const message = Type.String({ description: 'The same in words, as the text output has it' });

const client = Type.Object(
  {
    kind: words(['workload', 'service-account', 'identity', 'address', 'anonymous', 'log']),
    namespace: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    owner: Type.Optional(owner),
    serviceAccount: Type.Optional(Type.String()),
    tls: words(['none', 'passthru', 'established']),
    identity: Type.Optional(Type.String({ description: 'What the client shows over mesh TLS' })),
    plainBecause: Type.Optional(words(['no-proxy', 'unmeshed-flag', 'skip-outbound-ports'])),
    addressKnown: Type.Boolean({ description: 'Where false, any address of the cluster’s networks' }),
    addresses: networks('Where it may come from'),
  },
  closed,
);

const target = Type.Object(
  {
    kind: words(['Pod', 'ExternalWorkload']),
    namespace: Type.String(),
    name: Type.String(),
    owner: Type.Optional(owner),
    port,
    portName: Type.Optional(Type.String()),
    declared: Type.Boolean(),
    notEnforcedBecause: Type.Optional(words(['no-proxy', 'skip-inbound-ports'])),
  },
  closed,
);

export const request = Type.Object(
  {
    kind: words(['http', 'tcp']),
    version: Type.Optional(words(['http1', 'http2'])),
    grpc: Type.Optional(Type.Boolean()),
    method: Type.Optional(Type.String()),
    path: Type.Optional(Type.String()),
    host: Type.Optional(Type.String()),
    headers: Type.Optional(Type.Array(Type.Object({ name: Type.String(), value: Type.String() }, closed))),
  },
  closed,
);

export const route = Type.Object(
  {
    kind: words(['HTTPRoute', 'GRPCRoute', 'default']),
    group: Type.Optional(Type.String()),
    namespace: Type.Optional(Type.String()),
    name: Type.String(),
    rule: Type.Optional(Type.Integer({ minimum: 0, description: 'Its place in the route' })),
  },
  closed,
);

const step = Type.Object(
  {
    action: words(['create', 'add', 'set', 'mesh']),
    message,
    object: Type.Optional(object),
    manifest: Type.Optional(
      Type.Unsafe<unknown>({ type: 'object', description: 'Of `create`: to be applied' }),
    ),
    patch: Type.Optional(
      Type.Array(
        Type.Object({ op: words(['add']), path: Type.String(), value: Type.Unsafe<unknown>({}) }, closed),
        { description: 'Of `add` and `set`: a JSON Patch of the object' },
      ),
    ),
  },
  closed,
);

export const server = Type.Object(
  {
    kind: words(['server', 'default']),
    namespace: Type.Optional(Type.String()),
    name: Type.String({ description: 'Of a default: its policy word' }),
  },
  closed,
);
export const protocol = words(['detect', 'HTTP/1', 'HTTP/2', 'gRPC', 'opaque', 'TLS']);
export const answer = Type.Object(
  {
    kind: words(['forward', 'redirect', 'http', 'grpc', 'refused']),
    status: Type.Optional(Type.Integer()),
    code: Type.Optional(Type.String()),
  },
  closed,
);
export const reason = words([
  'authorized',
  'no-authorization',
  'no-route',
  'protocol-mismatch',
  'no-http-policy',
  'direct-needs-identity',
  'invalid-answer',
]);

const verdict = {
  server: Type.Optional(server),
  protocol: Type.Optional(protocol),
  answer: Type.Optional(answer),
  reason: Type.Optional(reason),
  route: Type.Optional(route),
  authorization: Type.Optional(source),
};

const members = {
  outcome: words(
    ['allow', 'audit', 'deny', 'not-found', 'depends'],
    '`depends`: on an address of the client; reason, answer and authorizations are then those of a refused one',
  ),
  summary: Type.String({ description: 'The decision in one line' }),
  client,
  target,
  request,
  ...verdict,
  alsoAllowedBy: Type.Array(source),
  rateLimits: Type.Array(
    Type.Object(
      {
        namespace: Type.String(),
        name: Type.String(),
        scope: words(['total', 'identity', 'override']),
        requestsPerSecond: Type.Integer(),
      },
      closed,
    ),
  ),
  allowedFrom: Type.Optional(networks('Where it depends: the addresses from which it gets through')),
  refusedFrom: Type.Optional(networks('Where it depends: the others')),
  notApplied: Type.Array(
    Type.Object(
      { authorization: source, condition: Type.String({ description: 'The one that fails' }), message },
      closed,
    ),
  ),
  withoutEffect: Type.Array(Type.Object({ object, reason: Type.String(), message }, closed)),
  changes: Type.Array(Type.Array(step), {
    description: 'Each list of steps would let the call through; the smallest first',
  }),
  notes: Type.Array(Type.Object({ code: Type.String(), message }, closed)),
};

/** An answer within another one. */
export const EXPLAIN_ANSWER = Type.Object(members, closed);

export const EXPLAIN_SCHEMA = Type.Object(members, {
  ...closed,
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Answer of gatehouse explain, v0',
});
