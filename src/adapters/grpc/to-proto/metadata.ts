import type { Metadata, Resource } from '../gen/meta.js';

/** Of what no object stands behind: a policy word, or `default` or `probe`. */
export const defaultMetadata = (name: string): Metadata => ({ kind: { $case: 'default', value: name } });

/** Of an object; namespace, section and port are never sent. */
export const resourceMetadata = ({
  group,
  kind,
  name,
}: Pick<Resource, 'group' | 'kind' | 'name'>): Metadata => ({
  kind: { $case: 'resource', value: { group, kind, name, namespace: '', section: '', port: 0 } },
});
