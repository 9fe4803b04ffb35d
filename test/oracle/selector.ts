/**
 * Label selectors by brute force: every question is answered by listing the label sets of a small universe and asking
 * of each, from the raw selector, whether it is selected (`inbound-semantics.md` A7). Imports nothing from `src`.
 *
 * A universe has a few keys and a few named values. Every key may also be absent, or have a value that nobody names:
 * one such value stands for all others, since no selector over the named values can tell two of them apart.
 */

export interface OracleExpression {
  key: string;
  operator: string;
  values?: string[] | null;
}

export interface OracleSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: OracleExpression[];
}

export interface Universe {
  keys: string[];
  values: string[];
  labelSets: Map<string, string>[];
}

/** A value that no generated selector names. */
export const UNNAMED = 'nobody-names-this';

export function universe(keys: string[], values: string[]): Universe {
  let labelSets = [new Map<string, string>()];
  for (const key of keys) {
    labelSets = labelSets.flatMap((labels) => [
      labels,
      ...[...values, UNNAMED].map((value) => new Map([...labels, [key, value]])),
    ]);
  }
  return { keys, values, labelSets };
}

/** For each of the label sets, whether the raw selector selects it. */
export function selection(selector: OracleSelector, labelSets: Map<string, string>[]): boolean[] {
  const pairs = Object.entries(selector.matchLabels ?? {});
  const expressions = selector.matchExpressions ?? [];
  return labelSets.map(
    (labels) =>
      pairs.every(([key, value]) => labels.get(key) === value) &&
      expressions.every((one) => holds(one, labels)),
  );
}

function holds({ key, operator, values }: OracleExpression, labels: Map<string, string>): boolean {
  const value = labels.get(key);
  const listed = values !== undefined && values !== null;
  const inList = listed && value !== undefined && values.includes(value);
  switch (operator) {
    case 'In':
      return listed && inList;
    case 'NotIn':
      return listed && !inList;
    case 'Exists':
      return !listed && value !== undefined;
    case 'DoesNotExist':
      return !listed && value === undefined;
    default:
      throw new Error(`no operator ${operator}`);
  }
}

export function isSubset(a: boolean[], b: boolean[]): boolean {
  return a.every((selected, at) => !selected || b[at]);
}

export function isEqual(a: boolean[], b: boolean[]): boolean {
  return a.every((selected, at) => selected === b[at]);
}

/** The fewest labels of any label set in both selections, or undefined if there is none. */
export function fewestLabels(a: boolean[], b: boolean[], { labelSets }: Universe): number | undefined {
  let fewest: number | undefined;
  labelSets.forEach((labels, at) => {
    if (a[at] && b[at] && (fewest === undefined || labels.size < fewest)) fewest = labels.size;
  });
  return fewest;
}
