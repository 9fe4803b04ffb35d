/** The bytes of a policy's message, made once however many proxies get them. */
import type { PortPolicy } from '../../policy/inbound/port-policy.js';
import { Server } from './gen/inbound.js';
import { toServer } from './to-proto/server.js';

const known = new WeakMap<PortPolicy, Buffer>();

export function encoded(policy: PortPolicy): Buffer {
  let bytes = known.get(policy);
  if (bytes === undefined) known.set(policy, (bytes = Buffer.from(Server.encode(toServer(policy)).finish())));
  return bytes;
}
