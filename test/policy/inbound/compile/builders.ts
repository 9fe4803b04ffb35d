/** Stored routes and rate limits, as the API serves them: nothing is filled in. */
import type { JsonObject } from '../../../../src/model/json.js';
import { InternTable } from '../../../../src/policy/objects/intern.js';
import { project } from '../../../../src/policy/objects/project.js';
import type { StoredPolicy } from '../../../../src/policy/objects/stored.js';
import type { KindId } from '../../../../src/schema/index.js';

export const POLICY_HTTP = 'policy.linkerd.io/HTTPRoute';
export const GATEWAY_HTTP = 'gateway.networking.k8s.io/HTTPRoute';
export const GRPC = 'gateway.networking.k8s.io/GRPCRoute';
export const TLS = 'gateway.networking.k8s.io/TLSRoute';
export const TCP = 'gateway.networking.k8s.io/TCPRoute';
export const RATE_LIMIT = 'policy.linkerd.io/HTTPLocalRateLimitPolicy';

export const SERVER: JsonObject = { group: 'policy.linkerd.io', kind: 'Server', name: 'web' };

/** The object `it` of the namespace `app`. */
export function mkStored<K extends KindId>(
  kind: K,
  spec: JsonObject,
  { metadata = {}, status = {} }: { readonly metadata?: JsonObject; readonly status?: JsonObject } = {},
): StoredPolicy<K> {
  const read = project(
    kind,
    { metadata: { name: 'it', namespace: 'app', ...metadata }, spec, status },
    new InternTable(),
  );
  if (!read.ok) throw new Error(read.error);
  return read.value as unknown as StoredPolicy<K>;
}
