/** Server (policy.linkerd.io): the port of a set of workloads that policy attaches to. */
import type { Static } from 'typebox';
import { anything, labelSelector, object, optional, required, string, defaulted } from '../shapes.js';
import type { KindDefinition } from './kind.js';

const podSelector = 'Selects pods of the namespace by their labels; `matchLabels: {}` selects all of them.';
const PROTOCOLS = ['unknown', 'HTTP/1', 'HTTP/2', 'gRPC', 'opaque', 'TLS'];
const WORDS = [
  'all-authenticated',
  'all-unauthenticated',
  'cluster-authenticated',
  'cluster-unauthenticated',
  'deny',
  'audit',
];

const common = {
  podSelector: defaulted(labelSelector(), { description: podSelector }),
  port: required(anything<number | string>({ 'x-kubernetes-int-or-string': true }), {
    description: 'A port number, or the name of a container port.',
    crd: {
      replace: { 'x-kubernetes-int-or-string': true },
      strict: {
        'x-kubernetes-validations': [
          {
            rule: 'type(self) == int ? self >= 1 && self <= 65535 : true',
            message: 'port must be 1..65535',
          },
        ],
      },
    },
  }),
  proxyProtocol: optional(string(), {
    description: `How the proxy finds out the protocol: one of ${PROTOCOLS.join(', ')}.`,
    crd: { default: 'unknown', strict: { enum: PROTOCOLS } },
  }),
};

const externalWorkloadSelector = {
  externalWorkloadSelector: defaulted(labelSelector(), {
    description: 'Selects external workloads of the namespace by their labels.',
  }),
};

const v1beta1 = object(common);
const v1beta2 = object({ ...common, ...externalWorkloadSelector });
const v1beta3 = object({
  ...common,
  ...externalWorkloadSelector,
  accessPolicy: optional(string(), {
    description: `Who may connect besides those that an authorization names: one of ${WORDS.join(', ')}.`,
    crd: { default: 'deny', strict: { enum: WORDS } },
  }),
});

const oneSelector = [
  {
    rule: 'has(self.podSelector) != has(self.externalWorkloadSelector)',
    message: 'exactly one of podSelector and externalWorkloadSelector must be set',
  },
];

export type ServerSpec = Static<typeof v1beta3>;

const columns = [
  {
    name: 'Port',
    type: 'string',
    jsonPath: '.spec.port',
    description: 'The port that a server is listening on',
  },
  {
    name: 'Protocol',
    type: 'string',
    jsonPath: '.spec.proxyProtocol',
    description: 'The protocol of the server',
  },
];

export const server: KindDefinition = {
  group: 'policy.linkerd.io',
  kind: 'Server',
  plural: 'servers',
  shortNames: ['srv'],
  parse: 'strict',
  versions: [
    {
      name: 'v1alpha1',
      deprecated: 'policy.linkerd.io/v1alpha1 Server is deprecated; use policy.linkerd.io/v1beta1 Server',
      spec: v1beta1,
    },
    {
      name: 'v1beta1',
      deprecated: 'policy.linkerd.io/v1beta1 Server is deprecated; use policy.linkerd.io/v1beta3 Server',
      spec: v1beta1,
      columns,
    },
    { name: 'v1beta2', spec: v1beta2, strictRules: oneSelector, columns },
    {
      name: 'v1beta3',
      storage: true,
      spec: v1beta3,
      strictRules: oneSelector,
      columns: [
        ...columns,
        {
          name: 'Access Policy',
          type: 'string',
          jsonPath: '.spec.accessPolicy',
          description: 'The default access policy applied when the traffic does not match any authorization',
        },
      ],
    },
  ],
};
