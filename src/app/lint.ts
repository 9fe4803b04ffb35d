/**
 * The question that `gatehouse lint` asks: which findings have these documents? A pure function of documents and
 * world; the command reads files before it and prints after it.
 */
import type { ManifestDocument } from '../adapters/manifests/yaml-documents.js';
import type { Finding } from '../model/finding.js';
import { isObject, member, type JsonObject } from '../model/json.js';
import { nearest } from '../model/nearest.js';
import { quote } from '../model/text.js';
import { refKey } from '../model/object-ref.js';
import { CATALOGUE } from '../rules/catalogue.js';
import { objectDuplicate } from '../rules/object/duplicate.js';
import { judge, toFinding, type Judging } from '../rules/run.js';
import { schemaUnknownField } from '../rules/schema/unknown-field.js';
import {
  definitionOf,
  GATEWAY_GROUP,
  KIND_IDS,
  kindOf,
  POLICY_GROUP,
  prune,
  toSubject,
  type KindId,
  type Subject,
} from '../schema/index.js';

/** A finding and the place in a file that it is about; lines and columns count from 1. */
export interface LocatedFinding {
  readonly finding: Finding;
  readonly apiVersion: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface LintResult {
  /** By file, line, column and code. */
  readonly findings: readonly LocatedFinding[];
  /** How many objects were judged. */
  readonly objects: number;
  /** What is no finding about an object but should be said: a kind of our groups that does not exist. */
  readonly complaints: readonly string[];
}

interface Given {
  readonly apiVersion: string;
  readonly document: ManifestDocument;
  readonly kind: KindId;
  readonly version: string;
  readonly value: JsonObject;
  readonly name: string;
  readonly namespace: string;
}

const GROUPS = [POLICY_GROUP, GATEWAY_GROUP];
const OTHER_RULES = CATALOGUE.filter((rule) => rule !== schemaUnknownField);

/** Judges every policy object among the documents; `namespace` is for those that name none. */
export function lint(
  documents: readonly ManifestDocument[],
  judging: Omit<Judging, 'lint' | 'rules'>,
  namespace: string,
): LintResult {
  const complaints: string[] = [];
  const given = documents.flatMap((document) => toGiven(document, namespace, complaints));
  const seen = new Map<string, Given>();
  const findings: LocatedFinding[] = [];
  for (const object of given) {
    const report = (finding: Finding): void => void findings.push(locate(finding, object));
    judgeGiven(object, judging).forEach(report);
    const key = refKey({ ...definitionOf(object.kind), name: object.name, namespace: object.namespace });
    const first = seen.get(key);
    if (first === undefined) seen.set(key, object);
    else duplicateOf(object, first, judging).forEach(report);
  }
  return { findings: findings.sort(byPlace), objects: given.length, complaints };
}

/** The object as the cluster would judge it: what its version does not know is gone, and said to be. */
function judgeGiven(
  { kind, version, value, name, namespace }: Given,
  judging: Omit<Judging, 'lint'>,
): Finding[] {
  const definition = definitionOf(kind);
  const subject = toSubject(kind, version, prune(definition, version, value), { name, namespace });
  const written = { ...subject, raw: value } as typeof subject;
  return [
    ...judge({ operation: 'CREATE', after: subject }, { ...judging, lint: true, rules: OTHER_RULES })
      .findings,
    ...judge({ operation: 'CREATE', after: written }, { ...judging, lint: true, rules: [schemaUnknownField] })
      .findings,
  ];
}

function duplicateOf(object: Given, first: Given, judging: Omit<Judging, 'lint'>): Finding[] {
  const { line } = first.document.position([]);
  const params = { first: `${first.document.file}:${String(line)}` };
  const subject = { ref: toRef(object) };
  const finding = toFinding(
    objectDuplicate,
    'twice',
    ['metadata', 'name'],
    params,
    judging.settings,
    subject,
  );
  return finding === undefined ? [] : [finding];
}

function toRef({ kind, name, namespace }: Given): Subject['ref'] {
  const { group, kind: kindName } = definitionOf(kind);
  return { group, kind: kindName, namespace, name };
}

/** The policy objects among all documents; other kinds are nobody's concern here. */
function toGiven(document: ManifestDocument, fallback: string, complaints: string[]): Given[] {
  const { value } = document;
  const apiVersion = member(value, 'apiVersion');
  const kindName = member(value, 'kind');
  if (!isObject(value) || typeof apiVersion !== 'string' || typeof kindName !== 'string') return [];
  const [group = '', version = ''] = apiVersion.split('/');
  const kind = kindOf(group, kindName);
  if (kind === undefined) {
    if (GROUPS.includes(group)) complaints.push(unknownKind(document, group, kindName));
    return [];
  }
  const metadata = member(value, 'metadata');
  const text = (name: string): string => {
    const found = member(metadata, name);
    return typeof found === 'string' ? found : '';
  };
  const name = text('name') || text('generateName');
  return [{ apiVersion, document, kind, version, value, name, namespace: text('namespace') || fallback }];
}

function unknownKind(document: ManifestDocument, group: string, kind: string): string {
  const { line, column } = document.position(['kind']);
  const kinds = KIND_IDS.filter((id) => id.startsWith(`${group}/`)).map((id) => id.slice(group.length + 1));
  const near = nearest(kind, kinds);
  const meant = near === undefined ? '' : `; did you mean ${near}?`;
  return `${document.file}:${String(line)}:${String(column)}: ${group} has no kind ${quote(kind)} that Gatehouse judges${meant}`;
}

function locate(finding: Finding, { document, apiVersion }: Given): LocatedFinding {
  const { line, column } = document.position(finding.path);
  return { finding, apiVersion, file: document.file, line, column };
}

const byPlace = (a: LocatedFinding, b: LocatedFinding): number =>
  compare(a.file, b.file) ||
  a.line - b.line ||
  a.column - b.column ||
  compare(a.finding.code, b.finding.code);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
