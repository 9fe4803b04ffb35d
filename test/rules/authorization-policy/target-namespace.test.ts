import { authorizationPolicyTargetNamespace } from '../../../src/rules/authorization-policy/target-namespace.js';
import { testRule } from '../harness.js';

const target = (text: string, namespace = 'app'): string =>
  `{kind: AuthorizationPolicy, metadata: {namespace: ${namespace}}, spec: {targetRef: ${text}, requiredAuthenticationRefs: []}}`;
const other = 'spec.targetRef.name: other';

testRule(authorizationPolicyTargetNamespace, {
  accepts: {
    'its own namespace (AP-1)': target('{kind: Namespace, name: app}'),
    'its own namespace, called like a member of every object': target(
      '{kind: Namespace, name: constructor}',
      'constructor',
    ),
    'a target that is no Namespace': target('{group: policy.linkerd.io, kind: Server, name: other}'),
    'a Namespace of another group: authorization-policy/target speaks of it': target(
      '{group: policy.linkerd.io, kind: Namespace, name: other}',
    ),
    'a mistyped name: schema/type speaks of it': target('{kind: Namespace, name: 5}'),
    'no target: schema/type speaks of it': '{kind: AuthorizationPolicy, spec: {}}',
  },
  reports: {
    'another namespace (AP-1)': [target('{kind: Namespace, name: other}'), other],
    'its own namespace in another case': [target('{kind: Namespace, name: App}'), other],
    'another namespace, of a group and kind in another case': [
      target('{group: CORE, kind: namespace, name: other}'),
      other,
    ],
    'an empty name': [target('{kind: Namespace, name: ""}'), other],
    'another namespace beside a list that is missing': [
      '{kind: AuthorizationPolicy, spec: {targetRef: {kind: Namespace, name: other}}}',
      other,
    ],
  },
  reads: [
    [
      target('{kind: Namespace, name: other}'),
      'spec.targetRef.name [authorization-policy/target-namespace]: a policy can target only its own namespace, "app", not "other"\n' +
        '  write `name: app`, or create the policy in the namespace "other"',
    ],
  ],
});
