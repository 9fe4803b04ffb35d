/** An object as somebody wrote it, named and placed as the API server would. */
import { isObject, member, type JsonObject } from '../../model/json.js';
import { readString } from '../objects/read.js';

export interface Manifest {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  /** As written; empty where the object names none. */
  readonly namespace: string;
  readonly value: JsonObject;
}

/** `raw` as a manifest; undefined for what is no Kubernetes object at all, such as a values file. */
export function toManifest(raw: unknown): Manifest | undefined {
  const apiVersion = readString(raw, 'apiVersion');
  const kind = readString(raw, 'kind');
  if (!isObject(raw) || apiVersion === undefined || kind === undefined) return undefined;
  const slash = apiVersion.indexOf('/');
  const metadata = member(raw, 'metadata');
  return {
    group: apiVersion.slice(0, Math.max(0, slash)),
    version: apiVersion.slice(slash + 1),
    kind,
    // A name that the API server makes up begins with this one, and nobody knows how it goes on.
    name: readString(metadata, 'name') || (readString(metadata, 'generateName') ?? ''),
    namespace: readString(metadata, 'namespace') ?? '',
    value: raw,
  };
}

/** `object` with these members of its metadata; others stay as they are. */
export function withMetadata(object: JsonObject, members: JsonObject): JsonObject {
  const metadata = member(object, 'metadata');
  return { ...object, metadata: { ...(isObject(metadata) ? metadata : {}), ...members } };
}
