/** `matrix -o json`; its JSON Schema is schemas/matrix.v0.schema.json. */
import type { AnsweredMatrix } from '../../app/matrix.js';
import { formatAddress } from '../../model/ip.js';
import type { FoundWorkload } from '../../policy/endpoints/workloads.js';
import type { CellAnswer, Witness } from '../../policy/matrix/answer.js';
import type { MatrixClient } from '../../policy/matrix/clients.js';
import type { RegionRef } from '../../policy/matrix/regions.js';
import type { MatrixColumn, MatrixTarget } from '../../policy/matrix/targets.js';
import {
  answerJson,
  networksJson,
  requestJson,
  routeJson,
  serverJson,
  sourceJson,
  type Json,
} from './explain-json.js';
import { kindOfWorkload } from './client-words.js';
import { sourcesOf } from './matrix-wording.js';

export const matrixJson = (matrix: AnsweredMatrix): string => [...matrixJsonParts(matrix)].join('');

/** The text in parts, a row of cells each: a large matrix is longer than a string should be. */
export function* matrixJsonParts({ rows, columns, answer }: AnsweredMatrix): Generator<string> {
  // A line for each cell: indented, large matrices would be mostly spaces.
  const lines = (items: readonly unknown[], indent: string): string =>
    items.length === 0
      ? '[]'
      : `[\n${items.map((item) => `${indent}  ${JSON.stringify(item)}`).join(',\n')}\n${indent}]`;
  yield `{
  "rows": ${lines(
    rows.map(({ clients }) => ({ clients: clients.map(clientJson) })),
    '  ',
  )},
  "columns": ${lines(columns.map(columnJson), '  ')},
  "cells": [`;
  for (const row of rows.keys()) {
    const cells = columns.map((_, column) => cellJson(answer(row, column)));
    yield `${row === 0 ? '' : ','}\n    ${lines(cells, '    ')}`;
  }
  yield `${rows.length === 0 ? '' : '\n  '}]
}
`;
}

const workloadJson = (workload: FoundWorkload): Json => ({
  workloadKind: kindOfWorkload(workload),
  namespace: workload.namespace,
  workload: workload.name,
});

function clientJson({ name, subject, tls, addresses }: MatrixClient): Json {
  const facts = {
    tls: tls.kind,
    identity: tls.kind === 'established' ? tls.identity : undefined,
    addressKnown: addresses.kind === 'known',
    addresses: networksJson(addresses.networks),
  };
  switch (subject.kind) {
    case 'workload':
      return {
        name,
        kind: subject.kind,
        ...workloadJson(subject.workload),
        serviceAccount: subject.serviceAccount,
        pods: subject.workload.members.length,
        podsOfWorkload: subject.pods,
        ...facts,
      };
    case 'named':
      return { name, kind: subject.endpoint.subject.kind, ...facts };
    case 'outside':
    case 'unmeshed':
    case 'kubelet':
      return { name, kind: subject.kind, ...facts };
  }
}

function columnJson({ targets, enforcement, traffic }: MatrixColumn): Json {
  const ports = { targets: targets.map(targetJson) };
  if (typeof enforcement === 'string')
    return { ...ports, notEnforcedBecause: enforcement, exact: true, regions: [] };
  return {
    ...ports,
    server: serverJson(enforcement.server),
    protocol: enforcement.protocol,
    exact: traffic.exact,
    regions: traffic.regions.map(({ ref, sample }) => ({
      ...regionJson(ref),
      sample: sample && requestJson(sample),
    })),
  };
}

const targetJson = ({ name, workload, port, portName, refs, pods }: MatrixTarget): Json => ({
  name,
  ...workloadJson(workload),
  port,
  portName,
  pods: refs.length,
  podsOfWorkload: pods,
});

const regionJson = (ref: RegionRef): Json =>
  ref.kind === 'rule' ? { kind: ref.kind, route: routeJson(ref.route, ref.rule) } : { kind: ref.kind };

function cellJson(answer: CellAnswer): Json {
  const { access, audited, probesOnly, allowed, refused } = answer;
  const unknown = access === 'unknown-address' || access === 'unknown-traffic';
  const sources = sourcesOf(answer);
  return {
    access: unknown ? 'unknown' : access,
    unknownBecause: unknown ? access.slice('unknown-'.length) : undefined,
    audited: audited === 'none' ? undefined : audited,
    probesOnly: probesOnly || undefined,
    authorizations: sources.length === 0 ? undefined : sources.map(sourceJson),
    ...(access === 'all' || access === 'none'
      ? {}
      : { allowed: allowed && witnessJson(allowed), refused: refused && witnessJson(refused) }),
  };
}

const witnessJson = ({ region, address, decision }: Witness): Json => ({
  region,
  address: formatAddress(address.family, address.address),
  reason: decision.reason,
  answer: answerJson(decision.answer),
});
