import { identitySyntax } from '../../../src/rules/identity/syntax.js';
import { testRule } from '../harness.js';

const list = (texts: readonly string[]): string =>
  `[${texts.map((text) => JSON.stringify(text)).join(', ')}]`;
const mesh = (...texts: string[]): string =>
  `{kind: MeshTLSAuthentication, spec: {identities: ${list(texts)}}}`;
const client = (...texts: string[]): string =>
  `{kind: ServerAuthorization, spec: {server: {name: web}, client: {meshTLS: {identities: ${list(texts)}}}}}`;
const at = (i: number): string => `spec.identities[${String(i)}]: identity`;

testRule(identitySyntax, {
  accepts: {
    'DNS-like identities (MT-1)': mesh(
      '*',
      '*.app.example',
      'a',
      'web.app.serviceaccount.identity.linkerd.cluster.local',
    ),
    'SPIFFE ids (MT-2, MT-3)': mesh('spiffe://td', 'spiffe://td/ns/a_b'),
    'both in a ServerAuthorization (SAZ-7)': client('a.b', 'spiffe://td/x'),
    'mistyped items: schema/type speaks of them':
      '{kind: MeshTLSAuthentication, spec: {identities: [5, null, {}]}}',
    'a mistyped list: schema/type speaks of it': '{kind: MeshTLSAuthentication, spec: {identities: "A b"}}',
    'no identities': '{kind: MeshTLSAuthentication, spec: {identityRefs: [{kind: Namespace, name: n}]}}',
    'a ServerAuthorization without meshTLS':
      '{kind: ServerAuthorization, spec: {client: {unauthenticated: true}}}',
  },
  reports: {
    'texts that are no DNS-like identity (MT-1)': [
      mesh('app.*', 'a..b', 'A.b', 'x.', '*.*.x', ''),
      at(0),
      at(1),
      at(2),
      at(3),
      at(4),
      at(5),
    ],
    'bad trust domains (MT-2)': [
      mesh('spiffe:///x', 'spiffe://TD/x', 'spiffe://td:80/x'),
      at(0),
      at(1),
      at(2),
    ],
    'bad SPIFFE paths (MT-3)': [
      mesh('spiffe://td/', 'spiffe://td//a', 'spiffe://td/a/../b', 'spiffe://td/a?q'),
      at(0),
      at(1),
      at(2),
      at(3),
    ],
    'the bad one among good and mistyped ones': [
      '{kind: MeshTLSAuthentication, spec: {identities: [5, "*", "A b"]}}',
      at(2),
    ],
    'a ServerAuthorization (SAZ-7)': [
      client('A B', 'a.b', '*.'),
      'spec.client.meshTLS.identities[0]: clientIdentity',
      'spec.client.meshTLS.identities[2]: clientIdentity',
    ],
  },
  reads: [
    [
      mesh('Web.app'),
      'spec.identities[0] [identity/syntax]: "Web.app" is neither a DNS-like identity nor a SPIFFE id, so no client can have it\n' +
        '  write lower-case labels joined by dots, with `*` at most as the whole first one, or `spiffe://trust-domain/path`',
    ],
    [
      client('spiffe://TD/x'),
      'spec.client.meshTLS.identities[0] [identity/syntax]: "spiffe://TD/x" has no valid SPIFFE trust domain\n' +
        '  a trust domain has lower-case letters, digits, `.`, `-` and `_`, and no port',
    ],
    [
      mesh('spiffe://td/'),
      'spec.identities[0] [identity/syntax]: "spiffe://td/" has no valid SPIFFE path\n' +
        '  path segments have letters, digits, `.`, `-` and `_`; none is empty, `.` or `..`, and no `/` ends the path',
    ],
  ],
});
