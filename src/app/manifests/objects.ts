/** All objects of an installation, in the order to apply them in: what is asked stands before who asks. */
import { contextOf, labels, whenManaged, whenSet, type Context } from './context.js';
import { networkPolicy, service } from './network.js';
import { clusterRole, clusterRoleBinding, role, roleBinding, serviceAccount } from './rbac.js';
import { When, resolve, type Manifest, type Node, type NodeObject } from './template.js';
import type { ChartValues } from './values.js';
import { deployment, disruptionBudget } from './workload.js';
import { webhooks } from './webhook.js';

/** A file of the chart's templates and the objects in it. */
export interface TemplateFile {
  readonly name: string;
  readonly objects: readonly (NodeObject | When)[];
}

const namespaceObject = ({ namespace }: Context): NodeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: namespace,
    labels: { ...labels(), 'pod-security.kubernetes.io/enforce': 'restricted' },
  },
});

export function templateFiles(values: ChartValues, namespace: string): TemplateFile[] {
  const context = contextOf(values, namespace);
  const when = (name: 'namespace' | 'networkPolicy' | 'webhook', content: Node): When =>
    whenSet(`${name}.create`, values[name].create, content);
  return [
    { name: 'namespace', objects: [when('namespace', namespaceObject(context))] },
    {
      name: 'rbac',
      objects: [
        serviceAccount(context),
        clusterRole(context),
        clusterRoleBinding(context),
        whenManaged(context, role(context)),
        whenManaged(context, roleBinding(context)),
      ],
    },
    { name: 'networkpolicy', objects: [when('networkPolicy', networkPolicy(context))] },
    { name: 'service', objects: [service(context)] },
    { name: 'deployment', objects: [disruptionBudget(context), deployment(context)] },
    { name: 'webhook', objects: [when('webhook', webhooks(context))] },
  ];
}

/** The objects for these values, in order. */
export const manifests = (values: ChartValues, namespace: string): Manifest[] =>
  templateFiles(values, namespace)
    .flatMap(({ objects }) => objects)
    .flatMap((object) => {
      const resolved = resolve(object) as Manifest | undefined;
      return resolved === undefined ? [] : [resolved];
    });
