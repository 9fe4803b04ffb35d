/** Projects an object as the API serves it to what the cache keeps. */
import { isObject, member } from '../../model/json.js';
import { fail, ok, type Result } from '../../model/result.js';
import type { InternTable } from './intern.js';
import type { StoredKind } from './kinds.js';
import { readPolicy } from './policy.js';
import { isPort, readList, readNumber, readRecord, readString } from './read.js';
import type { StoredMeta, StoredObject, StoredService } from './stored.js';
import { isProxyAnnotation, readExternalWorkload, readPod } from './workload.js';

/** The stored form of `raw`, or why it cannot be read: no object, or without a name. */
export function project(kind: StoredKind, raw: unknown, table: InternTable): Result<StoredObject, string> {
  const metadata = member(raw, 'metadata');
  const name = readString(metadata, 'name');
  if (!isObject(raw) || name === undefined || name === '') return fail('an object without metadata.name');
  const meta: StoredMeta = {
    kind,
    namespace: table.string(readString(metadata, 'namespace') ?? ''),
    name,
    uid: readString(metadata, 'uid') ?? '',
    created: readString(metadata, 'creationTimestamp'),
    labels: readRecord(metadata, 'labels'),
  };
  switch (meta.kind) {
    case 'core/Pod':
      return ok(readPod(meta as StoredMeta<'core/Pod'>, raw, table));
    case 'workload.linkerd.io/ExternalWorkload':
      return ok(readExternalWorkload(meta as StoredMeta<'workload.linkerd.io/ExternalWorkload'>, raw));
    case 'core/Namespace':
      return ok({
        ...(meta as StoredMeta<'core/Namespace'>),
        annotations: readRecord(metadata, 'annotations', isProxyAnnotation),
      });
    case 'core/Service':
      return ok(readService(meta as StoredMeta<'core/Service'>, raw));
    case 'core/ServiceAccount':
      return ok({ ...(meta as StoredMeta<'core/ServiceAccount'>), labels: {} });
    default:
      return ok(readPolicy(meta as StoredMeta<typeof meta.kind>, raw) as StoredObject);
  }
}

function readService(meta: StoredMeta<'core/Service'>, raw: unknown): StoredService {
  const spec = member(raw, 'spec');
  return {
    ...meta,
    type: readString(spec, 'type') ?? 'ClusterIP',
    clusterIP: readString(spec, 'clusterIP'),
    selector: isObject(member(spec, 'selector')) ? readRecord(spec, 'selector') : undefined,
    ports: readList(spec, 'ports').flatMap((item) => {
      const port = readNumber(item, 'port');
      const target = member(item, 'targetPort');
      if (!isPort(port)) return [];
      const targetPort = typeof target === 'number' || typeof target === 'string' ? target : port;
      return [{ name: readString(item, 'name'), port, targetPort }];
    }),
  };
}
