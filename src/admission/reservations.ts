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
  /** In the order in which they end. */
  readonly #held = new Map<string, Reservation>();
  /** The state that was looked through for arrivals last, and that state with what is held. */
  #seen: State | undefined;
  #over: State | undefined;

  get size(): number {
    return this.#held.size;
  }

  /** Holds a place for an admitted Server; `now` in ms of the caller's clock. */
  hold(server: StoredServer, now: number): void {
    const key = keyOf(server);
    this.#held.delete(key);
    this.#held.set(key, { server, until: now + RESERVATION_MS });
    if (this.#over !== undefined) this.#over = withServer(this.#over, server);
  }

  /** Whether a Server of this name is known from a reservation alone or in a newer form than the cache's. */
  holds(namespace: string, name: string): boolean {
    return this.#held.has(keyOf({ namespace, name }));
  }

  /** Lets go what a state of the cache shows, and what has waited too long. Told of every state, it misses no arrival. */
  settle(state: State, now: number): void {
    for (const [key, { server, until }] of this.#held) {
      if (until <= now) this.#release(key);
      else if (state === this.#seen) break;
      else {
        const arrived = find(state, 'policy.linkerd.io/Server', server.namespace, server.name);
        if (arrived !== undefined && isSame(arrived, server)) this.#release(key);
      }
    }
    if (state !== this.#seen) this.#over = undefined;
    this.#seen = state;
  }

  /** The state with what is reserved. */
  over(state: State, now: number): State {
    this.settle(state, now);
    this.#over ??= [...this.#held.values()].reduce((next, { server }) => withServer(next, server), state);
    return this.#over;
  }

  #release(key: string): void {
    this.#held.delete(key);
    this.#over = undefined;
  }
}

const withServer = (state: State, server: StoredServer): State =>
  apply(state, [{ type: 'applied', object: server }]);

const keyOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`;

/** Whether the cache shows the very object that was admitted. */
const isSame = (a: StoredServer, b: StoredServer): boolean =>
  a.uid === b.uid && jsonEqual(a.spec, b.spec) && jsonEqual(a.annotations, b.annotations);
