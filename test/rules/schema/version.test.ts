import { schemaVersion } from '../../../src/rules/schema/version.js';
import { testRule } from '../harness.js';

const server = (version: string): string =>
  `{apiVersion: policy.linkerd.io/${version}, kind: Server, spec: {podSelector: {matchLabels: {}}, port: 80}}`;

testRule(schemaVersion, {
  accepts: {
    'the newest version': server('v1beta3'),
    'every served version': server('v1alpha1'),
    'an unknown version of a gateway kind, which is admitted unread':
      '{apiVersion: gateway.networking.k8s.io/v9, kind: HTTPRoute, spec: {}}',
  },
  reports: {
    'an unknown version': [server('v2'), 'warn apiVersion: unknown'],
    'the name of a member of every object': [server('constructor'), 'warn apiVersion: unknown'],
    'a version of another kind': [
      '{apiVersion: policy.linkerd.io/v1beta3, kind: NetworkAuthentication, spec: {networks: []}}',
      'warn apiVersion: unknown',
    ],
    'an unknown version of an object without a spec': [
      '{apiVersion: policy.linkerd.io/v2, kind: Server}',
      'warn apiVersion: unknown',
    ],
  },
  reads: [
    [
      server('v2'),
      'apiVersion [schema/version]: Gatehouse does not know the version "v2" of this kind and judges it as v1beta3\n' +
        '  a newer Gatehouse may know it',
    ],
    [
      server('v1beta33'),
      'apiVersion [schema/version]: Gatehouse does not know the version "v1beta33" of this kind and judges it as v1beta3\n' +
        '  did you mean v1beta3?',
    ],
  ],
});
