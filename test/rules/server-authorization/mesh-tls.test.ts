import { serverAuthorizationMeshTLS } from '../../../src/rules/server-authorization/mesh-tls.js';
import { testRule } from '../harness.js';

const meshTLS = (text: string): string =>
  `{kind: ServerAuthorization, spec: {server: {name: web}, client: {meshTLS: ${text}}}}`;
const at = 'spec.client.meshTLS';

testRule(serverAuthorizationMeshTLS, {
  accepts: {
    'any mesh TLS client (SAZ-2)': meshTLS('{unauthenticatedTLS: true}'),
    identities: meshTLS('{identities: [a.b]}'),
    'service accounts': meshTLS('{serviceAccounts: [{name: a}]}'),
    'identities of clients that must have one': meshTLS('{unauthenticatedTLS: false, identities: ["*"]}'),
    'null lists beside the one that counts': meshTLS(
      '{unauthenticatedTLS: true, identities: null, serviceAccounts: null}',
    ),
    'no meshTLS': '{kind: ServerAuthorization, spec: {server: {name: web}, client: {unauthenticated: true}}}',
    'a mistyped meshTLS: schema/type speaks of it': meshTLS('[]'),
    'a mistyped member: schema/type speaks of it': meshTLS('{identities: a}'),
    'no client': '{kind: ServerAuthorization, spec: {}}',
  },
  reports: {
    'any client and identities (SAZ-2)': [
      meshTLS('{unauthenticatedTLS: true, identities: [a]}'),
      `${at}: contradiction`,
    ],
    'any client and service accounts (SAZ-2)': [
      meshTLS('{unauthenticatedTLS: true, serviceAccounts: [{name: a}]}'),
      `${at}: contradiction`,
    ],
    'any client and an empty list, once': [
      meshTLS('{unauthenticatedTLS: true, identities: []}'),
      `${at}.identities: empty`,
    ],
    'identities and service accounts': [
      meshTLS('{identities: [a], serviceAccounts: [{name: a}]}'),
      `${at}: several`,
    ],
    'identities and an empty list of service accounts, once': [
      meshTLS('{identities: [a], serviceAccounts: []}'),
      `${at}.serviceAccounts: empty`,
    ],
    'two empty lists': [
      meshTLS('{identities: [], serviceAccounts: []}'),
      `${at}.identities: empty`,
      `${at}.serviceAccounts: empty`,
    ],
    'no member (SAZ-8)': [meshTLS('{}'), `${at}: none`],
    'unauthenticatedTLS: false alone': [meshTLS('{unauthenticatedTLS: false}'), `${at}: none`],
    'null members alone': [meshTLS('{identities: null, serviceAccounts: null}'), `${at}: none`],
    'an empty list beside a mistyped one': [
      meshTLS('{identities: [], serviceAccounts: a}'),
      `${at}.identities: empty`,
    ],
  },
  reads: [
    [
      meshTLS('{unauthenticatedTLS: true, identities: [a], serviceAccounts: [{name: a}]}'),
      'spec.client.meshTLS [server-authorization/mesh-tls]: `unauthenticatedTLS: true` admits any mesh TLS client, so `identities` and `serviceAccounts` beside it can mean nothing\n' +
        '  keep one of them',
    ],
    [
      meshTLS('{identities: [a], serviceAccounts: [{name: a}]}'),
      'spec.client.meshTLS [server-authorization/mesh-tls]: `meshTLS` takes one of `unauthenticatedTLS`, `identities` and `serviceAccounts`; this one has `identities` and `serviceAccounts`\n' +
        '  keep one of them; write a second ServerAuthorization for the other',
    ],
    [
      meshTLS('{}'),
      'spec.client.meshTLS [server-authorization/mesh-tls]: `meshTLS` names no client, so Linkerd ignores this ServerAuthorization\n' +
        '  add `serviceAccounts`, `identities`, or `unauthenticatedTLS: true`',
    ],
    [
      meshTLS('{identities: []}'),
      'spec.client.meshTLS.identities [server-authorization/mesh-tls]: `identities` is empty, so it names no client\n' +
        '  name a client, or leave `identities` out',
    ],
  ],
});
