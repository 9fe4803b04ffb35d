/** Opens the source of objects that a command was given. */
import { readManifests } from '../adapters/manifests/read-manifests.js';
import type { Logger } from '../adapters/telemetry/logger.js';
import type { World } from '../model/world.js';
import { complete, type CompleteSettings } from '../policy/complete/complete.js';
import { DEFAULT_OPAQUE_PORTS } from '../policy/complete/injection.js';
import { InternTable } from '../policy/objects/intern.js';
import { SOURCE_KINDS } from '../policy/objects/kinds.js';
import type { ObjectSource } from '../policy/ports.js';
import { staticSource } from '../policy/static-source.js';
import type { OpenedWorld } from './world.js';

export interface SourceValues {
  readonly manifests: readonly string[];
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly namespace: string;
  readonly assumeMeshed: boolean;
}

/** The manifests, or nothing at all: the cluster's own source is still to come. */
export async function openSource(
  values: SourceValues,
  { world, logger }: { readonly world: OpenedWorld; readonly logger: Logger },
): Promise<ObjectSource> {
  if (values.manifests.length === 0) return staticSource([]);
  const { documents, problems } = await readManifests(values.manifests);
  for (const { file, line, message } of problems) logger.log('warn', `${file}:${String(line)}: ${message}`);
  const { settings } = world.worldAt(new Date(0));
  const { objects } = complete(
    documents.map(({ value }) => value),
    completing(values, { settings }),
    { table: new InternTable() },
  );
  logger.log('info', `read ${String(objects.length)} objects of ${String(SOURCE_KINDS.length)} kinds`);
  return staticSource(objects);
}

/** What completing manifests depends on. */
export const completing = (
  values: Pick<SourceValues, 'namespace' | 'assumeMeshed'>,
  { settings }: Pick<World, 'settings'>,
): CompleteSettings => ({
  namespace: values.namespace,
  assumeMeshed: values.assumeMeshed,
  controlPlaneNamespace: settings.controlPlaneNamespace,
  defaultOpaquePorts: DEFAULT_OPAQUE_PORTS,
});
