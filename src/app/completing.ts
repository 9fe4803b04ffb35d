/** What completing manifests depends on, of a command's flags and its world. */
import type { World } from '../model/world.js';
import type { CompleteSettings } from '../policy/complete/complete.js';
import { DEFAULT_OPAQUE_PORTS } from '../policy/complete/injection.js';

export const completing = (
  values: { readonly namespace: string; readonly assumeMeshed: boolean },
  { settings }: Pick<World, 'settings'>,
): CompleteSettings => ({
  namespace: values.namespace,
  assumeMeshed: values.assumeMeshed,
  controlPlaneNamespace: settings.controlPlaneNamespace,
  defaultOpaquePorts: DEFAULT_OPAQUE_PORTS,
});
