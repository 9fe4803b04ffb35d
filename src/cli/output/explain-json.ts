/** `explain -o json`: what the text says, as data; its JSON Schema is schemas/explain.v0.schema.json. */
import type { Explanation } from '../../app/explain.js';
import { toNetworks, type NetworkSet } from '../../algebra/index.js';
import { formatNetwork } from '../../model/ip.js';
import type { JsonPath } from '../../model/json.js';
import { formatPath } from '../../model/json.js';
import { formatRef } from '../../model/object-ref.js';
import type { ClusterSettings } from '../../model/world.js';
import type { Answer } from '../../policy/decide/decision.js';
import type { CreditedSource } from '../../policy/decide/grant.js';
import { isGrpc, type Traffic } from '../../policy/decide/request.js';
import type { ChangeStep } from '../../policy/explain/change.js';
import type { FoundWorkload } from '../../policy/endpoints/workloads.js';
import type { RouteRef, ServerRef } from '../../policy/inbound/port-policy.js';
import { stepWords } from './explain-text.js';
import { addressFacts, conditionWords, inertWords, noteWords, summaryWords } from './explain-wording.js';

export type Json = Record<string, unknown>;

export const explainJson = (explanation: Explanation, settings: ClusterSettings): string =>
  `${JSON.stringify(toJson(explanation, settings), undefined, 2)}\n`;

export function toJson(explanation: Explanation, settings: ClusterSettings): Json {
  const { outcome, target, traffic, ruled, notes } = explanation;
  const addresses = addressFacts(explanation);
  return {
    outcome,
    summary: summaryWords(explanation),
    client: clientJson(explanation),
    target: {
      kind: target.workload.kind === 'core/Pod' ? 'Pod' : 'ExternalWorkload',
      ...named(target.workload),
      port: target.port,
      portName: target.portName,
      declared: target.declared,
      notEnforcedBecause: target.enforced ? undefined : target.skipped ? 'skip-inbound-ports' : 'no-proxy',
    },
    request: requestJson(ruled?.verdict.traffic ?? traffic),
    ...(ruled === undefined ? {} : verdictJson(ruled)),
    alsoAllowedBy: (ruled?.applied ?? []).slice(1).map(sourceJson),
    rateLimits: (ruled?.verdict.decision.rateLimits ?? []).map(({ policy, scope, requestsPerSecond }) => ({
      ...policy,
      scope,
      requestsPerSecond,
    })),
    ...(outcome === 'depends' && ruled !== undefined
      ? { allowedFrom: networksJson(ruled.verdict.allowed), refusedFrom: networksJson(ruled.verdict.refused) }
      : {}),
    notApplied: (ruled?.notApplied ?? []).map(({ authorization, failed }) => ({
      authorization: sourceJson(authorization),
      condition: failed.code,
      message: conditionWords(failed, settings, addresses),
    })),
    withoutEffect: (ruled?.inert ?? []).map((inert) => ({
      object: inert.object,
      reason: inert.reason.code,
      message: inertWords(inert),
    })),
    changes: (ruled?.changes ?? []).map((change) => change.map(stepJson)),
    notes: notes.map((note) => ({ code: note.code, message: noteWords(note) })),
  };
}

export const networksJson = (networks: NetworkSet): readonly string[] =>
  toNetworks(networks).map(formatNetwork);

const named = ({ namespace, name, owner }: FoundWorkload): Json => ({ namespace, name, owner });

function clientJson({ client: { subject, tls, addresses } }: Explanation): Json {
  const facts = {
    tls: tls.kind,
    identity: tls.kind === 'established' ? tls.identity : undefined,
    addressKnown: addresses.kind === 'known',
    addresses: networksJson(addresses.networks),
  };
  switch (subject.kind) {
    case 'workload':
      return {
        kind: subject.kind,
        ...named(subject.workload),
        serviceAccount: subject.serviceAccount,
        plainBecause: subject.plain,
        ...facts,
      };
    case 'service-account': {
      const { namespace, name, plain } = subject;
      return { kind: subject.kind, namespace, name, plainBecause: plain, ...facts };
    }
    case 'identity':
    case 'address':
    case 'anonymous':
    case 'log':
      return { kind: subject.kind, ...facts };
  }
}

export function requestJson(traffic: Traffic): Json {
  if (traffic.kind === 'tcp') return { kind: 'tcp' };
  const { method, path, host, headers } = traffic.request;
  return { kind: 'http', version: traffic.version, grpc: isGrpc(traffic), method, path, host, headers };
}

function verdictJson({ policy, verdict }: NonNullable<Explanation['ruled']>): Json {
  const { decision } = verdict;
  return {
    server: serverJson(policy.server),
    protocol: policy.protocol,
    answer: answerJson(decision.answer),
    reason: decision.reason,
    route: decision.route === undefined ? undefined : routeJson(decision.route, decision.rule),
    authorization: decision.authorization === undefined ? undefined : sourceJson(decision.authorization),
  };
}

export const serverJson = (server: ServerRef): Json =>
  server.kind === 'server'
    ? { kind: 'server', namespace: server.namespace, name: server.name }
    : { kind: 'default', name: server.word };

export function answerJson(answer: Answer): Json {
  switch (answer.kind) {
    case 'forward':
    case 'refused':
      return { kind: answer.kind };
    case 'redirect':
    case 'http':
      return { kind: answer.kind, status: answer.status };
    case 'grpc':
      return { kind: answer.kind, code: answer.code };
  }
}

export const routeJson = (route: RouteRef, rule: number | undefined): Json =>
  route.kind === 'default'
    ? { kind: route.kind, name: route.name, rule }
    : { kind: route.kind, group: route.group, namespace: route.namespace, name: route.name, rule };

export const sourceJson = (source: CreditedSource): Json =>
  source.kind === 'default'
    ? { kind: source.kind, name: source.name }
    : { kind: source.kind, namespace: source.namespace, name: source.name };

function stepJson(step: ChangeStep): Json {
  switch (step.action) {
    case 'create':
      return { action: step.action, message: 'create this object', manifest: step.manifest };
    case 'add':
      return {
        action: step.action,
        message: `one more in ${formatPath(step.path)} of ${formatRef(step.ref)}`,
        object: step.ref,
        patch: [{ op: 'add', path: pointer([...step.path, '-']), value: step.value }],
      };
    case 'set':
      return {
        action: step.action,
        message: `another ${formatPath(step.path)} of ${formatRef(step.ref)}`,
        object: step.ref,
        // RFC 6902 replaces with `add` as well, whether there is a value or not.
        patch: [{ op: 'add', path: pointer(step.path), value: step.value }],
      };
    case 'mesh': {
      const { kind, namespace, name } = step.workload;
      const group = kind === 'Pod' ? '' : kind === 'Job' || kind === 'CronJob' ? 'batch' : 'apps';
      return { action: step.action, message: stepWords(step), object: { group, kind, namespace, name } };
    }
  }
}

/** RFC 6901; our own paths hold nothing that must be escaped. */
const pointer = (path: JsonPath): string => path.map((segment) => `/${String(segment)}`).join('');
