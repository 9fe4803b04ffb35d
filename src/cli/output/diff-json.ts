/** `diff -o json`: what the text says, as data; its JSON Schema is schemas/diff.v0.schema.json. */
import { describeClients, type Client } from '../../algebra/index.js';
import { formatAddress } from '../../model/ip.js';
import type { ClusterSettings } from '../../model/world.js';
import type { ChangedRequests } from '../../policy/diff/changes.js';
import { isSame, type Diff, type DiffTarget, type NamedChange } from '../../policy/diff/diff.js';
import type { FoundWorkload } from '../../policy/endpoints/workloads.js';
import type { RegionRef } from '../../policy/impact/side.js';
import { kindOfWorkload, shownClients } from './client-words.js';
import { credentialWords, EFFECT_WORDS, portTexts, probeWords, tell } from './diff-wording.js';
import { answerJson, requestJson, routeJson, sourceJson } from './explain-json.js';

type Json = Record<string, unknown>;

export const diffJson = (diff: Diff, settings: ClusterSettings): string =>
  `${JSON.stringify(toJson(diff, settings), undefined, 2)}\n`;

function toJson(diff: Diff, settings: ClusterSettings): Json {
  return {
    same: isSame(diff),
    exact: diff.exact,
    complete: diff.complete,
    appeared: diff.appeared.map(workloadJson),
    disappeared: diff.disappeared.map(workloadJson),
    groups: diff.groups.map(({ targets, changes }) => ({
      targets: targets.map(targetJson),
      changes: changes.map(changeJson),
    })),
    probes: diff.probes.map((change) => ({
      ...workloadJson(change.workload),
      port: change.probe.port,
      role: change.probe.role,
      protocol: change.probe.kind,
      path: change.probe.path,
      before: change.before,
      after: change.after,
      message: probeWords(change),
    })),
    credentials: diff.credentials.map((change) => ({
      ...workloadJson(change.workload),
      before: change.before.map((identity) => identity ?? null),
      after: change.after.map((identity) => identity ?? null),
      message: credentialWords(change, settings),
    })),
  };
}

export const workloadJson = (workload: FoundWorkload): Json => ({
  kind: kindOfWorkload(workload),
  namespace: workload.namespace,
  name: workload.name,
});

const targetJson = (target: DiffTarget): Json => ({
  ...workloadJson(target.workload),
  there: target.there,
  ports: portTexts(target),
  portName: target.portName,
  rest: target.rest,
});

const changeJson = (change: NamedChange): Json => ({
  effect: change.effect,
  transport: change.transport,
  clients: describeClients(shownClients(change.clients)),
  workloads: change.workloads.map(({ workload, whole }) => ({ ...workloadJson(workload), whole })),
  example: clientJson(change.witness),
  authorizations: change.authorizations.map(sourceJson),
  requests: change.requests.map(changedRequestsJson),
  ...(change.answers === undefined
    ? {}
    : { before: answerJson(change.answers.before), after: answerJson(change.answers.after) }),
  message: messageOf(change),
});

function messageOf(change: NamedChange): string {
  const { requests, clients, authorizations } = tell(change);
  return `${EFFECT_WORDS[change.effect]} ${requests} for ${clients}${authorizations === '' ? '' : ` by ${authorizations}`}`;
}

/** A client of a set. */
export const clientJson = ({ credential, family, address }: Client): Json => ({
  tls: credential.kind === 'plain' ? 'none' : 'established',
  identity: credential.kind === 'identity' ? credential.identity : undefined,
  address: formatAddress(family, address),
});

const changedRequestsJson = ({ traffic, before, after, witness }: ChangedRequests): Json => ({
  traffic,
  before: regionJson(before),
  after: regionJson(after),
  example: witness === undefined ? undefined : requestJson(witness),
});

const regionJson = (ref: RegionRef): Json =>
  ref.kind === 'rule' ? { kind: ref.kind, route: routeJson(ref.route, ref.rule) } : { kind: ref.kind };
