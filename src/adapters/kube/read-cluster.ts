/** Reads everything that policy depends on from a cluster, once. */
import { isObject, type JsonObject } from '../../model/json.js';
import { InternTable } from '../../policy/objects/intern.js';
import { SOURCE_KINDS, type SourceKind } from '../../policy/objects/kinds.js';
import { project } from '../../policy/objects/project.js';
import type { StoredObject } from '../../policy/objects/stored.js';
import { POLICY_GROUP, GATEWAY_GROUP } from '../../schema/index.js';
import { collectionPath } from './addresses.js';
import { Discovery } from './discovery.js';
import { KubeHttpError } from './errors.js';
import type { KubeClient } from './kube-client.js';
import { listAll } from './listing.js';
import { SYSTEM_TIMING } from './timing.js';

export interface ClusterContents {
  readonly objects: readonly StoredObject[];
  /** Policy and route objects as the API serves them. */
  readonly policies: readonly JsonObject[];
  /** Kinds that could not be read, and why; a kind that the cluster does not have is none of them. */
  readonly unread: readonly string[];
}

const PAGE = { pageSize: 500, pageBytes: 64 * 1_048_576, timeoutMs: 60_000 };
const JUDGED_GROUPS = [POLICY_GROUP, GATEWAY_GROUP];

/** Rejects when the API server cannot be reached; a kind that may not be read is named instead. */
export async function readCluster(client: KubeClient): Promise<ClusterContents> {
  const { signal } = new AbortController();
  const discovery = new Discovery(client, SYSTEM_TIMING, signal);
  const table = new InternTable();
  const policies: JsonObject[] = [];
  const unread: string[] = [];
  const objects: StoredObject[] = [];
  for (const kind of SOURCE_KINDS) {
    const version = await discovery.versionOf(kind);
    if (version === undefined) continue;
    const read = (items: readonly unknown[]): StoredObject[] =>
      items.flatMap((item) => take(kind, version, item));
    try {
      const listing = await listAll(client, collectionPath(kind, version), { ...PAGE, signal, read });
      objects.push(...listing.objects);
    } catch (error) {
      if (!(error instanceof KubeHttpError) || error.status !== 403) throw error;
      unread.push(`${kind.plural}${kind.group === '' ? '' : `.${kind.group}`}: ${error.message}`);
    }
  }
  return { objects, policies, unread };

  function take(kind: SourceKind, version: string, item: unknown): StoredObject[] {
    if (isObject(item) && JUDGED_GROUPS.includes(kind.group)) {
      policies.push({ ...item, apiVersion: `${kind.group}/${version}`, kind: kind.kind });
    }
    const stored = project(kind.id, item, table);
    return stored.ok ? [stored.value] : [];
  }
}
