/** Refs to objects as policies write them, and how Linkerd compares them (resources.md, shared shapes). */
import { asciiLower } from './text.js';

export interface TargetRef {
  readonly group?: string | null | undefined;
  readonly kind?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly namespace?: string | null | undefined;
}

/**
 * Whether a ref names `group/kind`, ignoring ASCII case; an absent or empty group is the core group, also spelt
 * `core`. A ref without a kind names nothing.
 */
export function targets(ref: TargetRef, group: string, kind: string): boolean {
  const sameKind = typeof ref.kind === 'string' && asciiLower(ref.kind) === asciiLower(kind);
  return sameKind && asciiLower(coreGroup(ref.group)) === asciiLower(coreGroup(group));
}

/** The group of a ref as it is written, and `core` for the core group without a name. */
export const coreGroup = (group: string | null | undefined): string =>
  group === undefined || group === null || group === '' ? 'core' : group;
