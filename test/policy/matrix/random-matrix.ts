/** Random worlds as a matrix meets them: pods with and without addresses, and proxies that skip ports. */
import { buildIndex } from '../../../src/policy/inbound/advance.js';
import type { InboundIndex } from '../../../src/policy/inbound/inbound-index.js';
import type { StoredKind } from '../../../src/policy/objects/kinds.js';
import type { StoredObject } from '../../../src/policy/objects/stored.js';
import { mkWorld } from '../../builders.js';
import type { Chance } from '../../oracle/random.js';
import { KINDS, randomObject } from '../inbound/random-world.js';

export const world = mkWorld();

const IPS = ['10.1.0.7', '10.1.9.9', '10.200.0.1', '192.168.0.1', 'fd00::7'];
const SKIP = 'config.linkerd.io/skip-outbound-ports';

/** A pod as a cluster would have it: perhaps at an address, perhaps with others of one controller. */
function placed(random: Chance, object: StoredObject): StoredObject {
  if (object.kind !== 'core/Pod') return object;
  const { template } = object;
  const skipping = random.chance(0.2);
  return {
    ...object,
    ips: random.chance(0.5) ? [random.pick(IPS)] : [],
    template: {
      ...template,
      owner: random.chance(0.4) ? 'StatefulSet/set' : undefined,
      annotations: skipping ? { ...template.annotations, [SKIP]: '80,5432' } : template.annotations,
    },
  };
}

const keyOf = ({ kind, namespace, name }: StoredObject): string => `${kind} ${namespace} ${name}`;

export function randomIndex(random: Chance): InboundIndex {
  const objects = new Map<string, StoredObject>();
  const add = (kind: StoredKind): void => {
    const object = placed(random, randomObject(random, kind));
    objects.set(keyOf(object), object);
  };
  for (let n = 0; n < 5; n += 1) {
    add('core/Pod');
    add('policy.linkerd.io/Server');
    add('policy.linkerd.io/AuthorizationPolicy');
    add(random.pick<StoredKind>(['policy.linkerd.io/HTTPRoute', 'policy.linkerd.io/NetworkAuthentication']));
  }
  for (let n = random.int(24); n > 0; n -= 1) add(random.pick(KINDS));
  return buildIndex(world, [...objects.values()]);
}
