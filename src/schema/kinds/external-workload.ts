/** ExternalWorkload (workload.linkerd.io): a workload outside the cluster. Linkerd does not admit it, nor do we. */
import type { Static } from 'typebox';
import { integer, list, object, optional, required, string } from '../shapes.js';
import type { Column, KindDefinition } from './kind.js';
import { conditionsStatus } from './status.js';

const name = { crd: { strict: { minLength: 1, maxLength: 253 } } };
const tls = () =>
  required(
    object({
      identity: required(string(), { description: 'The identity that its certificate carries.', ...name }),
      serverName: required(string(), { description: 'The name that clients ask for in TLS.', ...name }),
    }),
    { description: 'How the workload is known in the mesh.' },
  );
const common = (addresses: number) => ({
  ports: optional(
    list(
      object({
        name: optional(string(), { description: 'The name of the port.' }),
        port: required(integer(), {
          description: 'The number of the port.',
          crd: { strict: { minimum: 1, maximum: 65_535 } },
        }),
        protocol: optional(string(), { description: 'TCP or UDP.', crd: { default: 'TCP' } }),
      }),
    ),
    { description: 'The ports of the workload.' },
  ),
  workloadIPs: optional(list(object({ ip: required(string(), { description: 'An IP address.' }) })), {
    description: 'The addresses of the workload.',
    crd: { strict: { maxItems: addresses } },
  }),
});

/** The TLS block is spelt meshTls here and meshTLS in v1beta1, and nothing converts (known-gaps G-31). */
const v1alpha1 = object({ meshTls: tls(), ...common(1) });
const v1beta1 = object({ meshTLS: tls(), ...common(2) });

export type ExternalWorkloadSpec = Static<typeof v1beta1>;

const columns = (identity: string): readonly Column[] => [
  { name: 'Identity', type: 'string', jsonPath: identity, description: 'The identity in the mesh' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'When it was created' },
];

export const externalWorkload: KindDefinition = {
  group: 'workload.linkerd.io',
  kind: 'ExternalWorkload',
  plural: 'externalworkloads',
  description: 'A workload outside the cluster that takes part in the mesh.',
  categories: ['external'],
  parse: 'lenient',
  versions: [
    {
      name: 'v1alpha1',
      spec: v1alpha1,
      status: conditionsStatus(),
      plainStatus: true,
      columns: columns('.spec.meshTls.identity'),
    },
    {
      name: 'v1beta1',
      storage: true,
      spec: v1beta1,
      status: conditionsStatus(),
      columns: columns('.spec.meshTLS.identity'),
    },
  ],
};
