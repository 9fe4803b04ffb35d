/** What the server and the thread that answers questions say to each other. */
import type { ApiQuestion } from '../../adapters/http/api.js';
import type { Batch } from '../../policy/ports.js';

export type ToThread =
  /** What leads to the state that the next question is about. */
  | { readonly type: 'changes'; readonly batch: Batch }
  | { readonly type: 'ask'; readonly question: ApiQuestion; readonly today: string }
  /** There is room for another part. */
  | { readonly type: 'more' }
  /** Nobody reads the rest. */
  | { readonly type: 'stop' };

/** A question is answered by `bad-question`, or by parts and an `end`. */
export type FromThread =
  | { readonly type: 'bad-question'; readonly message: string }
  | { readonly type: 'part'; readonly text: string }
  | { readonly type: 'end' }
  | { readonly type: 'fault'; readonly error: Error };
