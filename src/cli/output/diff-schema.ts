/** The shape of `diff -o json`, published as schemas/diff.v0.schema.json; stable. */
import Type from 'typebox';
import { EFFECTS } from '../../policy/diff/changes.js';
import { answer, closed, message, port, request, route, source, words } from './explain-schema.js';

const workload = {
  kind: Type.String({ description: 'Of the controller, or Pod or ExternalWorkload' }),
  namespace: Type.String(),
  name: Type.String(),
};

const target = Type.Object(
  {
    ...workload,
    there: words(['before', 'after', 'both'], 'In which of the states the workload is'),
    ports: Type.Array(Type.String(), { description: 'A port, or ranges as `1-79`' }),
    portName: Type.Optional(Type.String()),
    rest: Type.Boolean({ description: 'Whether nobody declares, probes or selects these ports' }),
  },
  closed,
);

const region = Type.Object(
  {
    kind: words(['rule', 'no-route', 'tcp', 'protocol-mismatch', 'no-http-policy', 'unenforced', 'absent']),
    route: Type.Optional(route),
  },
  closed,
);

/** A client of a set: how it shows itself, and from where. */
export const exampleClient = Type.Object(
  { tls: words(['none', 'established']), identity: Type.Optional(Type.String()), address: Type.String() },
  closed,
);

const change = Type.Object(
  {
    effect: words(EFFECTS),
    transport: words(
      ['any', 'redirected', 'direct'],
      'direct: over the proxy’s own port, as meshed clients come to an opaque port',
    ),
    clients: Type.Array(
      Type.Object({ credentials: Type.Array(Type.String()), networks: Type.Array(Type.String()) }, closed),
      { description: 'In words: each with one of the credentials from one of the networks' },
    ),
    workloads: Type.Array(
      Type.Object(
        { ...workload, whole: Type.Boolean({ description: 'false: from some of its addresses' }) },
        closed,
      ),
      { description: 'Workloads among the clients' },
    ),
    example: exampleClient,
    authorizations: Type.Array(source, {
      description:
        'Of those who get through now, or who got through before; the first that applies is credited',
    }),
    requests: Type.Array(
      Type.Object(
        {
          traffic: words(['any', 'tcp', 'http', 'http1', 'http2']),
          before: region,
          after: region,
          example: Type.Optional(request),
        },
        closed,
      ),
    ),
    before: Type.Optional(answer),
    after: Type.Optional(answer),
    message,
  },
  closed,
);

const fate = words(['passes', 'fails', 'some'], 'some: from some addresses of the kubelet, or of some pods');
const identities = Type.Array(Type.Union([Type.String(), Type.Null()]), {
  description: 'Of its pods; null is a pod without a proxy',
});

export const DIFF_SCHEMA = Type.Object(
  {
    same: Type.Boolean(),
    exact: Type.Boolean({ description: 'Whether no pattern leaves open which requests change' }),
    complete: Type.Boolean({ description: 'Whether these are all differences' }),
    appeared: Type.Array(Type.Object(workload, closed)),
    disappeared: Type.Array(Type.Object(workload, closed)),
    groups: Type.Array(Type.Object({ targets: Type.Array(target), changes: Type.Array(change) }, closed), {
      description: 'Ports whose changes are the same stand together',
    }),
    probes: Type.Array(
      Type.Object(
        {
          ...workload,
          port,
          role: words(['liveness', 'readiness', 'startup']),
          protocol: words(['http', 'https', 'grpc']),
          path: Type.Optional(Type.String()),
          before: Type.Optional(fate),
          after: fate,
          message,
        },
        closed,
      ),
    ),
    credentials: Type.Array(
      Type.Object({ ...workload, before: identities, after: identities, message }, closed),
      { description: 'Workloads that show another identity when they call' },
    ),
  },
  { ...closed, $schema: 'http://json-schema.org/draft-07/schema#', title: 'Answer of gatehouse diff, v0' },
);
