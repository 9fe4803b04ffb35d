/**
 * Reads a line that Linkerd's proxy logs when it denies (inbound-semantics B3, B4), in its text and its JSON format:
 *
 *   [ 12.3s] INFO ThreadId(01) inbound:accept{client.addr=10.1.2.3:5}:server{port=8080}: …: Request denied
 *     server.group=policy.linkerd.io server.kind=server server.name=web route.group= route.kind=default
 *     route.name=default client.tls=Some(Established { client_id: Some(…), … }) client.ip=10.1.2.3
 *
 * Releases before 2.13 call the last two `tls` and `client`, the first of all `server=name` alone. The line is
 * untrusted: it is read from left to right, and nothing of it becomes a pattern.
 */
import { identityProblem } from '../../model/identity.js';
import { parseAddress } from '../../model/ip.js';
import { isObject, member } from '../../model/json.js';
import { fail, ok, type Result } from '../../model/result.js';
import type { Denial } from '../../policy/endpoints/denial.js';
import type { TlsState } from '../../policy/decide/connection.js';

/** Longer than any line that a proxy writes. */
const LONGEST = 16_384;
const COLOURS = /\u001b\[[0-9;]*m/g;
/** As `kubectl logs --prefix` begins. */
const PREFIX = /^\[pod\/([a-z0-9.-]+)\/linkerd-proxy\]/;

/** The fields of a line, by name, and what stands before them. */
interface Fields {
  readonly message: string;
  readonly values: ReadonlyMap<string, string>;
  readonly port: number | undefined;
}

/** What the line tells; an error says what it lacks. */
export function parseDenialLine(text: string): Result<Denial, string> {
  const line = text.slice(0, LONGEST).replaceAll(COLOURS, '').trim();
  const pod = PREFIX.exec(line)?.[1];
  const brace = line.indexOf('{"');
  const fields = (brace < 0 ? undefined : fromJson(line.slice(brace))) ?? fromText(line);
  const { values, message, port } = fields;
  const tlsText = values.get('client.tls') ?? values.get('tls');
  const client = values.get('client.ip') ?? values.get('client');
  if (tlsText === undefined || client === undefined)
    return fail('has no client.tls and client.ip: it is no denial of Linkerd’s proxy');
  const tls = parseTls(tlsText);
  if (tls === undefined) return fail('has a client.tls that cannot be read');
  const ip = addressOf(client);
  if (ip === undefined) return fail('has a client.ip that is no address');
  return ok({
    event: message.includes('Connection') ? 'connection' : 'request',
    server: serverOf(values),
    route: routeOf(values),
    tls,
    ip,
    port,
    pod,
  });
}

function fromText(line: string): Fields {
  const values = new Map<string, string>();
  const first = firstField(line);
  const head = first < 0 ? line : line.slice(0, first);
  let at = first < 0 ? line.length : first;
  while (at < line.length) {
    const equals = line.indexOf('=', at);
    if (equals < 0) break;
    const name = line.slice(at, equals);
    const end = endOfValue(line, equals + 1);
    if (!name.includes(' ') && !values.has(name)) values.set(name, line.slice(equals + 1, end));
    at = end + 1;
  }
  return { message: head, values, port: portOf(head) };
}

/** Where the fields of the event begin; those of its spans stand in braces before. */
function firstField(line: string): number {
  const starts = [' server.group=', ' server=']
    .map((field) => line.indexOf(field))
    .filter((found) => found >= 0);
  return starts.length === 0 ? -1 : Math.min(...starts) + 1;
}

/** The end of a value: a space outside of quotes, parentheses and braces. */
function endOfValue(line: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (quoted) {
      if (character === '\\') at += 1;
      else quoted = character !== '"';
    } else if (character === '"') quoted = true;
    else if (character === '(' || character === '{') depth += 1;
    else if (character === ')' || character === '}') depth -= 1;
    else if (character === ' ' && depth <= 0) return at;
  }
  return line.length;
}

const SPAN_PORT = /server\{port=([0-9]{1,5})\}/g;
const SPAN_ADDRESS = /(?:server|listen)\.addr=[^\s}]*:([0-9]{1,5})[\s}]/g;

/** The port of the innermost span that has one. */
function portOf(spans: string): number | undefined {
  const found = [...spans.matchAll(SPAN_PORT), ...spans.matchAll(SPAN_ADDRESS)].at(0)?.[1];
  return found === undefined ? undefined : toPort(Number(found));
}

const toPort = (port: number): number | undefined =>
  Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined;

function fromJson(text: string): Fields | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const fields = member(parsed, 'fields');
  if (!isObject(fields)) return undefined;
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(fields)) if (typeof value === 'string') values.set(name, value);
  const spans = member(parsed, 'spans');
  const ports = (Array.isArray(spans) ? (spans as readonly unknown[]) : []).flatMap((span) => {
    const port = member(span, 'port');
    const address = member(span, 'listen.addr') ?? member(span, 'server.addr');
    if (typeof port === 'number') return [port];
    return typeof address === 'string' ? [Number(address.slice(address.lastIndexOf(':') + 1))] : [];
  });
  return { message: values.get('message') ?? '', values, port: toPort(ports.at(-1) ?? 0) };
}

function serverOf(values: ReadonlyMap<string, string>): Denial['server'] {
  const name = values.get('server.name');
  if (name !== undefined && name !== '')
    return { kind: values.get('server.kind') === 'default' ? 'default' : 'server', name };
  const old = values.get('server');
  if (old === undefined || old === '') return undefined;
  return old.startsWith('default:')
    ? { kind: 'default', name: old.slice('default:'.length) }
    : { kind: 'server', name: old };
}

function routeOf(values: ReadonlyMap<string, string>): Denial['route'] {
  const name = values.get('route.name');
  return name === undefined || name === '' ? undefined : { kind: values.get('route.kind') ?? '', name };
}

/** As Rust prints it: `None(…)`, `Some(Passthru { sni: … })` or `Some(Established { client_id: … })`. */
function parseTls(text: string): TlsState | undefined {
  if (text.startsWith('None')) return { kind: 'none' };
  if (text.startsWith('Some(Passthru')) {
    const sni = inner(text.slice(text.indexOf('sni:') + 'sni:'.length));
    return sni === undefined ? { kind: 'passthru' } : { kind: 'passthru', sni };
  }
  if (!text.startsWith('Some(Established')) return undefined;
  const at = text.indexOf('client_id:');
  if (at < 0) return undefined;
  const rest = text.slice(at + 'client_id:'.length).trimStart();
  if (rest.startsWith('None')) return { kind: 'established', identity: undefined };
  const identity = inner(rest);
  return identity === undefined || identityProblem(identity) !== undefined
    ? undefined
    : { kind: 'established', identity };
}

/** The text inside of all wrappers: between the first quotes, else in the innermost parentheses. */
function inner(text: string): string | undefined {
  const close = text.indexOf(')');
  if (close < 0) return undefined;
  const wrapped = text.slice(0, close);
  const quote = wrapped.indexOf('"');
  if (quote >= 0) {
    const end = wrapped.indexOf('"', quote + 1);
    return end < 0 ? undefined : wrapped.slice(quote + 1, end);
  }
  const open = wrapped.lastIndexOf('(');
  return open < 0 ? undefined : wrapped.slice(open + 1).trim();
}

/** The address, with or without a port: `10.0.0.1:5`, `[::1]:5`, `::1`. */
function addressOf(text: string): string | undefined {
  if (parseAddress(text) !== undefined) return text;
  const colon = text.lastIndexOf(':');
  const bare = text.slice(0, Math.max(0, colon));
  const unwrapped = bare.startsWith('[') && bare.endsWith(']') ? bare.slice(1, -1) : bare;
  return parseAddress(unwrapped) === undefined ? undefined : unwrapped;
}
