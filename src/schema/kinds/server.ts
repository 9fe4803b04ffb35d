/** Server (policy.linkerd.io): the port of a set of workloads that policy attaches to. */
import type { Static } from 'typebox';
import {
  anything,
  defaulted,
  labelSelector,
  object,
  optional,
  PATTERNS,
  required,
  string,
} from '../shapes.js';
import type { Column, KindDefinition } from './kind.js';

const PROTOCOLS = ['unknown', 'HTTP/1', 'HTTP/2', 'gRPC', 'opaque', 'TLS'];
const WORDS = [
  'all-authenticated',
  'all-unauthenticated',
  'cluster-authenticated',
  'cluster-unauthenticated',
  'deny',
  'audit',
];

const podSelector = {
  description: 'Selects pods of the namespace by their labels; `matchLabels: {}` selects all of them.',
};

const common = {
  port: required(anything<number | string>({ intOrString: true }), {
    description: 'A port number, or the name of a container port.',
    crd: {
      strict: {
        maxLength: 15,
        rules: [
          {
            rule: 'type(self) == int ? self >= 1 && self <= 65535 : true',
            message: 'a port number is 1 to 65535',
          },
          {
            rule: `type(self) == string ? self.matches(r'${PATTERNS.portName}') : true`,
            message:
              'a port name has 1 to 15 lower-case letters, digits and single dashes, and at least one letter',
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

/** Only the oldest version asks for one of the two members (resources.md). */
const v1alpha1 = object({
  podSelector: defaulted(labelSelector(), {
    ...podSelector,
    crd: {
      strict: {
        required: true,
        rules: [
          {
            rule: 'has(self.matchLabels) != has(self.matchExpressions)',
            message: 'exactly one of matchLabels and matchExpressions must be set',
          },
        ],
      },
    },
  }),
  ...common,
});
const v1beta1 = object({
  podSelector: defaulted(labelSelector(), { ...podSelector, crd: { strict: { required: true } } }),
  ...common,
});
const selectors = {
  podSelector: defaulted(labelSelector(), podSelector),
  externalWorkloadSelector: defaulted(labelSelector(), {
    description: 'Selects external workloads of the namespace by their labels.',
  }),
};
const v1beta2 = object({ ...selectors, ...common });
const v1beta3 = object({
  ...selectors,
  ...common,
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

const columns: readonly Column[] = [
  { name: 'Port', type: 'string', jsonPath: '.spec.port', description: 'The port, by number or name' },
  {
    name: 'Protocol',
    type: 'string',
    jsonPath: '.spec.proxyProtocol',
    description: 'How the proxy finds out the protocol',
  },
];

export const server: KindDefinition = {
  group: 'policy.linkerd.io',
  kind: 'Server',
  plural: 'servers',
  description: 'A port of a set of workloads, for policy to attach to.',
  shortNames: ['srv'],
  parse: 'strict',
  versions: [
    {
      name: 'v1alpha1',
      deprecated: 'policy.linkerd.io/v1alpha1 Server is deprecated; use policy.linkerd.io/v1beta1 Server',
      spec: v1alpha1,
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
          description: 'Who may connect besides those that an authorization names',
        },
      ],
    },
  ],
};
