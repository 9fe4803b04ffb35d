import { meshTLSAuthenticationExactlyOne } from '../../../src/rules/meshtls-authentication/exactly-one.js';
import { DEFAULT_CLUSTER_SETTINGS } from '../../../src/model/world.js';
import { testRule } from '../harness.js';

const spec = (text: string): string => `{kind: MeshTLSAuthentication, spec: ${text}}`;
const refs = '[{kind: ServiceAccount, name: a}]';

testRule(meshTLSAuthenticationExactlyOne, {
  accepts: {
    'identities (MT-7)': spec('{identities: ["*"]}'),
    'refs (MT-7)': spec(`{identityRefs: ${refs}}`),
    'identities beside null refs': spec('{identities: ["*"], identityRefs: null}'),
    'identities of which one is mistyped': spec('{identities: [5]}'),
    'a mistyped list: schema/type speaks of it': spec('{identities: "*"}'),
    'no spec: schema/type speaks of it': '{kind: MeshTLSAuthentication}',
  },
  reports: {
    'neither (MT-7)': [spec('{}'), 'spec: none'],
    'two null lists': [spec('{identities: null, identityRefs: null}'), 'spec: none'],
    'a misspelt member': [spec('{identity: ["*"]}'), 'spec: none'],
    'both (MT-7)': [spec(`{identities: ["*"], identityRefs: ${refs}}`), 'spec: both'],
    'empty identities (MT-7)': [spec('{identities: []}'), 'spec.identities: empty'],
    'empty refs': [spec('{identityRefs: []}'), 'spec.identityRefs: empty'],
    'both, of which one is empty': [
      spec(`{identities: [], identityRefs: ${refs}}`),
      'spec: both',
      'spec.identities: empty',
    ],
    'both, of which one holds a mistyped item': [
      spec(`{identities: [5], identityRefs: ${refs}}`),
      'spec: both',
    ],
  },
  reads: [
    [
      spec('{}'),
      'spec [meshtls-authentication/exactly-one]: a MeshTLSAuthentication needs `identities` or `identityRefs`; this one names nobody, and Linkerd ignores it\n' +
        '  add `identities: ["*"]` for every mesh identity, or name some',
    ],
    [
      {
        object: spec(`{identities: ["*"], identityRefs: ${refs}}`),
        world: {
          settings: {
            ...DEFAULT_CLUSTER_SETTINGS,
            controlPlaneNamespace: 'mesh',
            identityDomain: 'example.org',
          },
        },
      },
      'spec [meshtls-authentication/exactly-one]: a MeshTLSAuthentication takes `identities` or `identityRefs`, not both\n' +
        '  write each ref as an identity, `NAME.NAMESPACE.serviceaccount.identity.mesh.example.org`, or write two MeshTLSAuthentications and a policy for each',
    ],
    [
      spec('{identities: []}'),
      'spec.identities [meshtls-authentication/exactly-one]: `identities` is empty, so it names nobody, and Linkerd ignores this MeshTLSAuthentication\n' +
        '  name an identity; to admit nobody, write no AuthorizationPolicy',
    ],
  ],
});
