/**
 * A subject: one API object as rules see it, decoded once.
 *
 * Every served version decodes to the hub type, the newest version's spec. The API server has already pruned
 * what an older version does not know, and Linkerd reads every version with one model (REV-4), so that decoding
 * is the identity on members. What does not have the right JSON type is taken out, so that rules can judge the
 * rest of the object; `problems` says what was taken out.
 */
import { isObject, member, stringMap, type JsonObject, type JsonPath } from '../model/json.js';
import type { ObjectRef } from '../model/object-ref.js';
import type { KindDefinition } from './kinds/kind.js';
import { definitionOf, hubVersion, type HubSpecs, type KindId } from './registry.js';
import { validate, type SchemaProblem } from './validate.js';

/** T with every member optional or null, at every depth: what is left of a spec with faults. */
export type Loose<T> = T extends readonly (infer E)[]
  ? readonly (Loose<E> | null | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: Loose<T[K]> | null | undefined }
    : T;

export interface Subject<K extends KindId = KindId> {
  readonly kind: K;
  readonly version: string;
  readonly ref: ObjectRef;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  /** The spec without its mistyped parts; `{}` when there is none. */
  readonly spec: Loose<HubSpecs[K]>;
  /** What has the wrong JSON type, or is missing. Paths begin with `spec`. */
  readonly problems: readonly SchemaProblem[];
  /** The object as it arrived. */
  readonly raw: JsonObject;
}

/** A subject of any of the kinds `K`, told apart by `kind`. */
export type SubjectOf<K extends KindId> = { [P in K]: Subject<P> }[K];

export interface SubjectName {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** Decodes `raw` as `kind`. Never throws; `raw` is not copied unless parts of it must be left out. */
export function toSubject(
  kind: KindId,
  version: string,
  raw: JsonObject,
  named: SubjectName,
): SubjectOf<KindId> {
  const definition = definitionOf(kind);
  const metadata = member(raw, 'metadata');
  const { spec, problems } = decodeSpec(definition, raw);
  const subject: Subject = {
    kind,
    version,
    ref: {
      group: definition.group,
      kind: definition.kind,
      ...(named.namespace === undefined ? {} : { namespace: named.namespace }),
      name: named.name,
    },
    labels: stringMap(member(metadata, 'labels')),
    annotations: stringMap(member(metadata, 'annotations')),
    spec: spec as Subject['spec'],
    problems,
    raw,
  };
  return subject as SubjectOf<KindId>;
}

function decodeSpec(
  definition: KindDefinition,
  raw: JsonObject,
): { spec: unknown; problems: readonly SchemaProblem[] } {
  const spec = member(raw, 'spec');
  if (spec === undefined) return { spec: {}, problems: [{ kind: 'required', path: [], name: 'spec' }] };
  const problems = validate(hubVersion(definition).spec, spec);
  if (problems.length === 0) return { spec, problems };
  return {
    spec: without(spec, problems),
    problems: problems.map((p) => ({ ...p, path: ['spec', ...p.path] })),
  };
}

/** A copy of `spec` in which every mistyped value is undefined. List indices stay as they are. */
function without(spec: unknown, problems: readonly SchemaProblem[]): unknown {
  if (!isObject(spec)) return {};
  const copy: unknown = structuredClone(spec);
  for (const problem of problems) if (problem.kind !== 'required') clear(copy, problem.path);
  return copy;
}

function clear(root: unknown, path: JsonPath): void {
  const last = path[path.length - 1];
  if (last === undefined) return;
  let holder = root;
  for (const segment of path.slice(0, -1))
    holder = (holder as Record<string | number, unknown> | undefined)?.[segment];
  if (typeof holder === 'object' && holder !== null)
    (holder as Record<string | number, unknown>)[last] = undefined;
}
