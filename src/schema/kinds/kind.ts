/** What a kind is: its names, its served versions and their schemas (resources.md). */
import type { TSchema } from 'typebox';

export interface VersionDefinition {
  readonly name: string;
  readonly storage?: true;
  /** Set when the API server should warn on use; the text is the warning. */
  readonly deprecated?: string;
  /** The spec as this version spells it. */
  readonly spec: TSchema;
  /** What the CRD says about the spec as a whole under `--strict`. */
  readonly strictRules?: readonly { readonly rule: string; readonly message: string }[];
  readonly status?: TSchema;
  readonly columns?: readonly {
    readonly name: string;
    readonly type: string;
    readonly jsonPath: string;
    readonly description: string;
  }[];
}

export interface KindDefinition {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** A strict kind that does not parse is refused; a lenient one is admitted with a warning (PARSE-0). */
  readonly parse: 'strict' | 'lenient';
  /** Oldest first; the last one is the hub, the one shape that rules see. */
  readonly versions: readonly VersionDefinition[];
}
