/** Networks of policy objects (inbound-semantics A14). */
import { parseNetwork, type IpNetwork } from '../../../model/ip.js';
import type { AuthorizedNetwork } from '../port-policy.js';

interface RawNetwork {
  readonly cidr?: string | null | undefined;
  readonly except?: readonly (string | null | undefined)[] | null | undefined;
}

/** The networks as they are written, or undefined if any of them cannot be read: then the object has no effect. */
export function compileNetworks(
  raw: readonly (RawNetwork | null | undefined)[] | null | undefined,
): readonly AuthorizedNetwork[] | undefined {
  const networks: AuthorizedNetwork[] = [];
  for (const item of raw ?? []) {
    const net = parseNetwork(item?.cidr ?? '');
    const except = parseAll(item?.except);
    if (net === undefined || except === undefined) return undefined;
    networks.push({ net, except });
  }
  return networks;
}

function parseAll(texts: readonly (string | null | undefined)[] | null | undefined): IpNetwork[] | undefined {
  const networks: IpNetwork[] = [];
  for (const text of texts ?? []) {
    const network = parseNetwork(text ?? '');
    if (network === undefined) return undefined;
    networks.push(network);
  }
  return networks;
}

// Cluster settings are few values that live long; each list of theirs is parsed once.
const parsed = new WeakMap<readonly string[], readonly AuthorizedNetwork[]>();

/** The networks of a cluster setting; what cannot be read is left out, as flags and configuration were checked. */
export function settingNetworks(texts: readonly string[]): readonly AuthorizedNetwork[] {
  let networks = parsed.get(texts);
  if (networks === undefined) {
    networks = texts.flatMap((text) => {
      const net = parseNetwork(text);
      return net === undefined ? [] : [{ net, except: [] }];
    });
    parsed.set(texts, networks);
  }
  return networks;
}

/** Every IPv4 and IPv6 address. */
export const EVERYWHERE: readonly string[] = Object.freeze(['0.0.0.0/0', '::/0']);
