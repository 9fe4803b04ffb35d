/** What we, and what the server, must be allowed to do; the latter is what the manifests grant. */
import { member, valueAt, type JsonValue } from '../../model/json.js';
import { POLICY_GROUP } from '../../schema/index.js';
import { contextOf } from '../manifests/context.js';
import { NAMES } from '../manifests/names.js';
import { clusterRules, OWN_RULES } from '../manifests/rbac.js';
import { resolve } from '../manifests/template.js';
import { defaultValues, type ChartValues } from '../manifests/values.js';
import type { Seen, Subject } from './seen.js';

/** As the `resourceAttributes` of a SubjectAccessReview. */
export interface Right {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly name?: string;
  readonly namespace?: string;
}

export const formatRight = ({ group, resource, verb, name, namespace }: Right): string =>
  `${verb} ${resource}${group === '' ? '' : `.${group}`}${name === undefined ? '' : ` ${name}`}` +
  (namespace === undefined ? '' : ` in ${namespace}`);

/** Ours: objects are tried, and with `failClosed` the webhook entry is changed. */
export const ownRights = ({ probeNamespace, failClosed }: Subject): Right[] => [
  { group: POLICY_GROUP, resource: 'servers', verb: 'create', namespace: probeNamespace },
  ...(failClosed
    ? [
        {
          group: 'admissionregistration.k8s.io',
          resource: 'validatingwebhookconfigurations',
          verb: 'patch',
          name: NAMES.webhooks,
        },
      ]
    : []),
];

export function serverRights(namespace: string, deployment: Seen): Right[] {
  const mode = tlsModeOf(deployment);
  const values: ChartValues = { ...defaultValues(), tls: { mode, secretName: '' } };
  const cluster = resolve(clusterRules(contextOf(values, namespace)));
  const own: JsonValue = mode === 'managed' ? OWN_RULES : [];
  return [...rightsOf(cluster), ...rightsOf(own).map((right) => ({ ...right, namespace }))];
}

function rightsOf(rules: JsonValue | undefined): Right[] {
  return list(rules).flatMap((rule) =>
    words(rule, 'apiGroups').flatMap((group) =>
      words(rule, 'resources').flatMap((resource) =>
        words(rule, 'verbs').flatMap((verb): Right[] => {
          const names = words(rule, 'resourceNames');
          const right = { group, resource, verb };
          return names.length === 0 ? [right] : names.map((name) => ({ ...right, name }));
        }),
      ),
    ),
  );
}

const list = (value: JsonValue | undefined): readonly JsonValue[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]) : [];
const words = (value: JsonValue, name: string): string[] =>
  list(member(value, name)).filter((item) => typeof item === 'string');

/** Where the running server has its certificate from, by its arguments; managed where they cannot be seen. */
export function tlsModeOf(deployment: Seen): 'managed' | 'files' {
  const args =
    deployment.state === 'there'
      ? valueAt(deployment.object, ['spec', 'template', 'spec', 'containers', 0, 'args'])
      : undefined;
  return Array.isArray(args) && args.includes('--tls=files') ? 'files' : 'managed';
}
