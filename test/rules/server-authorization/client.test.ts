import { serverAuthorizationClient } from '../../../src/rules/server-authorization/client.js';
import { testRule } from '../harness.js';

const client = (text: string): string =>
  `{kind: ServerAuthorization, spec: {server: {name: web}, client: ${text}}}`;
const meshTLS = '{meshTLS: {identities: ["*"]}}';

testRule(serverAuthorizationClient, {
  accepts: {
    'a mesh client (SAZ-1)': client(meshTLS),
    'any client': client('{unauthenticated: true}'),
    'a mesh client that is not unauthenticated': client('{unauthenticated: false, meshTLS: {}}'),
    'an empty meshTLS: server-authorization/mesh-tls speaks of it': client('{meshTLS: {}}'),
    'any client from some networks': client('{networks: [{cidr: 10.0.0.0/8}], unauthenticated: true}'),
    'no client: schema/type speaks of it': '{kind: ServerAuthorization, spec: {server: {name: web}}}',
    'a null client: schema/type speaks of it': client('null'),
    'a mistyped meshTLS: schema/type speaks of it': client('{meshTLS: []}'),
    'an update that leaves somebody authorised': {
      before: client('{unauthenticated: true}'),
      object: client(meshTLS),
    },
  },
  reports: {
    'both (SAZ-1)': [client('{unauthenticated: true, meshTLS: {identities: ["*"]}}'), 'spec.client: both'],
    'both, with an empty meshTLS (SAZ-1)': [
      client('{unauthenticated: true, meshTLS: {}}'),
      'spec.client: both',
    ],
    'an empty client (SAZ-8)': [client('{}'), 'spec.client: none'],
    'networks alone (SAZ-8)': [client('{networks: [{cidr: 10.0.0.0/8}]}'), 'spec.client: none'],
    'unauthenticated: false (SAZ-8)': [client('{unauthenticated: false}'), 'spec.client: none'],
    'a null meshTLS': [client('{meshTLS: null}'), 'spec.client: none'],
    'a mistyped unauthenticated, which is not true either (SAZ-0)': [
      client('{unauthenticated: null}'),
      'spec.client: none',
    ],
    'a misspelt member': [client('{meshTls: {identities: ["*"]}}'), 'spec.client: none'],
    'an update that leaves nobody authorised': [
      { before: client('{unauthenticated: true}'), object: client('{}') },
      'spec.client: revoked',
    ],
    'an update that takes the meshTLS away': [
      { before: client(meshTLS), object: client('{unauthenticated: false}') },
      'spec.client: revoked',
    ],
    'a client that authorised nobody before, as a warning': [
      { before: client('{}'), object: client('{networks: [{cidr: 10.0.0.0/8}]}') },
      'warn spec.client: none',
    ],
  },
  reads: [
    [
      client('{unauthenticated: true, meshTLS: {}}'),
      'spec.client [server-authorization/client]: `unauthenticated: true` admits everyone, so `meshTLS` beside it can mean nothing\n' +
        '  keep `meshTLS` to ask for an identity, or `unauthenticated: true` to ask for none',
    ],
    [
      client('{}'),
      'spec.client [server-authorization/client]: this client authorises nobody: it has neither `meshTLS` nor `unauthenticated: true`, and Linkerd ignores it\n' +
        '  write `meshTLS: {…}` or `unauthenticated: true`; to admit nobody, write no ServerAuthorization',
    ],
    [
      { before: client(meshTLS), object: client('{}') },
      'spec.client [server-authorization/client]: this looks like a revocation and is none: a client that authorises nobody is ignored by Linkerd, which keeps the previous version of this ServerAuthorization in force, so that everyone it admitted stays admitted\n' +
        '  delete the ServerAuthorization to revoke what it grants',
    ],
  ],
});
