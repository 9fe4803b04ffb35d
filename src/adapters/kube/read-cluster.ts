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
/** Of a list that the server let expire between two pages; the next one starts from a newer state. */
const LIST_ATTEMPTS = 3;
const JUDGED_GROUPS = [POLICY_GROUP, GATEWAY_GROUP];

interface KindContents {
  readonly objects: readonly StoredObject[];
  readonly policies: readonly JsonObject[];
}

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
    try {
      const found = await readKind(client, kind, version, table);
      for (const object of found.objects) objects.push(object);
      for (const policy of found.policies) policies.push(policy);
    } catch (error) {
      if (!(error instanceof KubeHttpError) || error.status !== 403) throw error;
      unread.push(`${kind.plural}${kind.group === '' ? '' : `.${kind.group}`}: ${error.message}`);
    }
  }
  return { objects, policies, unread };
}

async function readKind(
  client: KubeClient,
  kind: SourceKind,
  version: string,
  table: InternTable,
): Promise<KindContents> {
  const { signal } = new AbortController();
  const isJudged = JUDGED_GROUPS.includes(kind.group);
  for (let attempt = 1; ; attempt++) {
    const policies: JsonObject[] = [];
    const take = (item: unknown): StoredObject[] => {
      // An item of a list says neither.
      const apiVersion = `${kind.group}/${version}`;
      if (isJudged && isObject(item)) policies.push({ ...item, apiVersion, kind: kind.kind });
      const stored = project(kind.id, item, table);
      return stored.ok ? [stored.value] : [];
    };
    const read = (items: readonly unknown[]): StoredObject[] => items.flatMap(take);
    try {
      const { objects } = await listAll(client, collectionPath(kind, version), { ...PAGE, signal, read });
      return { objects, policies };
    } catch (error) {
      const expired = error instanceof KubeHttpError && error.status === 410;
      if (!expired || attempt === LIST_ATTEMPTS) throw error;
    }
  }
}
