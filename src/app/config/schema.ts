/** The configuration file: its schema, from which come the type, the validator and the published JSON Schema. */
import Type, { type Static } from 'typebox';
import { SEVERITIES } from '../../model/finding.js';
import { POLICY_WORDS } from '../../model/world.js';

const enumOf = <const W extends readonly string[]>(words: W, description: string) =>
  Type.Unsafe<W[number]>({ type: 'string', enum: [...words], description });
const strings = (description: string) => Type.Array(Type.String(), { description });
const closed = { additionalProperties: false };

const enforce = enumOf(['deny', 'warn'], 'warn: what would be refused is admitted with a warning');
const rules = Type.Unsafe<Record<string, 'deny' | 'warn' | 'info' | 'off'>>({
  type: 'object',
  description: 'The severity of rules by their code',
  additionalProperties: { type: 'string', enum: [...SEVERITIES, 'off'] },
});

const cluster = Type.Object(
  {
    networks: Type.Optional(strings('The networks of the cluster, as address/prefix')),
    probeNetworks: Type.Optional(strings('Where kubelet probes come from, as address/prefix')),
    identityDomain: Type.Optional(Type.String({ description: 'The trust domain of mesh identities' })),
    clusterDomain: Type.Optional(Type.String({ description: 'The DNS domain of the cluster' })),
    controlPlaneNamespace: Type.Optional(Type.String({ description: 'Where Linkerd’s control plane runs' })),
    defaultPolicy: Type.Optional(enumOf(POLICY_WORDS, 'The default inbound policy of the cluster')),
  },
  { ...closed, description: 'Cluster settings; flags come before them' },
);

export const CONFIG_SCHEMA = Type.Object(
  {
    enforce: Type.Optional(enforce),
    selectors: Type.Optional(
      enumOf(['exactly-one', 'kubernetes'], 'kubernetes: selectors may have both members, or none'),
    ),
    rules: Type.Optional(rules),
    namespaces: Type.Optional(
      Type.Unsafe<Record<string, { enforce?: 'deny' | 'warn'; rules?: Static<typeof rules> }>>({
        type: 'object',
        description: 'The same for single namespaces',
        additionalProperties: Type.Object(
          { enforce: Type.Optional(enforce), rules: Type.Optional(rules) },
          closed,
        ),
      }),
    ),
    accept: Type.Optional(
      Type.Array(
        Type.Object(
          {
            codes: strings('Rules of Gatehouse’s own'),
            namespaces: strings('Namespaces; * stands for all'),
          },
          closed,
        ),
        { description: 'Which rules objects may accept in the annotation gatehouse.dev/accept, and where' },
      ),
    ),
    cluster: Type.Optional(cluster),
  },
  {
    ...closed,
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Gatehouse configuration, v0',
  },
);

export type ConfigFile = Static<typeof CONFIG_SCHEMA>;
