/**
 * Reservations: Servers that were admitted a moment ago and that the cache does not show yet. Of two conflicting
 * creates in flight in one replica, the second sees the first here (webhook-operations, section 6).
 */
import { jsonEqual } from '../model/json.js';
import type { StoredPolicy } from '../policy/objects/stored.js';
import { apply, find, type State } from '../policy/state/state.js';

/** An admitted object that has not arrived by then was never stored. */
export const RESERVATION_MS = 10_000;

type StoredServer = StoredPolicy<'policy.linkerd.io/Server'>;

interface Reservation {
  readonly server: StoredServer;
  readonly until: number;
}

export class Reservations {
  readonly #held = new Map<string, Reservation>();

  get size(): number {
    return this.#held.size;
  }

  /** Holds a place for an admitted Server; `now` in ms of the caller's clock. */
  hold(server: StoredServer, now: number): void {
    this.#held.set(keyOf(server), { server, until: now + RESERVATION_MS });
  }

  /** Whether a Server of this name is known from a reservation alone or in a newer form than the cache's. */
  holds(namespace: string, name: string): boolean {
    return this.#held.has(keyOf({ namespace, name }));
  }

  /** The state with what is reserved; what has arrived, or has waited too long, is let go. */
  over(state: State, now: number): State {
    let next = state;
    for (const [key, { server, until }] of this.#held) {
      const arrived = find(state, 'policy.linkerd.io/Server', server.namespace, server.name);
      if (until <= now || (arrived !== undefined && isSame(arrived, server))) this.#held.delete(key);
      else next = apply(next, [{ type: 'applied', object: server }]);
    }
    return next;
  }
}

const keyOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`;

/** Whether the cache shows the very object that was admitted. */
const isSame = (a: StoredServer, b: StoredServer): boolean =>
  a.uid === b.uid && jsonEqual(a.spec, b.spec) && jsonEqual(a.annotations, b.annotations);
