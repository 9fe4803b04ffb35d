/** Assertions, and what is wrong with them, in words. */
import type { ManifestDocument } from '../../adapters/manifests/yaml-documents.js';
import type { CheckedAssertion, ExpectFault } from '../../app/expect/check.js';
import { placed } from '../../app/expect/faults.js';
import { andList, count, orList, quote } from '../../model/text.js';
import type {
  Assertion,
  CallAssertion,
  ClientSelector,
  May,
  RequestChoice,
  To,
  WorkloadSelector,
} from '../../policy/expect/assertion.js';
import { problemText } from './explain-problem.js';
import { some, targetName } from './explain-wording.js';

/** Its name, or what it says. */
export const assertionName = (assertion: Assertion): string => assertion.name ?? sentence(assertion);

const VERBS: Readonly<Record<May, string>> = {
  all: 'may send whatever they like to',
  some: 'may call',
  none: 'may not call',
};

function sentence(assertion: Assertion): string {
  const to = toWords(assertion.to);
  if (assertion.kind === 'probes') return `every probe of ${to} passes`;
  const request = requestWords(assertion.request);
  const verb = request === '' || assertion.may !== 'all' ? VERBS[assertion.may] : 'may call';
  return `${fromWords(assertion.from)} ${verb} ${to}${request}`;
}

function fromWords(from: CallAssertion['from']): string {
  switch (from.kind) {
    case 'anyone':
      return 'anyone';
    case 'outside-cluster':
      return 'anyone outside the cluster';
    case 'selected':
      return some(from.clients.map(clientWords), andList);
    case 'outside':
      return `anyone but ${some(from.clients.map(clientWords), orList)}`;
  }
}

function clientWords(client: ClientSelector): string {
  if (client.kind === 'workloads') return workloadsWords(client);
  const from = client.address === undefined ? '' : ` from ${client.address}`;
  switch (client.kind) {
    case 'identity':
      return `${client.identity}${from}`;
    case 'service-account':
      return `service account ${client.namespace}/${client.name}${from}`;
    case 'unmeshed':
      return `unmeshed clients${from}`;
  }
}

function workloadsWords({ namespace, workload, labels }: WorkloadSelector): string {
  const having = labels === undefined ? [] : [...labels].map(([key, value]) => `${key}: ${value}`);
  const who = workload ?? (namespace === undefined ? 'workloads' : `workloads of ${namespace}`);
  const where = workload !== undefined && namespace !== undefined ? ` of ${namespace}` : '';
  return `${who}${where}${having.length === 0 ? '' : ` with ${andList(having)}`}`;
}

function toWords({ workloads, port }: To): string {
  const who = workloads === undefined ? 'every workload' : workloadsWords(workloads);
  return `${who}${port === undefined ? '' : `:${String(port)}`}`;
}

function requestWords({ spoken, method, path, pathPrefix, host, headers }: RequestChoice): string {
  const where = path ?? (pathPrefix === undefined ? undefined : `${pathPrefix.replace(/\/$/, '')}/…`);
  const sent = [method, host === undefined ? where : `${host}${where ?? ''}`].filter(
    (part) => part !== undefined,
  );
  const having = headers.map(({ name, value }) => `${name}: ${value}`);
  return [
    sent.length === 0 ? '' : ` ${sent.join(' ')}`,
    having.length === 0 ? '' : ` with ${andList(having)}`,
    spoken === undefined ? '' : ` over ${spoken}`,
  ].join('');
}

/** What is expected of a call that does the other thing. */
export function expectedWords({ assertion }: CheckedAssertion): string {
  if (assertion.kind === 'probes') return 'every probe is to pass';
  return assertion.may === 'none' ? 'this is not to get through' : 'this is to get through';
}

/** The ports that fail besides the first. */
export function othersWords({ failing }: CheckedAssertion): string {
  const [, ...others] = failing.map(({ target }) => targetName(target));
  const distinct = [...new Set(others)];
  return distinct.length === 0 ? '' : `likewise ${some(distinct, andList)}`;
}

/** What was looked at. */
export const checkedWords = ({ assertion, checked }: CheckedAssertion): string =>
  count(checked, assertion.kind === 'probes' ? 'probe' : 'port');

/** A line for each fault, in the order of the file. */
export const faultLines = (document: ManifestDocument, faults: readonly ExpectFault[]): readonly string[] =>
  faults
    .map((fault) => ({ ...document.position(fault.path), text: placed(document, told(fault)) }))
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .map(({ text }) => text);

function told(fault: ExpectFault): Parameters<typeof placed>[1] {
  if (!Object.hasOwn(fault, 'problem')) return fault as Parameters<typeof placed>[1];
  const { path, problem } = fault as Exclude<ExpectFault, { message: string }>;
  return { path, message: `${problemWords(problem)}${ABOUT_NOTHING}` };
}

const ABOUT_NOTHING = ' (optional: true lets an assertion be about nothing)';

function problemWords(problem: Exclude<ExpectFault, { message: string }>['problem']): string {
  switch (problem.code) {
    case 'no-probes':
      return 'no workload has an http, https or grpc probe there';
    case 'no-labels':
      return `no workload has these labels${problem.near === undefined ? '' : `; did you mean ${problem.near}?`}`;
    case 'no-port-name':
      return `no workload has a port ${quote(problem.port)} there${problem.near === undefined ? '' : `; did you mean ${problem.near}?`}${problem.declared.length === 0 ? '' : `; it declares ${andList(problem.declared)}`}`;
    default:
      return problemText(problem).replace(/^--[a-z]+: /, '');
  }
}
