/** ServerAuthorization (policy.linkerd.io): which clients may reach a Server. */
import type { Static } from 'typebox';
import {
  boolean,
  defaulted,
  hinted,
  label,
  labelSelector,
  list,
  network,
  object,
  optional,
  PATTERNS,
  required,
  string,
} from '../shapes.js';
import type { Column, KindDefinition } from './kind.js';

const identity = hinted(string(), { pattern: PATTERNS.dnsIdentity });

const serviceAccount = object({
  name: required(string(), { description: 'The name of the service account.', ...label }),
  namespace: optional(string(), { description: 'Its namespace; this object’s own unless set.', ...label }),
});

const spec = object({
  server: required(
    object({
      name: optional(string(), { description: 'The name of one Server.', ...label }),
      selector: optional(labelSelector(), {
        description: 'Selects Servers of the namespace by their labels.',
      }),
    }),
    {
      description: 'The Servers this opens: exactly one of name and selector.',
      crd: {
        strict: {
          rules: [
            {
              rule: 'has(self.name) != has(self.selector)',
              message: 'exactly one of name and selector must be set',
            },
          ],
        },
      },
    },
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
          identities: optional(list(identity), {
            description: 'Mesh identities, `*` or `*.suffix` for many.',
            crd: { strict: { minItems: 1 } },
          }),
          serviceAccounts: optional(list(serviceAccount), {
            description: 'Service accounts, by default of this namespace.',
            crd: { strict: { minItems: 1 } },
          }),
        }),
        {
          description: 'Clients that connect with mesh TLS.',
          crd: {
            strict: {
              rules: [
                {
                  rule: '[has(self.unauthenticatedTLS) && self.unauthenticatedTLS, has(self.identities), has(self.serviceAccounts)].filter(set, set).size() == 1',
                  message:
                    'exactly one of `unauthenticatedTLS: true`, identities and serviceAccounts must be set',
                },
              ],
            },
          },
        },
      ),
    }),
    {
      description: 'Who may call: exactly one of meshTLS and `unauthenticated: true`.',
      crd: {
        strict: {
          rules: [
            {
              rule: 'has(self.meshTLS) != (has(self.unauthenticated) && self.unauthenticated)',
              message: 'exactly one of meshTLS and `unauthenticated: true` must be set',
            },
          ],
        },
      },
    },
  ),
});

export type ServerAuthorizationSpec = Static<typeof spec>;

const columns: readonly Column[] = [
  {
    name: 'Server',
    type: 'string',
    jsonPath: '.spec.server.name',
    description: 'The Server that this opens',
  },
];

export const serverAuthorization: KindDefinition = {
  group: 'policy.linkerd.io',
  kind: 'ServerAuthorization',
  plural: 'serverauthorizations',
  description: 'Which clients may reach a Server. AuthorizationPolicy is the newer kind for this.',
  shortNames: ['saz', 'serverauthz', 'srvauthz'],
  parse: 'strict',
  versions: [
    {
      name: 'v1alpha1',
      deprecated:
        'policy.linkerd.io/v1alpha1 ServerAuthorization is deprecated; use policy.linkerd.io/v1beta1 ServerAuthorization',
      spec,
      columns,
    },
    { name: 'v1beta1', storage: true, spec, columns },
  ],
};
