/** Reads a file of expectations; everything wrong with it is said at once. Nothing is looked up yet. */
import type { ManifestDocument } from '../../adapters/manifests/yaml-documents.js';
import { isHeaderName, isHeaderValue } from '../../model/http-header.js';
import { identityProblem } from '../../model/identity.js';
import { parseNetwork } from '../../model/ip.js';
import { isObject, member, type JsonObject, type JsonPath } from '../../model/json.js';
import { quote } from '../../model/text.js';
import {
  MAY,
  type Assertion,
  type ClientSelector,
  type From,
  type RequestChoice,
  type To,
  type WorkloadSelector,
} from '../../policy/expect/assertion.js';
import { ANY_PORT } from '../../policy/expect/targets.js';
import { splitPort } from '../../policy/endpoints/names.js';
import { SPOKEN } from '../../policy/endpoints/traffic.js';
import { Reader, type Fault } from './faults.js';

/** An assertion and where it stands in the file. */
export interface ReadAssertion {
  readonly assertion: Assertion;
  readonly path: JsonPath;
}

export interface ReadExpectations {
  /** Those that could be read. */
  readonly assertions: readonly ReadAssertion[];
  readonly faults: readonly Fault[];
}

const CALL_MEMBERS = [
  'name',
  'from',
  'to',
  'protocol',
  'method',
  'path',
  'pathPrefix',
  'host',
  'headers',
  'may',
  'optional',
];
const PROBE_MEMBERS = ['name', 'probes', 'to', 'optional'];
const WORKLOAD_MEMBERS = ['workload', 'namespace', 'labels'];
const CLIENT_MEMBERS = [...WORKLOAD_MEMBERS, 'serviceAccount', 'identity', 'unmeshed', 'address'];

export function readExpectations({ value }: Pick<ManifestDocument, 'value'>): ReadExpectations {
  const reader = new Reader();
  const root = reader.object(value, [], ['expect'], 'a mapping with a list expect');
  const list = root?.['expect'];
  if (root !== undefined && (!Array.isArray(list) || list.length === 0))
    reader.fault(list === undefined ? [] : ['expect'], 'expect is a list of at least one assertion');
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  const assertions = items.flatMap((item, place): ReadAssertion[] => {
    const path = ['expect', place];
    const before = reader.faults.length;
    const assertion = readAssertion(reader, item, path);
    return assertion === undefined || reader.faults.length > before ? [] : [{ assertion, path }];
  });
  return { assertions, faults: reader.faults };
}

function readAssertion(reader: Reader, value: unknown, path: JsonPath): Assertion | undefined {
  const probes = isObject(value) && value['probes'] !== undefined;
  const members = probes ? PROBE_MEMBERS : CALL_MEMBERS;
  const item = reader.object(
    value,
    path,
    members,
    'an assertion: a mapping with from, to and may, or with probes',
  );
  if (item === undefined) return undefined;
  const name = reader.text(item['name'], [...path, 'name']);
  const optional = reader.truth(item['optional'], [...path, 'optional']) ?? false;
  if (probes) {
    reader.word(item['probes'], [...path, 'probes'], ['pass']);
    const to = item['to'] === undefined ? EVERYTHING : readTo(reader, item['to'], [...path, 'to']);
    return to && { kind: 'probes', name, to, optional };
  }
  for (const wanted of ['from', 'to', 'may'])
    if (item[wanted] === undefined) reader.fault(path, `needs ${wanted}`);
  const from = item['from'] === undefined ? undefined : readFrom(reader, item['from'], [...path, 'from']);
  const to = item['to'] === undefined ? undefined : readTo(reader, item['to'], [...path, 'to']);
  const may = reader.word(item['may'], [...path, 'may'], MAY);
  const request = readRequest(reader, item, path);
  return from === undefined || to === undefined || may === undefined
    ? undefined
    : { kind: 'call', name, from, to, request, may, optional };
}

const EVERYTHING: To = Object.freeze({ workloads: undefined, port: undefined });

function readFrom(reader: Reader, value: unknown, path: JsonPath): From | undefined {
  if (value === 'anyone') return { kind: 'anyone' };
  if (!isObject(value) || value['outside'] === undefined) {
    const clients = readClients(reader, value, path);
    return clients && { kind: 'selected', clients };
  }
  reader.object(value, path, ['outside'], 'a mapping');
  if (value['outside'] === 'cluster') return { kind: 'outside-cluster' };
  const clients = readClients(reader, value['outside'], [...path, 'outside']);
  return clients && { kind: 'outside', clients };
}

function readClients(reader: Reader, value: unknown, path: JsonPath): readonly ClientSelector[] | undefined {
  if (!Array.isArray(value)) {
    const one = readClient(reader, value, path);
    return one && [one];
  }
  if (value.length === 0) {
    reader.fault(path, 'is an empty list: it names nobody');
    return undefined;
  }
  return value.flatMap((item: unknown, place) => readClient(reader, item, [...path, place]) ?? []);
}

function readClient(reader: Reader, value: unknown, path: JsonPath): ClientSelector | undefined {
  if (typeof value === 'string') return readNamed(reader, value, path);
  const item = reader.object(
    value,
    path,
    CLIENT_MEMBERS,
    'a workload’s name, or a mapping that selects clients',
  );
  if (item === undefined) return undefined;
  const others = ['serviceAccount', 'identity', 'unmeshed'].filter((name) => item[name] !== undefined);
  const own = WORKLOAD_MEMBERS.filter((name) => item[name] !== undefined);
  if (others.length > 1 || (others.length > 0 && own.length > 0)) {
    reader.fault(path, `${[...own, ...others].join(' and ')} do not go together: make a list of them`);
    return undefined;
  }
  const address = readAddress(reader, item['address'], [...path, 'address']);
  switch (others[0]) {
    case undefined:
      if (item['address'] !== undefined)
        reader.fault([...path, 'address'], 'goes with serviceAccount, identity or unmeshed: true');
      return readWorkloads(reader, item, path);
    case 'unmeshed':
      if (item['unmeshed'] !== true) {
        reader.fault([...path, 'unmeshed'], 'can only be true');
        return undefined;
      }
      return { kind: 'unmeshed', address };
    case 'serviceAccount':
      return readAccount(reader, item['serviceAccount'], { path: [...path, 'serviceAccount'], address });
    default:
      return readIdentity(reader, item['identity'], { path: [...path, 'identity'], address });
  }
}

interface Addressed {
  readonly path: JsonPath;
  readonly address: string | undefined;
}

function readAccount(
  reader: Reader,
  value: unknown,
  { path, address }: Addressed,
): ClientSelector | undefined {
  const text = reader.text(value, path);
  if (text === undefined) return undefined;
  const [namespace = '', name = '', ...more] = text.split('/');
  if (namespace === '' || name === '' || more.length > 0) {
    reader.fault(path, `${quote(text)} is no namespace/name`);
    return undefined;
  }
  return { kind: 'service-account', namespace, name, address };
}

function readIdentity(
  reader: Reader,
  value: unknown,
  { path, address }: Addressed,
): ClientSelector | undefined {
  const text = reader.text(value, path);
  if (text === undefined) return undefined;
  if (identityProblem(text) !== undefined) {
    reader.fault(
      path,
      `${quote(text)} is neither a DNS-like name, perhaps with a leading *, nor a SPIFFE id`,
    );
    return undefined;
  }
  return { kind: 'identity', identity: text, address };
}

function readAddress(reader: Reader, value: unknown, path: JsonPath): string | undefined {
  const text = reader.text(value, path);
  if (text === undefined || parseNetwork(text) !== undefined) return text;
  reader.fault(path, `${quote(text)} is no address and no network, e.g. 203.0.113.0/24`);
  return undefined;
}

const byName = (workload: string): WorkloadSelector => ({
  kind: 'workloads',
  namespace: undefined,
  workload,
  labels: undefined,
});

function readNamed(reader: Reader, value: string, path: JsonPath): WorkloadSelector | undefined {
  const text = reader.text(value, path);
  if (text?.includes(':') === true) {
    reader.fault(path, `${quote(text)} has a port, which only to takes`);
    return undefined;
  }
  return text === undefined ? undefined : byName(text);
}

function readWorkloads(reader: Reader, item: JsonObject, path: JsonPath): WorkloadSelector | undefined {
  const given = WORKLOAD_MEMBERS.filter((name) => item[name] !== undefined);
  if (given.length === 0) {
    reader.fault(path, 'selects nobody: name a workload, a namespace or labels');
    return undefined;
  }
  const labels = reader.texts(item['labels'], [...path, 'labels']);
  if (labels?.length === 0) reader.fault([...path, 'labels'], 'names no label');
  return {
    kind: 'workloads',
    workload: reader.text(item['workload'], [...path, 'workload']),
    namespace: reader.text(item['namespace'], [...path, 'namespace']),
    labels: labels && new Map(labels),
  };
}

function readTo(reader: Reader, value: unknown, path: JsonPath): To | undefined {
  if (typeof value === 'string') {
    const { name, port } = splitPort(value);
    if (name === '' || port === '') {
      reader.fault(path, `${quote(value)} is no workload and no workload:port`);
      return undefined;
    }
    return { workloads: byName(name), port: port === undefined ? undefined : numbered(port) };
  }
  const what = 'a workload’s name, or a mapping that selects workloads';
  const item = reader.object(value, path, [...WORKLOAD_MEMBERS, 'port'], what);
  if (item === undefined) return undefined;
  const port = readPort(reader, member(item, 'port'), [...path, 'port']);
  const selects = WORKLOAD_MEMBERS.some((name) => item[name] !== undefined);
  if (!selects && item['port'] === undefined) {
    reader.fault(path, 'selects nothing: name a workload, a namespace or labels');
    return undefined;
  }
  const workloads = selects ? readWorkloads(reader, item, path) : undefined;
  return { workloads, port };
}

function readPort(reader: Reader, value: unknown, path: JsonPath): To['port'] {
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= 1 && value <= 65_535) return value;
    reader.fault(path, `${quote(value)} is no port from 1 to 65535`);
    return undefined;
  }
  const text = reader.text(value, path);
  return text === undefined ? undefined : numbered(text);
}

const numbered = (text: string): number | string =>
  text !== ANY_PORT && /^[0-9]{1,5}$/.test(text) ? Number(text) : text;

function readRequest(reader: Reader, item: JsonObject, path: JsonPath): RequestChoice {
  const text = (name: string): string | undefined => reader.text(item[name], [...path, name]);
  const spoken = reader.word(item['protocol'], [...path, 'protocol'], SPOKEN);
  const choice: RequestChoice = {
    spoken,
    method: text('method'),
    path: readPath(reader, item['path'], [...path, 'path']),
    pathPrefix: readPath(reader, item['pathPrefix'], [...path, 'pathPrefix']),
    host: text('host'),
    headers: readHeaders(reader, item['headers'], [...path, 'headers']),
  };
  if (choice.path !== undefined && choice.pathPrefix !== undefined)
    reader.fault([...path, 'pathPrefix'], 'does not go with path');
  const said = ['method', 'path', 'pathPrefix', 'host', 'headers'].filter((name) => item[name] !== undefined);
  if (spoken === 'tcp' && said[0] !== undefined)
    reader.fault([...path, said[0]], 'does not go with protocol: tcp, which has no requests');
  return choice;
}

function readPath(reader: Reader, value: unknown, path: JsonPath): string | undefined {
  const text = reader.text(value, path);
  if (text === undefined) return undefined;
  if (!text.startsWith('/')) {
    reader.fault(path, `${quote(text)} does not begin with /`);
    return undefined;
  }
  if (text.includes('?')) reader.fault(path, `${quote(text)} has a query, which has no say here`);
  return text;
}

function readHeaders(reader: Reader, value: unknown, path: JsonPath): RequestChoice['headers'] {
  const headers = reader.texts(value, path) ?? [];
  return headers.flatMap(([name, text]) => {
    if (isHeaderName(name) && isHeaderValue(text)) return [{ name, value: text }];
    reader.fault([...path, name], `${quote(`${name}: ${text}`)} is no header`);
    return [];
  });
}
