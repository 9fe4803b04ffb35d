/** What a kind is: its names, its served versions and their schemas (resources.md). */
import type { TSchema } from 'typebox';
import type { CelRule } from '../shapes.js';

/** A column that `kubectl get` prints. */
export interface Column {
  readonly name: string;
  readonly type: 'date' | 'integer' | 'string';
  readonly jsonPath: string;
  readonly description: string;
}

export interface VersionDefinition {
  readonly name: string;
  readonly storage?: true;
  /** Set when the API server should warn on use; the text is the warning. */
  readonly deprecated?: string;
  /** The spec as this version spells it. */
  readonly spec: TSchema;
  /** What the CRD says about the spec as a whole under `--strict`. */
  readonly strictRules?: readonly CelRule[];
  readonly status?: TSchema;
  /** The status is a plain member, which every write may change. */
  readonly plainStatus?: true;
  readonly columns?: readonly Column[];
}

export interface KindDefinition {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  /** One sentence, for `kubectl explain`. */
  readonly description: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** A strict kind that does not parse is refused; a lenient one is admitted with a warning (PARSE-0). */
  readonly parse: 'strict' | 'lenient';
  /** Oldest first; the last one is the hub, the one shape that rules see. */
  readonly versions: readonly VersionDefinition[];
}
