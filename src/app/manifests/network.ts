/** How the pods are reached, and what they may reach (webhook-operations, section 9). */
import { metadata, SELECTOR_LABELS, tree, type Context } from './context.js';
import { APP, NAMES } from './names.js';
import type { Node, NodeObject } from './template.js';
import { Slot } from './template.js';

/** Ports of the pod, by the names that it gives them. */
export const PORTS = { webhook: 9443, grpc: 8090, admin: 9990 } as const;
/** Of the Service, where the API server calls. */
export const SERVICE_PORT = 443;

export const service = (context: Context): NodeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(NAMES.service, context),
  spec: {
    selector: SELECTOR_LABELS,
    ports: [
      { name: 'webhook', port: SERVICE_PORT, targetPort: 'webhook' },
      { name: 'grpc', port: PORTS.grpc, targetPort: 'grpc' },
    ],
  },
});

const tcp = (port: Node): NodeObject => ({ port, protocol: 'TCP' });

export function networkPolicy(context: Context): NodeObject {
  const { apiServerPorts, metricsFrom } = context.values.networkPolicy;
  const meshed = { matchExpressions: [{ key: 'linkerd.io/control-plane-ns', operator: 'Exists' }] };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(APP, context),
    spec: {
      podSelector: { matchLabels: SELECTOR_LABELS },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { ports: [tcp(PORTS.webhook)] },
        { from: [{ namespaceSelector: {}, podSelector: meshed }], ports: [tcp(PORTS.grpc)] },
        { from: tree('networkPolicy.metricsFrom', metricsFrom), ports: [tcp(PORTS.admin)] },
      ],
      egress: [
        { ports: [{ port: 53, protocol: 'UDP' }, tcp(53)] },
        {
          ports: new Slot(
            'ports',
            '.Values.networkPolicy.apiServerPorts',
            apiServerPorts.map((port) => ({ port, protocol: 'TCP' })),
          ),
        },
      ],
    },
  };
}
