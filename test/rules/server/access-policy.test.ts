import { serverAccessPolicy } from '../../../src/rules/server/access-policy.js';
import { testRule } from '../harness.js';

const policy = (value: string): string =>
  `{kind: Server, spec: {podSelector: {matchLabels: {}}, port: 80, accessPolicy: ${value}}}`;
const unknown = 'spec.accessPolicy: unknown';

testRule(serverAccessPolicy, {
  accepts: {
    'no policy': '{kind: Server, spec: {podSelector: {}, port: 80}}',
    'null, which is none': policy('null'),
    'all-authenticated': policy('all-authenticated'),
    'all-unauthenticated': policy('all-unauthenticated'),
    'cluster-authenticated': policy('cluster-authenticated'),
    'cluster-unauthenticated': policy('cluster-unauthenticated'),
    deny: policy('deny'),
    'audit (SRV-5)': policy('audit'),
    'true: schema/type speaks of it': policy('true'),
  },
  reports: {
    'allow (SRV-5)': [policy('allow'), unknown],
    'another case (SRV-5)': [policy('Deny'), unknown],
    'an empty word (SRV-5)': [policy('""'), unknown],
    'a word with a space': [policy('"deny "'), unknown],
    'a member of every object': [policy('toString'), unknown],
    'an old version of the kind, as Linkerd does': [
      '{apiVersion: policy.linkerd.io/v1beta1, kind: Server, spec: {port: 80, accessPolicy: allow}}',
      unknown,
    ],
  },
  reads: [
    [
      policy('all-authenticate'),
      'spec.accessPolicy [server/access-policy]: "all-authenticate" is not an access policy that Linkerd knows\n' +
        '  did you mean `all-authenticated`? the words are all-authenticated, all-unauthenticated, cluster-authenticated, cluster-unauthenticated, deny or audit',
    ],
    [
      policy('allow'),
      'spec.accessPolicy [server/access-policy]: "allow" is not an access policy that Linkerd knows\n' +
        '  write all-authenticated, all-unauthenticated, cluster-authenticated, cluster-unauthenticated, deny or audit',
    ],
  ],
});
