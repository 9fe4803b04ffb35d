/** The shape of `matrix -o json`, published as schemas/matrix.v0.schema.json; stable. */
import Type from 'typebox';
import {
  answer,
  closed,
  networks,
  port,
  protocol,
  reason,
  request,
  route,
  server,
  source,
  words,
} from './explain-schema.js';

const pods = {
  pods: Type.Integer({ minimum: 1, description: 'Of the workload that are meant here' }),
  podsOfWorkload: Type.Integer({
    minimum: 1,
    description: 'More where its pods differ, as during a rollout',
  }),
};
const workload = {
  workloadKind: Type.String({ description: 'Of the controller; `Pod` and `ExternalWorkload` have none' }),
  namespace: Type.String(),
  workload: Type.String(),
};

const client = Type.Object(
  {
    name: Type.String({ description: 'As --from takes it' }),
    kind: words(['workload', 'outside', 'unmeshed', 'kubelet', 'service-account', 'identity', 'address']),
    workloadKind: Type.Optional(workload.workloadKind),
    namespace: Type.Optional(workload.namespace),
    workload: Type.Optional(workload.workload),
    serviceAccount: Type.Optional(Type.String()),
    pods: Type.Optional(pods.pods),
    podsOfWorkload: Type.Optional(pods.podsOfWorkload),
    tls: words(['none', 'established']),
    identity: Type.Optional(Type.String({ description: 'What the client shows over mesh TLS' })),
    addressKnown: Type.Boolean({
      description:
        'Where true it calls from all of the addresses; where false from one of them, and nobody knows which',
    }),
    addresses: networks('Where it may come from'),
  },
  closed,
);

const target = Type.Object(
  {
    name: Type.String({ description: 'As --to takes it' }),
    ...workload,
    port,
    portName: Type.Optional(Type.String()),
    ...pods,
  },
  closed,
);

const region = Type.Object(
  {
    kind: words(['rule', 'no-route', 'tcp']),
    route: Type.Optional(route),
    sample: Type.Optional(request),
  },
  {
    ...closed,
    description: 'Traffic that is treated alike; without a sample nobody knows whether there is any',
  },
);

const column = Type.Object(
  {
    targets: Type.Array(target, { minItems: 1, description: 'Ports on which every client fares alike' }),
    notEnforcedBecause: Type.Optional(words(['no-proxy', 'skip-inbound-ports'])),
    server: Type.Optional(server),
    protocol: Type.Optional(protocol),
    exact: Type.Boolean({ description: 'Whether no pattern says which requests belong to which region' }),
    regions: Type.Array(region),
  },
  closed,
);

const witness = Type.Object(
  {
    region: Type.Integer({
      minimum: 0,
      description: 'Its place in the column, whose sample is what is sent',
    }),
    address: Type.String(),
    reason,
    answer,
  },
  { ...closed, description: 'One call of the first client of the row, and what becomes of it' },
);

const cell = Type.Object(
  {
    access: words(['all', 'none', 'some', 'unknown']),
    unknownBecause: Type.Optional(
      words(['address', 'traffic'], 'Nobody knows the client’s address, or whether some request exists'),
    ),
    audited: Type.Optional(words(['some', 'all'], 'How much of what is allowed is so by `audit` alone')),
    probesOnly: Type.Optional(
      Type.Boolean({ description: 'Whatever gets through does so by the automatic route for probes' }),
    ),
    authorizations: Type.Optional(Type.Array(source, { description: 'Those that let the client through' })),
    allowed: Type.Optional(witness),
    refused: Type.Optional(witness),
  },
  closed,
);

export const MATRIX_SCHEMA = Type.Object(
  {
    rows: Type.Array(
      Type.Object(
        {
          clients: Type.Array(client, {
            minItems: 1,
            description: 'Clients that no policy in the columns tells apart',
          }),
        },
        closed,
      ),
    ),
    columns: Type.Array(column),
    cells: Type.Array(Type.Array(cell), { description: 'For each row, for each column' }),
  },
  { ...closed, $schema: 'http://json-schema.org/draft-07/schema#', title: 'Answer of gatehouse matrix, v0' },
);
