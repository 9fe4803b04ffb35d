/** Which paths the kubelet asks for on which port (inbound-semantics A3): http and https probes of a pod. */
import { asciiLower } from '../../model/text.js';
import type { Container, Probe } from '../objects/stored.js';

/** The paths by port number; each list ascends, and holds a path that several probes share once. */
export function probePaths(containers: readonly Container[]): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, Set<string>>();
  for (const container of containers) {
    for (const probe of container.probes) {
      const port = probePort(container, probe);
      const path = probePath(probe);
      if (port === undefined || path === undefined) continue;
      found.set(port, (found.get(port) ?? new Set()).add(path));
    }
  }
  return new Map([...found].map(([port, paths]) => [port, [...paths].sort()]));
}

/** The number itself, declared or not, or the first port of that name in the probe's container, ignoring case. */
export function probePort({ ports }: Container, { port }: Probe): number | undefined {
  if (typeof port === 'number')
    return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined;
  const wanted = asciiLower(port);
  return ports.find(({ name }) => name !== undefined && asciiLower(name) === wanted)?.port;
}

/** The path that an http probe is authorized for; undefined for other probes and where it is no URI. */
function probePath({ kind, path }: Probe): string | undefined {
  if (kind !== 'http' && kind !== 'https') return undefined;
  return pathOfUri(path === undefined || path === '' ? '/' : path);
}

// The characters of a URI as Rust's `http` crate reads it: percent signs are neither checked nor decoded.
const PATH = /^[!$-;=@-_a-~"]*$/;
const QUERY = /^[!$-;=?-~]*$/;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;
const AUTHORITY =
  /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:%]*@)?(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+,;=]+)(?::[0-9]*)?$/;

/** The path of a URI without query and fragment; undefined where it is none. A bare host has the empty path. */
function pathOfUri(text: string): string | undefined {
  if (text.startsWith('/')) return pathOnly(text);
  if (text === '*') return text;
  const scheme = SCHEME.exec(text)?.[0];
  if (scheme === undefined) return AUTHORITY.test(text) ? '' : undefined;
  const rest = text.slice(scheme.length);
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  if (!AUTHORITY.test(authority)) return undefined;
  const path = end < 0 ? '' : pathOnly(rest.slice(end));
  return path === '' ? '/' : path;
}

function pathOnly(text: string): string | undefined {
  const hash = text.indexOf('#');
  const whole = hash < 0 ? text : text.slice(0, hash);
  const mark = whole.indexOf('?');
  const path = mark < 0 ? whole : whole.slice(0, mark);
  const query = mark < 0 ? '' : whole.slice(mark + 1);
  return PATH.test(path) && QUERY.test(query) ? path : undefined;
}
