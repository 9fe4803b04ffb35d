/**
 * The vocabulary of the selector algebra: what comes in (a raw `LabelSelector`), what it is compiled to (a `Selector`
 * with at most one requirement per label key), and what it is asked about (label sets).
 *
 * Values are opaque strings here and the universe of values is unbounded. A listed value that no Kubernetes object can
 * carry (`a b`) is a value like any other; that it is no label value is for `selector/requirement` to say.
 */

/** The four operators of a Kubernetes label selector expression. */
export type Operator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';

/** One entry of `matchExpressions` as it stands in the object; an absent and a null `values` are the same. */
export interface RawExpression {
  readonly key: string;
  readonly operator: Operator;
  readonly values?: readonly string[] | null | undefined;
}

/** A `LabelSelector` as it stands in the object, its types already checked (`resources.md`, Shared shapes). */
export interface RawLabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>> | null | undefined;
  readonly matchExpressions?: readonly RawExpression[] | null | undefined;
}

/**
 * What a selector asks of one label key. These four are exactly what conjunctions of the four operators can come to:
 * a set that holds absence and only finitely many values cannot arise, since every operator that admits absence
 * either admits nothing else or all but finitely many values.
 *
 * - `in`: present, and one of `values` (never empty).
 * - `exists`: present, and none of `values` (may be empty).
 * - `notIn`: absent, or none of `values` (never empty).
 * - `absent`: absent; `values` is empty.
 *
 * INVARIANT: `values` is sorted by UTF-16 code units and free of duplicates.
 */
export type Requirement =
  | InRequirement
  | { readonly op: 'exists' | 'notIn' | 'absent'; readonly key: string; readonly values: readonly string[] };

/** A requirement that pins its key to finitely many values. */
export interface InRequirement {
  readonly op: 'in';
  readonly key: string;
  readonly values: readonly string[];
}

/**
 * A compiled selector.
 *
 * - `key` is equal for two selectors exactly if they select the same label sets; it reads as kubectl would write it
 *   (`app in (api,web),!canary`), with strings that need it quoted as JSON.
 * - `never` says that no label set is selected; `requirements` is then empty.
 *
 * INVARIANT: `requirements` is sorted by key and holds a key at most once; each excludes some label set and none
 * excludes all.
 */
export interface Selector {
  readonly key: string;
  readonly never: boolean;
  readonly requirements: readonly Requirement[];
}

/** A label set: a map, or a parsed JSON object of which only own properties count. */
export type Labels = LabelMap | LabelRecord;
export type LabelMap = ReadonlyMap<string, string>;
export type LabelRecord = Readonly<Record<string, string>>;

/** The selector that selects nothing. */
export const NEVER: Selector = Object.freeze({
  key: '<never>',
  never: true,
  requirements: Object.freeze([]),
});

/** The selector that selects every label set, as an empty or absent one does. */
export const EVERYTHING: Selector = Object.freeze({
  key: '<everything>',
  never: false,
  requirements: Object.freeze([]),
});

/** Whether no label set at all is selected. */
export function isNever(selector: Selector): boolean {
  return selector.never;
}

/** Whether every label set is selected. */
export function isEverything(selector: Selector): boolean {
  return !selector.never && selector.requirements.length === 0;
}

/** Whether a label set without the requirement's key meets it. */
export function admitsAbsence(requirement: Requirement): boolean {
  return requirement.op === 'notIn' || requirement.op === 'absent';
}

/**
 * The pairs a selected label set must contain: for each requirement returned, its key with one of its values. Empty
 * for a selector that pins nothing, and for one that selects nothing.
 */
export function requiredPairs(selector: Selector): readonly InRequirement[] {
  return selector.requirements.filter((requirement) => requirement.op === 'in');
}
