/** What the server may do, and nothing else (webhook-operations, section 10). */
import { SOURCE_KINDS } from '../../policy/objects/kinds.js';
import { metadata, whenManaged, type Context } from './context.js';
import { APP, NAMES } from './names.js';
import type { Node, NodeObject } from './template.js';

const RBAC = { apiVersion: 'rbac.authorization.k8s.io/v1' } as const;
const RBAC_GROUP = 'rbac.authorization.k8s.io';

/** The kinds that are read, a rule for each group. */
function readRules(): NodeObject[] {
  const groups = [...new Set(SOURCE_KINDS.map(({ group }) => group))];
  return groups.map((group) => ({
    apiGroups: [group],
    resources: SOURCE_KINDS.filter((kind) => kind.group === group).map(({ plural }) => plural),
    verbs: ['get', 'list', 'watch'],
  }));
}

export const serviceAccount = (context: Context): NodeObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: metadata(NAMES.serviceAccount, context),
  automountServiceAccountToken: false,
});

export function clusterRules(context: Context): Node[] {
  return [
    ...readRules(),
    { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
    {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['validatingwebhookconfigurations'],
      resourceNames: [NAMES.webhooks],
      verbs: ['get', 'list', 'watch', whenManaged(context, 'patch')],
    },
  ];
}

/** In our own namespace. A create cannot be granted by name. */
export const OWN_RULES = [
  {
    apiGroups: [''],
    resources: ['secrets'],
    resourceNames: [NAMES.caSecret],
    verbs: ['get', 'list', 'watch', 'update'],
  },
  { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    resourceNames: [NAMES.lease],
    verbs: ['get', 'update', 'patch'],
  },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
] as const;

export const clusterRole = (context: Context): NodeObject => ({
  ...RBAC,
  kind: 'ClusterRole',
  metadata: metadata(APP),
  rules: clusterRules(context),
});

export const clusterRoleBinding = (context: Context): NodeObject => ({
  ...RBAC,
  kind: 'ClusterRoleBinding',
  metadata: metadata(APP),
  roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name: APP },
  subjects: [subject(context)],
});

export const role = (context: Context): NodeObject => ({
  ...RBAC,
  kind: 'Role',
  metadata: metadata(APP, context),
  rules: OWN_RULES,
});

export const roleBinding = (context: Context): NodeObject => ({
  ...RBAC,
  kind: 'RoleBinding',
  metadata: metadata(APP, context),
  roleRef: { apiGroup: RBAC_GROUP, kind: 'Role', name: APP },
  subjects: [subject(context)],
});

const subject = ({ namespace }: Context): NodeObject => ({
  kind: 'ServiceAccount',
  name: NAMES.serviceAccount,
  namespace,
});
