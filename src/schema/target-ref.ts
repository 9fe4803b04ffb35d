/** What a reference names (resources.md, shared shapes). */
import { asciiLower } from '../model/text.js';

export interface TargetRef {
  readonly group?: string | null | undefined;
  readonly kind?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly namespace?: string | null | undefined;
}

/**
 * Whether a ref names `group/kind`, ignoring ASCII case; an absent or empty group is the core group, also spelt
 * `core`.
 */
export function targets(ref: TargetRef, group: string, kind: string): boolean {
  const sameKind = typeof ref.kind === 'string' && asciiLower(ref.kind) === asciiLower(kind);
  return sameKind && asciiLower(coreGroup(ref.group)) === asciiLower(coreGroup(group));
}

export const coreGroup = (group: string | null | undefined): string =>
  group === undefined || group === null || group === '' ? 'core' : group;
