/** What is looked at, and what is seen of one object. */
import type { JsonObject } from '../../model/json.js';

/** An answer about one object; `refused` when we may not ask. */
export type Seen =
  | { readonly state: 'there'; readonly object: JsonObject }
  | { readonly state: 'absent' }
  | { readonly state: 'refused' };

/** Which installation, and how. */
export interface Subject {
  readonly namespace: string;
  readonly controlPlaneNamespace: string;
  /** Where objects are tried. */
  readonly probeNamespace: string;
  readonly failClosed: boolean;
}
