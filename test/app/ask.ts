/** Asks `explain` of manifests, in few words. */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import {
  explain,
  type ExplainQuestion,
  type Explanation,
  type ExplainProblem,
} from '../../src/app/explain.js';
import { completing } from '../../src/app/completing.js';
import type { ClusterSettings } from '../../src/model/world.js';
import { DEFAULT_CLUSTER_SETTINGS } from '../../src/model/world.js';
import { NO_BASE } from '../../src/policy/complete/base.js';
import { complete } from '../../src/policy/complete/complete.js';
import { buildIndex } from '../../src/policy/inbound/advance.js';
import type { InboundIndex } from '../../src/policy/inbound/inbound-index.js';
import { InternTable } from '../../src/policy/objects/intern.js';
import { mkWorld } from '../builders.js';

/** The index of YAML documents; settings of the cluster may be others than the chart's. */
export function indexOfYaml(yaml: string, settings: Partial<ClusterSettings> = {}): InboundIndex {
  const manifests = parseAllDocuments(yaml).map((document): unknown => document.toJS());
  const world = mkWorld({ settings: { ...DEFAULT_CLUSTER_SETTINGS, ...settings } });
  const options = completing({ namespace: 'default', assumeMeshed: false }, world);
  const { objects, problems } = complete(manifests, options, { table: new InternTable(), base: NO_BASE });
  if (problems.length > 0) throw new Error(problems[0]!.message);
  return buildIndex(world, objects);
}

/** A file of the demo. */
export const demo = (name: string): string =>
  readFileSync(new URL(`../../deploy/demo/${name}.yaml`, import.meta.url), 'utf8');

export type Asked = Partial<Omit<ExplainQuestion, 'request'>> & Partial<ExplainQuestion['request']>;

export function question({ spoken, method, path, host, headers, ...rest }: Asked): ExplainQuestion {
  return {
    from: undefined,
    to: undefined,
    denial: undefined,
    unmeshed: false,
    clientIp: undefined,
    namespace: 'default',
    ...rest,
    request: { spoken, method, path, host, headers: headers ?? [] },
  };
}

export function ask(index: InboundIndex, asked: Asked): Explanation {
  const answer = explain(index, question(asked));
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value;
}

export function problemOf(index: InboundIndex, asked: Asked): ExplainProblem {
  const answer = explain(index, question(asked));
  if (answer.ok) throw new Error(`answered: ${answer.value.outcome}`);
  return answer.error;
}

/** `200`, `200 audit`, or what the client gets instead: `403`, `PermissionDenied`, `refused` … */
export function got(index: InboundIndex, asked: Asked): string {
  const { outcome, ruled } = ask(index, asked);
  if (ruled === undefined) return 'not enforced';
  if (outcome === 'depends') return outcome;
  const { answer } = ruled.verdict.decision;
  switch (answer.kind) {
    case 'forward':
      return outcome === 'audit' ? '200 audit' : '200';
    case 'redirect':
    case 'http':
      return String(answer.status);
    case 'grpc':
      return answer.code;
    case 'refused':
      return 'refused';
  }
}
