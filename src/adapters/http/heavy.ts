/**
 * Which reviews are judged in a thread of their own, so that everybody else is answered meanwhile (webhook-operations,
 * section 7; docs/decisions/0011-heavy-reviews-in-a-thread.md): large ones, and those with regular expressions. Compiling one may take 0.2 s, and
 * an object of 3 MB has room for thousands.
 */
import type { Review, Verdict } from '../../admission/index.js';
import { isObject } from '../../model/json.js';
import { kindOf, L7_ROUTE_KINDS } from '../../schema/index.js';
import type { Deadline } from './ports.js';
import type { BodyProblem } from './review-body.js';

/** Bodies above this are parsed elsewhere. */
export const LARGE_BYTES = 512 * 1_024;

/** What the other thread says of a body. */
export type HeavyAnswer =
  | { readonly kind: 'problem'; readonly problem: BodyProblem }
  /** Judged alone, without other objects; nothing else needs to be asked. The review is without its objects. */
  | { readonly kind: 'verdict'; readonly review: Review; readonly verdict: Verdict }
  /** Admitted alone, but some rules need other objects. */
  | { readonly kind: 'more'; readonly review: Review }
  | { readonly kind: 'fault'; readonly error: unknown }
  /** It took more time, or memory, than an object may take. */
  | { readonly kind: 'too-heavy' }
  /** Its turn did not come in time. */
  | { readonly kind: 'late' };

export type HeavyJudge = (bytes: Buffer, deadline: Deadline) => Promise<HeavyAnswer>;

/** Whether a review has patterns that would have to be compiled. */
export function hasPatterns({ group, kind, object, oldObject }: Review): boolean {
  const id = kindOf(group, kind);
  if (id === undefined || !L7_ROUTE_KINDS.some((each) => each === id)) return false;
  const rest: unknown[] = [object?.['spec'], oldObject?.['spec']];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value !== 'object' || value === null) continue;
    const members: unknown[] = Object.values(value);
    if (members.length > MANY || (isObject(value) && value['type'] === 'RegularExpression')) return true;
    rest.push(...members);
  }
  return false;
}

/** A list or object of more members is not looked through here. */
const MANY = 10_000;
