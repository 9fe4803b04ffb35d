/**
 * The question that `gatehouse lint` asks: which findings have these documents? A pure function of documents and
 * world; the command reads files before it and prints after it.
 */
import type { ManifestDocument } from '../adapters/manifests/yaml-documents.js';
import type { Finding } from '../model/finding.js';
import { isObject, member, type JsonObject } from '../model/json.js';
import { nearest } from '../model/nearest.js';
import { quote } from '../model/text.js';
import { refKey, type ObjectRef } from '../model/object-ref.js';
import { CATALOGUE } from '../rules/catalogue.js';
import { objectDuplicate } from '../rules/object/duplicate.js';
import { judge, toFinding, type Judging } from '../rules/run.js';
import type { RuleSettings } from '../rules/settings.js';
import type { World } from '../model/world.js';
import { baseOf } from '../policy/complete/base.js';
import type { CompleteSettings } from '../policy/complete/complete.js';
import { layOver } from '../policy/complete/lay-over.js';
import { InternTable } from '../policy/objects/intern.js';
import type { StoredObject } from '../policy/objects/stored.js';
import { apply, EMPTY_STATE, toBatch, type State } from '../policy/state/state.js';
import { viewOf } from '../policy/view.js';
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

/** An object that was judged, and where it begins; an object of a cluster stands in line 0 of no file. */
export interface JudgedObject {
  readonly ref: ObjectRef;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A finding and the place in a file that it is about; lines and columns count from 1. */
export interface LocatedFinding {
  readonly finding: Finding;
  readonly apiVersion: string;
  /** One of the result's objects. */
  readonly object: JudgedObject;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface LintResult {
  /** By file, line, column and code. */
  readonly findings: readonly LocatedFinding[];
  /** Every object that was judged, in the order of the documents. */
  readonly objects: readonly JudgedObject[];
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
  readonly judged: JudgedObject;
}

const GROUPS = [POLICY_GROUP, GATEWAY_GROUP];
const OTHER_RULES = CATALOGUE.filter((rule) => rule !== schemaUnknownField);

export interface LintInput {
  /** What is judged. */
  readonly documents: readonly ManifestDocument[];
  /** What the documents are laid over: a cluster as it is. Default: nothing. */
  readonly base?: readonly StoredObject[];
  readonly world: World;
  readonly settings: RuleSettings;
  readonly completing: CompleteSettings;
}

/** Judges every policy object among the documents, together with all of them and what they are laid over. */
export function lint(input: LintInput): LintResult {
  const complaints: string[] = [];
  const given = input.documents.flatMap((document) =>
    toGiven(document, input.completing.namespace, complaints),
  );
  const repeated = findRepeated(given);
  const view = viewOf(stateOf(input, new Set(repeated.keys())));
  const findings: LocatedFinding[] = [];
  for (const object of given) {
    const first = repeated.get(object.document);
    // Of an object that is given twice nobody can say which one the others would meet.
    const judging = { ...input, before: view, after: view, lint: true, cluster: first === undefined };
    for (const finding of judgeGiven(object, judging)) findings.push(locate(finding, object));
    if (first !== undefined && first !== object) {
      for (const finding of duplicateOf(object, first, judging)) findings.push(locate(finding, object));
    }
  }
  return { findings: findings.sort(byPlace), objects: given.map(({ judged }) => judged), complaints };
}

/** Everything that is there once the documents are applied, less the objects that are given more than once. */
function stateOf(
  { documents, base = [], completing }: LintInput,
  leftOut: ReadonlySet<ManifestDocument>,
): State {
  const manifests = documents.filter((document) => !leftOut.has(document)).map(({ value }) => value);
  const { changes } = layOver(baseOf(base), manifests, completing, new InternTable());
  return apply(apply(EMPTY_STATE, toBatch(base)), changes);
}

/** The documents whose object is given more than once, each with the first of them. */
function findRepeated(given: readonly Given[]): ReadonlyMap<ManifestDocument, Given> {
  const byKey = new Map<string, Given[]>();
  for (const object of given) {
    const key = refKey(toRef(object));
    byKey.set(key, [...(byKey.get(key) ?? []), object]);
  }
  const repeated = [...byKey.values()].filter((objects) => objects.length > 1);
  return new Map(
    repeated.flatMap((objects) => objects.map((object) => [object.document, objects[0] ?? object])),
  );
}

/** The object as the cluster would judge it: what its version does not know is gone, and said to be. */
function judgeGiven({ kind, version, value, name, namespace }: Given, judging: Judging): readonly Finding[] {
  const definition = definitionOf(kind);
  const subject = toSubject(kind, version, prune(definition, version, value), { name, namespace });
  const written = { ...subject, raw: value } as typeof subject;
  return [
    ...judge({ operation: 'CREATE', after: subject }, { ...judging, rules: OTHER_RULES }).findings,
    // Acceptances are judged beside the rules that they are about, in the first pass.
    ...judge(
      { operation: 'CREATE', after: written },
      { ...judging, rules: [schemaUnknownField] },
    ).findings.filter(({ code }) => code === schemaUnknownField.code),
  ];
}

function duplicateOf(object: Given, first: Given, judging: Judging): Finding[] {
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

function toRef({ kind, name, namespace }: Pick<Given, 'kind' | 'name' | 'namespace'>): Subject['ref'] {
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
  const namespace = text('namespace') || fallback;
  const ref = toRef({ kind, name, namespace });
  const judged = { ref, file: document.file, ...document.position([]) };
  return [{ apiVersion, document, kind, version, value, name, namespace, judged }];
}

function unknownKind(document: ManifestDocument, group: string, kind: string): string {
  const { line, column } = document.position(['kind']);
  const kinds = KIND_IDS.filter((id) => id.startsWith(`${group}/`)).map((id) => id.slice(group.length + 1));
  const near = nearest(kind, kinds);
  const meant = near === undefined ? '' : `; did you mean ${near}?`;
  return `${document.file}:${String(line)}:${String(column)}: ${group} has no kind ${quote(kind)} that Gatehouse judges${meant}`;
}

function locate(finding: Finding, { document, apiVersion, judged }: Given): LocatedFinding {
  const { line, column } = document.position(finding.path);
  return { finding, apiVersion, object: judged, file: document.file, line, column };
}

const byPlace = (a: LocatedFinding, b: LocatedFinding): number =>
  compare(a.file, b.file) ||
  a.line - b.line ||
  a.column - b.column ||
  compare(a.finding.code, b.finding.code);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
