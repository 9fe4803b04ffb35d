/** Which clients and ports a matrix is asked about, by the names of workloads, namespaces and ports. */
import { nearest } from '../../model/nearest.js';
import { fail, ok, type Result } from '../../model/result.js';
import { resolveClient } from '../endpoints/client.js';
import { parseName, splitPort, type ObjectName } from '../endpoints/names.js';
import type { EndpointProblem } from '../endpoints/problem.js';
import { targetOf } from '../endpoints/target.js';
import { findWorkload, missingNamespace } from '../endpoints/workloads.js';
import type { InboundIndex } from '../inbound/inbound-index.js';
import { shapeOf } from '../state/workload-shape.js';
import {
  CLIENT_WORDS,
  clientOfEndpoint,
  clientOfWord,
  clientsOf,
  clientsOfWorkload,
  type MatrixClient,
} from './clients.js';
import { byTarget, portsOf, targetsOf, type MatrixTarget } from './targets.js';
import { namedIn, namedWorkloads, type NamedWorkload } from './workloads.js';

export type SelectProblem =
  | EndpointProblem
  /** None of the workloads that are asked about has the port. */
  | { readonly code: 'no-such-port'; readonly port: string; readonly near: string | undefined };

const NAMESPACE_WORDS: ReadonlySet<string> = new Set(['ns', 'namespace', 'namespaces']);

/** The namespace that a text names as such: `ns/payments`; a namespace that is called `ns` comes first. */
function namespaceNamed(index: InboundIndex, text: string): string | undefined {
  const [word = '', name = '', ...rest] = text.split('/');
  const itself = index.state.namespaces.has(word);
  return NAMESPACE_WORDS.has(word) && name !== '' && rest.length === 0 && !itself ? name : undefined;
}

/** Those of the names, in the order in which all clients come; all of them without names. */
export function selectClients(
  index: InboundIndex,
  names: readonly string[],
  namespace: string,
): Result<readonly MatrixClient[], SelectProblem> {
  if (names.length === 0) return ok(clientsOf(index));
  const found = new Map<string, MatrixClient>();
  for (const name of names) {
    const clients = clientsNamed(index, name, namespace);
    if (!clients.ok) return clients;
    for (const client of clients.value) found.set(client.name, client);
  }
  const order = new Map(clientsOf(index).map((client, place) => [client.name, place]));
  const place = ({ name }: MatrixClient): number => order.get(name) ?? order.size;
  return ok([...found.values()].sort((a, b) => place(a) - place(b)));
}

function clientsNamed(
  index: InboundIndex,
  text: string,
  namespace: string,
): Result<readonly MatrixClient[], SelectProblem> {
  const { settings } = index.world;
  const word = CLIENT_WORDS.find((each) => each === text);
  if (word !== undefined) {
    const client = clientOfWord(word, settings);
    return ok(client === undefined ? [] : [client]);
  }
  const within = namespaceNamed(index, text);
  if (within !== undefined) {
    const workloads = namedInNamespace(index, within);
    return workloads.ok
      ? ok(workloads.value.flatMap((named) => clientsOfWorkload(named, settings)))
      : workloads;
  }
  const options = { from: text, unmeshed: false, address: undefined, namespace };
  const client = resolveClient(index, options, ANY_PORT);
  if (!client.ok) return client;
  const { subject } = client.value;
  return subject.kind === 'workload'
    ? ok(clientsOfWorkload(labelled(index, subject.workload), settings))
    : ok([clientOfEndpoint(text, client.value)]);
}

/** What a client shows does not follow from the port until a matrix asks. */
const ANY_PORT = 1;

function namedInNamespace(
  { state }: InboundIndex,
  namespace: string,
): Result<readonly NamedWorkload[], EndpointProblem> {
  const ns = state.namespaces.get(namespace);
  return ns === undefined ? fail(missingNamespace(state, namespace)) : ok(namedIn(ns));
}

/** The workload under the name that it has among all of its namespace; a pod of one keeps its own. */
function labelled({ state }: InboundIndex, workload: NamedWorkload['workload']): NamedWorkload {
  const ns = state.namespaces.get(workload.namespace);
  const [first] = workload.members;
  const same = (ns === undefined ? [] : namedIn(ns)).find(
    ({ workload: { members } }) => members.length === workload.members.length && members[0] === first,
  );
  return same ?? { workload, label: `${workload.namespace}/${workload.name}` };
}

/** The ports of the names, `workload`, `workload:port`, `ns/name`, `ns/name:port` or `:port`; all without names. */
export function selectTargets(
  index: InboundIndex,
  names: readonly string[],
  namespace: string,
): Result<readonly MatrixTarget[], SelectProblem> {
  if (names.length === 0) return ok(everyPort(index, namedWorkloads(index)));
  const found = new Map<string, MatrixTarget>();
  for (const name of names) {
    const targets = targetsNamed(index, name, namespace);
    if (!targets.ok) return targets;
    for (const target of targets.value) found.set(target.name, target);
  }
  return ok([...found.values()].sort(byTarget));
}

const everyPort = (index: InboundIndex, workloads: readonly NamedWorkload[]): readonly MatrixTarget[] =>
  workloads.flatMap((named) => portsOf(index, named).flatMap((port) => targetsOf(index, named, port)));

function targetsNamed(
  index: InboundIndex,
  text: string,
  namespace: string,
): Result<readonly MatrixTarget[], SelectProblem> {
  const { state } = index;
  const { name, port } = splitPort(text);
  if (name === '')
    return port === undefined ? unreadable(text) : withPort(index, namedWorkloads(index), port);
  const within = namespaceNamed(index, name);
  if (within !== undefined) {
    const workloads = namedInNamespace(index, within);
    if (!workloads.ok) return workloads;
    return port === undefined
      ? ok(everyPort(index, workloads.value))
      : withPort(index, workloads.value, port);
  }
  const parsed = parseName(name, (each) => state.namespaces.has(each));
  if (parsed === undefined || parsed.kind === 'ServiceAccount') return unreadable(text);
  return ofWorkload(index, parsed, { port, namespace });
}

const unreadable = (text: string): Result<never, SelectProblem> => fail({ code: 'unreadable-to', text });

function ofWorkload(
  index: InboundIndex,
  name: ObjectName,
  { port, namespace }: { readonly port: string | undefined; readonly namespace: string },
): Result<readonly MatrixTarget[], SelectProblem> {
  if (name.kind === 'Service') return fail({ code: 'service-as-target', name: name.name });
  const found = findWorkload(index.state, name, namespace);
  if (!found.ok) return found;
  const named = labelled(index, found.value);
  if (port === undefined || port === '') return ok(everyPort(index, [named]));
  const target = targetOf(index.state, found.value, port);
  return target.ok ? ok(targetsOf(index, named, target.value.port)) : target;
}

/** Those of the workloads that have a port of this number or name. */
function withPort(
  index: InboundIndex,
  workloads: readonly NamedWorkload[],
  port: string,
): Result<readonly MatrixTarget[], SelectProblem> {
  const targets = everyPort(index, workloads).filter(
    (target) => String(target.port) === port || namesOf(target).includes(port),
  );
  if (targets.length > 0) return ok(targets);
  const known = new Set(everyPort(index, workloads).flatMap(namesOf));
  return fail({ code: 'no-such-port', port, near: nearest(port, known) });
}

/** All the names that the workload has for the port. */
const namesOf = ({ workload: { members }, port }: MatrixTarget): readonly string[] =>
  [...shapeOf(members[0]).named].flatMap(([name, numbers]) => (numbers.includes(port) ? [name] : []));
