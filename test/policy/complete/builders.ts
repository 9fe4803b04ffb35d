/** Manifests as people write them, and what completion makes of them. */
import type { JsonObject } from '../../../src/model/json.js';
import { baseOf, NO_BASE, type Base } from '../../../src/policy/complete/base.js';
import { complete, type Completed, type CompleteSettings } from '../../../src/policy/complete/complete.js';
import { DEFAULT_OPAQUE_PORTS } from '../../../src/policy/complete/injection.js';
import { InternTable } from '../../../src/policy/objects/intern.js';
import type { StoredKind } from '../../../src/policy/objects/kinds.js';
import type { StoredObject, StoredOf, StoredPod } from '../../../src/policy/objects/stored.js';

export const SETTINGS: CompleteSettings = {
  namespace: 'default',
  controlPlaneNamespace: 'linkerd',
  assumeMeshed: false,
  defaultOpaquePorts: DEFAULT_OPAQUE_PORTS,
};

export const CONTAINER: JsonObject = { name: 'main', ports: [{ name: 'http', containerPort: 8080 }] };

export const mkNamespace = (name: string, annotations: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, annotations },
});

export const mkPod = (metadata: JsonObject = {}, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'app', ...metadata },
  spec: { containers: [CONTAINER], ...spec },
});

export interface TemplateParts {
  readonly labels?: JsonObject;
  readonly annotations?: JsonObject;
  readonly spec?: JsonObject;
}

/** A pod template; labels, annotations and members of the pod spec as given. */
export const mkTemplate = ({
  labels = { app: 'web' },
  annotations = {},
  spec = {},
}: TemplateParts = {}): JsonObject => ({
  metadata: { labels, annotations },
  spec: { containers: [CONTAINER], ...spec },
});

export const mkWorkload = (
  [apiVersion, kind]: readonly [string, string],
  template: JsonObject | null = mkTemplate(),
  { spec = {}, metadata = {} }: { readonly spec?: JsonObject; readonly metadata?: JsonObject } = {},
): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name: 'web', namespace: 'app', ...metadata },
  spec: kind === 'CronJob' ? { jobTemplate: { spec: { template } }, ...spec } : { template, ...spec },
});

export const mkDeployment = (
  parts: TemplateParts = {},
  more: { spec?: JsonObject; metadata?: JsonObject } = {},
) => mkWorkload(['apps/v1', 'Deployment'], mkTemplate(parts), more);

export const completed = (
  manifests: readonly unknown[],
  settings: Partial<CompleteSettings> = {},
  base: Base = NO_BASE,
): Completed => complete(manifests, { ...SETTINGS, ...settings }, { table: new InternTable(), base });

export const baseFrom = (manifests: readonly unknown[]): Base => baseOf(completed(manifests).objects);

export function find<K extends StoredKind>(
  objects: readonly StoredObject[],
  kind: K,
  name: string,
): StoredOf<K> | undefined {
  return objects.find((object) => object.kind === kind && object.name === name) as StoredOf<K> | undefined;
}

/** The one pod that these manifests come to. */
export function podOf(manifests: readonly unknown[], settings: Partial<CompleteSettings> = {}): StoredPod {
  const pods = completed(manifests, settings).objects.filter((object) => object.kind === 'core/Pod');
  const [pod] = pods;
  if (pod === undefined || pods.length > 1) throw new Error(`${String(pods.length)} pods`);
  return pod;
}
