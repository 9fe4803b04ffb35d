/** What the API server fills into a pod where a manifest has an empty text; absent members are read as such anyway. */
import { isObject, member, type JsonObject, type JsonValue } from '../../model/json.js';
import { readList, readString } from '../objects/read.js';

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/** A pod as the API server would store it, as far as policy reads it. */
export function withPodDefaults(pod: JsonObject): JsonObject {
  const spec = member(pod, 'spec');
  if (!isObject(spec)) return pod;
  // `serviceAccount` is the older name of the field, and still read.
  const serviceAccountName = readString(spec, 'serviceAccountName') || readString(spec, 'serviceAccount');
  return {
    ...pod,
    spec: {
      ...spec,
      serviceAccountName: serviceAccountName || 'default',
      ...mapped(spec, 'containers', withContainerDefaults),
      ...mapped(spec, 'initContainers', withContainerDefaults),
    },
  };
}

const withContainerDefaults = (container: JsonObject): JsonObject => ({
  ...container,
  ...mapped(container, 'ports', (port) => ({ ...port, protocol: readString(port, 'protocol') || 'TCP' })),
  ...Object.fromEntries(PROBES.flatMap((name) => withProbeDefaults(name, member(container, name)))),
});

function withProbeDefaults(name: string, probe: JsonValue | undefined): [string, JsonValue][] {
  const action = member(probe, 'httpGet');
  if (!isObject(probe) || !isObject(action)) return [];
  return [[name, { ...probe, httpGet: { ...action, path: readString(action, 'path') || '/' } }]];
}

/** The list `name` with each object in it mapped; nothing where there is no such list. */
function mapped(holder: JsonObject, name: string, map: (item: JsonObject) => JsonObject): JsonObject {
  const list = readList(holder, name) as readonly JsonValue[];
  return list.length === 0 ? {} : { [name]: list.map((item) => (isObject(item) ? map(item) : item)) };
}
