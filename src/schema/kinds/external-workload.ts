/** ExternalWorkload (workload.linkerd.io): a workload outside the cluster. Linkerd does not admit it, nor do we. */
import type { Static } from 'typebox';
import { integer, list, object, optional, required, string } from '../shapes.js';
import type { KindDefinition } from './kind.js';

const tls = () => object({ identity: required(string()), serverName: required(string()) });
const common = {
  ports: optional(
    list(
      object({
        name: optional(string()),
        port: required(integer(), { crd: { replace: { type: 'integer', format: 'int32' } } }),
        protocol: optional(string(), { crd: { default: 'TCP' } }),
      }),
    ),
  ),
  workloadIPs: optional(list(object({ ip: required(string()) }))),
};

/** The TLS block is spelt meshTls here and meshTLS in v1beta1, and nothing converts (known-gaps G-31). */
const v1alpha1 = object({ meshTls: required(tls()), ...common });
const v1beta1 = object({ meshTLS: required(tls()), ...common });

export type ExternalWorkloadSpec = Static<typeof v1beta1>;

export const externalWorkload: KindDefinition = {
  group: 'workload.linkerd.io',
  kind: 'ExternalWorkload',
  plural: 'externalworkloads',
  categories: ['external'],
  parse: 'lenient',
  versions: [
    { name: 'v1alpha1', spec: v1alpha1 },
    { name: 'v1beta1', storage: true, spec: v1beta1 },
  ],
};
