/** What the API server asks us, and what it does when we do not answer (webhook-operations, section 9). */
import { definitionOf, KIND_IDS } from '../../schema/index.js';
import { items, metadata, text, type Context } from './context.js';
import { ENTRIES, NAMES, OPT_OUT_LABEL } from './names.js';
import { SERVICE_PORT } from './network.js';
import type { NodeObject } from './template.js';

/** All kinds that are judged; those that are served in the same versions share a rule. */
function rules(operations: readonly string[]): NodeObject[] {
  const shared = new Map<string, { group: string; versions: string[]; resources: string[] }>();
  for (const { group, plural, versions } of KIND_IDS.map(definitionOf)) {
    const newestFirst = versions.map(({ name }) => name).reverse();
    const key = `${group} ${newestFirst.join(' ')}`;
    const rule = shared.get(key) ?? { group, versions: newestFirst, resources: [] };
    rule.resources.push(plural);
    shared.set(key, rule);
  }
  return [...shared.values()].map(({ group, versions, resources }) => ({
    apiGroups: [group],
    apiVersions: versions,
    operations,
    resources,
    scope: 'Namespaced',
  }));
}

export function webhooks(context: Context): NodeObject {
  const { failurePolicy, excludedNamespaces } = context.values;
  const common = (operations: readonly string[]): NodeObject => ({
    admissionReviewVersions: ['v1', 'v1beta1'],
    sideEffects: 'None',
    matchPolicy: 'Equivalent',
    // Without caBundle: the server fills it in, or you do.
    clientConfig: {
      service: {
        name: NAMES.service,
        namespace: context.namespace,
        path: '/validate',
        port: SERVICE_PORT,
      },
    },
    namespaceSelector: {
      matchExpressions: [
        {
          key: 'kubernetes.io/metadata.name',
          operator: 'NotIn',
          values: [
            'kube-system',
            'kube-node-lease',
            context.namespace,
            items('excludedNamespaces', excludedNamespaces),
          ],
        },
        { key: OPT_OUT_LABEL, operator: 'NotIn', values: ['disabled'] },
      ],
    },
    rules: rules(operations),
  });
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: metadata(NAMES.webhooks),
    webhooks: [
      {
        name: ENTRIES.validate,
        failurePolicy: text('failurePolicy', failurePolicy),
        timeoutSeconds: 5,
        ...common(['CREATE', 'UPDATE']),
      },
      // Never anything but Ignore: a dead webhook would hold up the deletion of namespaces.
      { name: ENTRIES.advise, failurePolicy: 'Ignore', timeoutSeconds: 1, ...common(['DELETE']) },
    ],
  };
}
