/** What can be chosen about an installation: the values of the chart, published as its values.schema.json. */
import Type, { type Static } from 'typebox';
import type { JsonValue } from '../../model/json.js';
import { version } from '../version.js';

const closed = { additionalProperties: false };
const words = <const W extends readonly string[]>(values: W) =>
  Type.Unsafe<W[number]>({ type: 'string', enum: [...values] });
const switchFor = (description: string) =>
  Type.Object({ create: Type.Boolean() }, { ...closed, description });

export const FAILURE_POLICIES = ['Ignore', 'Fail'] as const;
export const CERTIFICATE_MODES = ['managed', 'files'] as const;

/** JSON Schema, draft 7; its descriptions are the comments of values.yaml. */
export const VALUES_SCHEMA = Type.Object(
  {
    image: Type.String({ minLength: 1, description: 'The image that you have built and pushed.' }),
    imagePullSecrets: Type.Array(Type.Object({ name: Type.String() }, closed), {
      description: 'Secrets of the namespace that the image is pulled with.',
    }),
    replicas: Type.Integer({ minimum: 1, maximum: 100, description: 'How many pods.' }),
    failurePolicy: Type.Unsafe<(typeof FAILURE_POLICIES)[number]>({
      type: 'string',
      enum: [...FAILURE_POLICIES],
      description:
        'What becomes of policy while no pod answers: Ignore admits it, Fail refuses it. Set Fail here once\n`gatehouse doctor --then-fail-closed` has; a dead webhook never holds up a deletion.',
    }),
    tls: Type.Object(
      { mode: words(CERTIFICATE_MODES), secretName: Type.String({ minLength: 1 }) },
      {
        ...closed,
        description:
          'managed: Gatehouse keeps its own CA, and writes it into its webhook entries. files: the pair and its CA come\nfrom the Secret secretName (tls.crt, tls.key, ca.crt) and you fill in caBundle.',
      },
    ),
    priorityClassName: Type.String({
      description: 'A PriorityClass; some clouds allow system-cluster-critical in kube-system alone.',
    }),
    nodeSelector: Type.Record(Type.String(), Type.String(), { description: 'Where the pods may run.' }),
    tolerations: Type.Array(Type.Unsafe<JsonValue>({ type: 'object' }), {
      description: 'Taints that the pods bear.',
    }),
    args: Type.Array(Type.String(), {
      description: 'Further flags of `gatehouse serve`, such as --cluster-domain=example.test.',
    }),
    excludedNamespaces: Type.Array(Type.String(), {
      description: 'Namespaces that are never judged, besides kube-system, kube-node-lease and our own.',
    }),
    networkPolicy: Type.Object(
      {
        create: Type.Boolean(),
        apiServerPorts: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), { minItems: 1 }),
        metricsFrom: Type.Array(Type.Unsafe<JsonValue>({ type: 'object' }), { minItems: 1 }),
      },
      {
        ...closed,
        description:
          'A NetworkPolicy: in the webhook from anywhere (the API server is no pod), the policy API from meshed pods, the\nadmin port from metricsFrom (and from the node, always); out to DNS and to the ports of the API server.',
      },
    ),
    namespace: switchFor(
      'Whether the Namespace is among the objects. Not with `helm install`, which needs it before: label it yourself.',
    ),
    webhook: switchFor('Whether the webhook is registered.'),
    global: Type.Optional(
      Type.Unsafe<JsonValue>({
        type: 'object',
        description: 'Set by Helm where this is a part of another chart.',
      }),
    ),
  },
  { ...closed, $schema: 'http://json-schema.org/draft-07/schema#', title: 'Values of the chart gatehouse' },
);

export type ChartValues = Static<typeof VALUES_SCHEMA>;

/** The values of section 9 of the operating contract. */
export const defaultValues = (): ChartValues => ({
  image: `gatehouse:${version()}`,
  imagePullSecrets: [],
  replicas: 3,
  failurePolicy: 'Ignore',
  tls: { mode: 'managed', secretName: 'gatehouse-tls' },
  priorityClassName: '',
  nodeSelector: {},
  tolerations: [],
  args: [],
  excludedNamespaces: [],
  networkPolicy: {
    create: true,
    apiServerPorts: [443, 6443],
    metricsFrom: [
      {
        namespaceSelector: {},
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
      },
    ],
  },
  namespace: { create: false },
  webhook: { create: true },
});

/** What `--ha` and values-ha.yaml lay over them. */
export const HA_VALUES = { replicas: 3, priorityClassName: 'system-cluster-critical' } as const;
