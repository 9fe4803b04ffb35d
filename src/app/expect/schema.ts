/** The shape of a file of expectations, published as schemas/expect.v0.schema.json; `read` takes exactly this. */
import Type from 'typebox';
import { MAY } from '../../policy/expect/assertion.js';
import { SPOKEN } from '../../policy/endpoints/traffic.js';

const closed = { additionalProperties: false };
const text = (description: string) => Type.String({ minLength: 1, description });
const words = (values: readonly string[], description: string) =>
  Type.Unsafe<string>({ type: 'string', enum: [...values], description });

const name = Type.Optional(text('What the report calls it'));
const optional = Type.Optional(
  Type.Boolean({ description: 'Whether it may be about nothing: no such workload, no such probe' }),
);
const workload = text('As explain takes it: namespace/name, deploy/name, or name');
const namespace = text('The namespace of the workloads');
const labels = Type.Unsafe<Record<string, string>>({
  type: 'object',
  minProperties: 1,
  additionalProperties: { type: 'string' },
  description: 'Labels that their pods have, each with this value',
});
const port = Type.Unsafe<number | string>({
  anyOf: [
    { type: 'integer', minimum: 1, maximum: 65_535 },
    { type: 'string', minLength: 1 },
  ],
  description:
    'A number or a name; any is every port there is. Without it the ports that a workload declares or probes, or a Server selects',
});
const address = Type.Optional(text('Where they come from, e.g. 203.0.113.0/24'));

const workloads = {
  workload: Type.Optional(workload),
  namespace: Type.Optional(namespace),
  labels: Type.Optional(labels),
};
const client = Type.Unsafe<unknown>({
  anyOf: [
    { type: 'string', minLength: 1, description: 'A workload' },
    Type.Object(workloads, { ...closed, minProperties: 1 }),
    Type.Object({ serviceAccount: text('namespace/name'), address }, closed),
    Type.Object({ identity: text('Of mesh TLS; *.suffix stands for all under it'), address }, closed),
    Type.Object({ unmeshed: Type.Literal(true), address }, closed),
  ],
});
const clients = { anyOf: [client, { type: 'array', items: client, minItems: 1 }] };

const from = Type.Unsafe<unknown>({
  anyOf: [
    { type: 'string', minLength: 1, description: 'anyone, or a workload' },
    ...clients.anyOf,
    Type.Object(
      {
        outside: Type.Unsafe<unknown>({
          ...clients,
          description:
            'Everybody who is none of these; cluster: whoever is in none of the cluster’s networks',
        }),
      },
      closed,
    ),
  ],
});
const to = Type.Unsafe<unknown>({
  anyOf: [
    { type: 'string', minLength: 1, description: 'A workload, perhaps with a port: shop/cart:http' },
    Type.Object({ ...workloads, port: Type.Optional(port) }, { ...closed, minProperties: 1 }),
  ],
});

const call = Type.Object(
  {
    name,
    from,
    to,
    protocol: Type.Optional(words(SPOKEN, 'What is spoken; else what the port takes')),
    method: Type.Optional(text('Of the request; else any')),
    path: Type.Optional(
      Type.String({ pattern: '^/[^?]*$', description: 'Exactly; of gRPC /service/method' }),
    ),
    pathPrefix: Type.Optional(Type.String({ pattern: '^/[^?]*$', description: 'Whole segments' })),
    host: Type.Optional(text('That the request names; else any')),
    headers: Type.Optional(
      Type.Unsafe<Record<string, string>>({
        type: 'object',
        additionalProperties: { type: 'string' },
        description: 'That the request has, with these values; others may be there',
      }),
    ),
    may: words(
      MAY,
      'all: whatever they send of the request gets through; some: something does, for each of them; none: nothing does, of any of them',
    ),
    optional,
  },
  { ...closed, description: 'Who may, or may not, call what' },
);

const probes = Type.Object(
  { name, probes: Type.Literal('pass'), to: Type.Optional(to), optional },
  { ...closed, description: 'Every http, https and grpc probe passes' },
);

export const EXPECT_SCHEMA = Type.Object(
  { expect: Type.Array(Type.Unsafe<unknown>({ anyOf: [call, probes] }), { minItems: 1 }) },
  { ...closed, $schema: 'http://json-schema.org/draft-07/schema#', title: 'Expectations of gatehouse, v0' },
);
