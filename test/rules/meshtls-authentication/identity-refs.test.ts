import { meshTLSAuthenticationIdentityRefs } from '../../../src/rules/meshtls-authentication/identity-refs.js';
import { testRule } from '../harness.js';

const refs = (...list: string[]): string =>
  `{kind: MeshTLSAuthentication, spec: {identityRefs: [${list.join(', ')}]}}`;
const at = (i: number): string => `spec.identityRefs[${String(i)}]`;

testRule(meshTLSAuthenticationIdentityRefs, {
  accepts: {
    'a service account (MT-4)': refs('{kind: ServiceAccount, name: a}'),
    'a service account of another namespace': refs('{kind: ServiceAccount, name: a, namespace: other}'),
    'a service account with an empty namespace, as Linkerd does': refs(
      '{kind: ServiceAccount, name: a, namespace: ""}',
    ),
    'a namespace (MT-5)': refs('{kind: Namespace, name: n}'),
    'a namespace with a null namespace': refs('{kind: Namespace, name: n, namespace: null}'),
    'groups and kinds in any case': refs(
      '{group: CORE, kind: namespace, name: n}',
      '{group: "", kind: SERVICEACCOUNT, name: a}',
    ),
    'an empty name, as Linkerd does': refs('{kind: Namespace, name: ""}'),
    'mistyped members: schema/type speaks of them': refs(
      '{kind: Namespace, name: 5}',
      '{kind: 5}',
      '{name: n}',
      'null',
    ),
    'no refs': '{kind: MeshTLSAuthentication, spec: {identities: ["*"]}}',
  },
  reports: {
    'another kind (MT-4)': [refs('{kind: Pod, name: p}'), `${at(0)}: kind`],
    'a service account of another group': [
      refs('{group: v1, kind: ServiceAccount, name: a}'),
      `${at(0)}: kind`,
    ],
    'a namespace with its own namespace (MT-5)': [
      refs('{kind: Namespace, name: n, namespace: n}'),
      `${at(0)}.namespace: namespace`,
    ],
    'a namespace with an empty namespace (MT-5)': [
      refs('{kind: Namespace, name: n, namespace: ""}'),
      `${at(0)}.namespace: namespace`,
    ],
    'no name (MT-6)': [
      refs('{kind: ServiceAccount}', '{kind: Namespace, name: null}'),
      `${at(0)}: name`,
      `${at(1)}: name`,
    ],
    'no name beside a mistyped one': [
      refs('{kind: Namespace, name: 5}', '{kind: Namespace}'),
      `${at(1)}: name`,
    ],
    'another kind without a name, both': [refs('{kind: Pod}'), `${at(0)}: kind`, `${at(0)}: name`],
    'several faults': [
      refs('{kind: Pod, name: p}', '{kind: Namespace, namespace: n}'),
      `${at(0)}: kind`,
      `${at(1)}.namespace: namespace`,
      `${at(1)}: name`,
    ],
  },
  reads: [
    [
      refs('{kind: Pod, name: p}'),
      'spec.identityRefs[0] [meshtls-authentication/identity-refs]: "Pod" of the core group has no mesh identity\n' +
        '  name a ServiceAccount or a Namespace; their group is the core group: leave `group` out',
    ],
    [
      refs('{kind: Namespace, name: n, namespace: n}'),
      'spec.identityRefs[0].namespace [meshtls-authentication/identity-refs]: a Namespace is in no namespace: `namespace` must not be set on this ref\n' +
        '  write `kind: Namespace, name: n` alone',
    ],
    [
      refs('{kind: Namespace, namespace: n}'),
      'spec.identityRefs[0].namespace [meshtls-authentication/identity-refs]: a Namespace is in no namespace: `namespace` must not be set on this ref\n' +
        '  write `kind: Namespace, name: …` alone\n' +
        'spec.identityRefs[0] [meshtls-authentication/identity-refs]: this `Namespace` ref has no `name`; Linkerd cannot read it, although the CRD’s text promises it means all\n' +
        '  add `name`',
    ],
    [
      refs('{kind: ServiceAccount}'),
      'spec.identityRefs[0] [meshtls-authentication/identity-refs]: this `ServiceAccount` ref has no `name`; Linkerd cannot read it, although the CRD’s text promises it means all\n' +
        '  add `name`; for every service account of a namespace write `kind: Namespace` and its name',
    ],
    [
      refs('{kind: Namespace}'),
      'spec.identityRefs[0] [meshtls-authentication/identity-refs]: this `Namespace` ref has no `name`; Linkerd cannot read it, although the CRD’s text promises it means all\n' +
        '  add `name`',
    ],
  ],
});
