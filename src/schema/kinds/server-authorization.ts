/** ServerAuthorization (policy.linkerd.io): which clients may reach a Server. */
import type { Static } from 'typebox';
import {
  boolean,
  defaulted,
  label,
  labelSelector,
  list,
  network,
  object,
  optional,
  required,
  string,
} from '../shapes.js';
import type { KindDefinition } from './kind.js';

const spec = object({
  server: required(
    object({
      name: optional(string(), { description: 'The name of one Server.', ...label }),
      selector: optional(labelSelector(), {
        description: 'Selects Servers of the namespace by their labels.',
      }),
    }),
    { description: 'The Servers this opens: exactly one of name and selector.' },
  ),
  client: required(
    object({
      networks: optional(list(network()), {
        description: 'Where clients may call from; none means the cluster networks.',
      }),
      unauthenticated: defaulted(boolean(), { description: 'Any client, meshed or not.' }),
      meshTLS: optional(
        object({
          unauthenticatedTLS: defaulted(boolean(), {
            description: 'Any mesh TLS client, with an identity or not.',
          }),
          identities: optional(list(string()), {
            description: 'Mesh identities, `*` or `*.suffix` for many.',
          }),
          serviceAccounts: optional(
            list(object({ name: required(string(), label), namespace: optional(string(), label) })),
            { description: 'Service accounts, by default of this namespace.' },
          ),
        }),
        { description: 'Clients that connect with mesh TLS.' },
      ),
    }),
    { description: 'Who may call: exactly one of meshTLS and `unauthenticated: true`.' },
  ),
});

export type ServerAuthorizationSpec = Static<typeof spec>;

const columns = [
  {
    name: 'Server',
    type: 'string',
    jsonPath: '.spec.server.name',
    description: 'The server that this grants access to',
  },
];
const strictRules = [
  {
    rule: 'has(self.server.name) != has(self.server.selector)',
    message: 'exactly one of server.name and server.selector must be set',
  },
];

export const serverAuthorization: KindDefinition = {
  group: 'policy.linkerd.io',
  kind: 'ServerAuthorization',
  plural: 'serverauthorizations',
  shortNames: ['saz', 'serverauthz', 'srvauthz'],
  parse: 'strict',
  versions: [
    {
      name: 'v1alpha1',
      deprecated:
        'policy.linkerd.io/v1alpha1 ServerAuthorization is deprecated; use policy.linkerd.io/v1beta1 ServerAuthorization',
      spec,
      strictRules,
      columns,
    },
    { name: 'v1beta1', storage: true, spec, strictRules, columns },
  ],
};
