/**
 * Addresses and networks as Linkerd parses them (admission-rules CIDR, CONTAINS). Comparisons are made on the
 * parsed values, never on text.
 */

/** A range of addresses of one family; `first` and `last` are the addresses as integers, both included. */
export interface IpNetwork {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  /** Bits, 0..32 or 0..128. */
  readonly prefix: number;
  /** The address as written, host bits included, as an integer. */
  readonly address: bigint;
}

const BITS = { 4: 32, 6: 128 } as const;

/**
 * A network text: a bare address, or `address/prefix`. Host bits need not be zero. A bare IPv4 address has no
 * leading zeros; in `address/prefix` they are allowed. No zones, no spaces.
 */
export function parseNetwork(text: string): IpNetwork | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return parseAddress(text);
  const digits = text.slice(slash + 1);
  const ip = text.slice(0, slash);
  const v4 = parseIPv4(ip, true);
  if (v4 !== undefined) return /^\d{1,2}$/.test(digits) ? toNetwork(4, v4, Number(digits)) : undefined;
  const v6 = parseIPv6(ip, true);
  if (v6 === undefined || !/^\d{1,3}$/.test(digits)) return undefined;
  return toNetwork(6, v6, Number(digits));
}

/** A bare address as a network of one. */
export function parseAddress(text: string): IpNetwork | undefined {
  const v4 = parseIPv4(text, false);
  if (v4 !== undefined) return toNetwork(4, v4, 32);
  const v6 = parseIPv6(text, false);
  return v6 === undefined ? undefined : toNetwork(6, v6, 128);
}

function toNetwork(family: 4 | 6, address: bigint, prefix: number): IpNetwork | undefined {
  const bits = BITS[family];
  if (prefix > bits) return undefined;
  const host = (1n << BigInt(bits - prefix)) - 1n;
  const first = address & ~host;
  return { family, first, last: first | host, prefix, address };
}

/** Whether every address of `inner` lies in `outer`; never across families. */
export const contains = (outer: IpNetwork, inner: IpNetwork): boolean =>
  outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;

function parseIPv4(text: string, leadingZeros: boolean): bigint | undefined {
  const octets = text.split('.');
  if (octets.length !== 4) return undefined;
  let address = 0n;
  for (const octet of octets) {
    if (!/^\d{1,3}$/.test(octet) || Number(octet) > 255) return undefined;
    if (!leadingZeros && octet.length > 1 && octet.startsWith('0')) return undefined;
    address = (address << 8n) | BigInt(Number(octet));
  }
  return address;
}

/** `::` stands for one or more groups; the last two groups may be written as an IPv4 address. */
function parseIPv6(text: string, leadingZeros: boolean): bigint | undefined {
  if (text.length > 60) return undefined;
  const gap = text.indexOf('::');
  if (gap < 0) {
    const groups = parseGroups(text, leadingZeros);
    return groups?.length === 8 ? joinGroups(groups) : undefined;
  }
  const head = text.slice(0, gap);
  const tail = text.slice(gap + 2);
  const before = head === '' ? [] : parseGroups(head, leadingZeros, false);
  const after = tail === '' ? [] : parseGroups(tail, leadingZeros);
  if (before === undefined || after === undefined || before.length + after.length > 7) return undefined;
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return joinGroups([...before, ...zeros, ...after]);
}

function parseGroups(text: string, leadingZeros: boolean, mayEndInIPv4 = true): number[] | undefined {
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const v4 = mayEndInIPv4 && i === parts.length - 1 ? parseIPv4(part, leadingZeros) : undefined;
    if (v4 === undefined) return undefined;
    groups.push(Number(v4 >> 16n), Number(v4 & 0xffffn));
  }
  return groups;
}

const joinGroups = (groups: readonly number[]): bigint =>
  groups.reduce((address, group) => (address << 16n) | BigInt(group), 0n);

/** The address in its usual spelling: dotted for IPv4, compressed lower-case groups for IPv6. */
export function formatAddress(family: 4 | 6, address: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => Number((address >> BigInt(16 * (7 - i))) & 0xffffn));
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i += 1) {
    let end = i;
    while (end < 8 && groups[end] === 0) end += 1;
    if (end - i > length) {
      start = i;
      length = end - i;
    }
  }
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return start < 0 ? text(0, 8) : `${text(0, start)}::${text(start + length, 8)}`;
}

/** `first/prefix`: the network without host bits. */
export const formatNetwork = (network: IpNetwork): string =>
  `${formatAddress(network.family, network.first)}/${String(network.prefix)}`;
