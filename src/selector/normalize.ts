import { assertNever } from '../model/assert-never.js';
import { conjoin } from './conjoin.js';
import { EVERYTHING, NEVER } from './requirement.js';
import type { RawExpression, RawLabelSelector, Requirement, Selector } from './requirement.js';

/**
 * Compiles a raw selector as Linkerd's controller evaluates it (`inbound-semantics.md` A7): the conjunction of all
 * labels and expressions; absent or empty selects everything; `In` and `NotIn` without a list, and `Exists` and
 * `DoesNotExist` with one (even an empty one), make the whole selector match nothing.
 *
 * The types must have been checked before: an operator other than the four is a bug of the caller and throws.
 */
export function compileSelector(raw: RawLabelSelector | null | undefined): Selector {
  if (raw === null || raw === undefined) return EVERYTHING;
  const requirements: Requirement[] = [];
  // Own properties only and read by entries, so that a label called `__proto__` or `constructor` is a label.
  for (const [key, value] of Object.entries(raw.matchLabels ?? {})) {
    requirements.push({ op: 'in', key, values: [value] });
  }
  for (const expression of raw.matchExpressions ?? []) {
    const requirement = fromExpression(expression);
    if (requirement === undefined) return NEVER;
    requirements.push(requirement);
  }
  return conjoin(requirements);
}

/** The requirement of one expression, or undefined if it never matches. */
function fromExpression({ key, operator, values }: RawExpression): Requirement | undefined {
  const list = values ?? undefined;
  switch (operator) {
    case 'In':
      return list && { op: 'in', key, values: list };
    case 'NotIn':
      return list && { op: 'notIn', key, values: list };
    case 'Exists':
      return list ? undefined : { op: 'exists', key, values: [] };
    case 'DoesNotExist':
      return list ? undefined : { op: 'absent', key, values: [] };
    default:
      return assertNever(operator);
  }
}
