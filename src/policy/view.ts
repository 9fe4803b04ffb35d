/** Read-only lookups into one generation of the cluster: all that rules may see of other objects. */
import type { KindId, SubjectOf } from '../schema/index.js';

export interface View {
  readonly get: <K extends KindId>(kind: K, namespace: string, name: string) => SubjectOf<K> | undefined;
}

/** A cluster without objects. */
export const EMPTY_VIEW: View = Object.freeze({ get: () => undefined });
